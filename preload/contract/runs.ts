import { z } from 'zod';
import { errorFacts, id, page, pageOf, procedure, timestamp } from './base.ts';

const runStatus = z.enum(['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted']);

const runRow = z.object({
  id,
  projectId: id,
  recipe: z.string(),
  status: runStatus,
  seed: z.int(),
  summary: z.string().nullable(),
  ingredientCount: z.int(),
  createdAt: timestamp,
  startedAt: timestamp.nullable(),
  finishedAt: timestamp.nullable(),
  seconds: z.number().nullable(),
});

export type RunRow = Readonly<z.infer<typeof runRow>>;

export const runColumn = z.enum(['id', 'recipe', 'status', 'seed', 'createdAt', 'finishedAt', 'seconds']);

const runQuery = page.extend({
  projectId: id.optional(),
  /** The first one decides, the next ones break ties. */
  sort: z
    .array(z.object({ column: runColumn, descending: z.boolean() }))
    .max(4)
    .default([{ column: 'id', descending: true }]),
  filter: z
    .object({
      /** Part of the recipe's name or of the summary; letter case does not matter. */
      text: z.string().max(200).optional(),
      status: z.array(runStatus).optional(),
    })
    .default({}),
});

const score = z.object({
  correct: z.int(),
  total: z.int(),
  accuracy: z.number(),
  loss: z.number(),
});

const runResult = z.object({
  kind: z.enum(['ingredient', 'soup', 'ensemble-logits', 'ensemble-probabilities']),
  label: z.string(),
  split: z.string(),
  score,
});

const runDetails = runRow.extend({
  options: z.unknown(),
  /** YAML that can be cooked again. */
  recipeFile: z.string(),
  error: errorFacts.nullable(),
  used: z.array(z.string()).readonly().nullable(),
  ingredients: z.array(z.object({ id, name: z.string() })).readonly(),
  coefficients: z
    .array(z.object({ group: z.string(), weights: z.array(z.number()).readonly() }))
    .readonly()
    .nullable(),
  results: z.array(runResult).readonly(),
});

export const runs = {
  list: procedure.input(runQuery).output(pageOf(runRow)),
  get: procedure.input(z.object({ id })).output(runDetails),
};
