import { z } from 'zod';
import { errorFacts, figures, id, measured, page, pageOf, procedure, timestamp } from './base.ts';
import { traceStep } from './jobs.ts';

const runStatus = z.enum(['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted']);

const tag = z.string().trim().min(1).max(40);

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

/** A run in a list: with what you wrote about it, and its values in the other columns that were asked for. */
const runListRow = runRow.extend({
  tags: z.array(z.string()).readonly(),
  notes: z.string(),
  values: z.record(z.string(), z.union([z.number(), z.string()])),
});

export type RunRow = Readonly<z.infer<typeof runListRow>>;

const runColumn = z.object({
  id: z.string(),
  title: z.string(),
  group: z.string(),
  kind: z.enum(['count', 'share', 'points', 'nats', 'number', 'seconds', 'moment', 'text', 'tags', 'option']),
  /** Of scores. */
  better: z.enum(['higher', 'lower']).optional(),
  help: z.string(),
});

export type RunColumn = Readonly<z.infer<typeof runColumn>>;

const runFilter = z.object({
  projectId: id.optional(),
  /** `recipe = greedy and clean > 98% and tag:paper`; everything when it is empty. */
  where: z.string().max(2000).default(''),
});

const runSort = z
  .array(z.object({ column: z.string().max(200), descending: z.boolean() }))
  .max(4)
  .default([{ column: 'id', descending: true }]);

const columnIds = z.array(z.string().max(200)).max(60);

const interval = z.object({ low: z.number(), high: z.number() });

const runGroup = z.object({
  /** The newest first; it stands for all. */
  ids: z.array(id).readonly(),
  recipe: z.string(),
  options: z.record(z.string(), z.unknown()),
  seeds: z.int(),
  /** By column; the 95 % interval of the mean is there from two runs on. */
  figures: z.record(z.string(), z.object({ count: z.int(), mean: z.number(), interval: interval.nullable() })),
});

export type RunGroup = Readonly<z.infer<typeof runGroup>>;

const savedView = z.object({ id, name: z.string(), search: z.record(z.string(), z.unknown()) });

const runIds = z.array(id).min(1).max(10_000);

const score = z.object({
  correct: z.int(),
  total: z.int(),
  accuracy: z.number(),
  loss: measured,
  figures,
});

const runResult = z.object({
  kind: z.enum(['ingredient', 'soup', 'soup-as-mixed', 'ensemble-logits', 'ensemble-probabilities']),
  label: z.string(),
  split: z.string(),
  splitId: id,
  score,
});

const runSplit = z.object({
  id,
  role: z.enum(['train', 'selection', 'test']),
  name: z.string(),
  sampleCount: z.int(),
  /** `gaussian-noise 3`; null for undamaged data. */
  corruption: z.string().nullable(),
});

const blendStep = z.object({
  /** Empty where there is only one. */
  name: z.string(),
  /** Names of ingredients, or of earlier steps. */
  inputs: z.array(z.string()).readonly(),
  groups: z
    .array(
      z.object({
        name: z.string(),
        /** null for a weighted sum. */
        method: z.string().nullable(),
        base: z.string().nullable(),
        shared: z
          .array(z.object({ name: z.string(), value: z.union([z.number(), z.boolean(), z.string()]) }))
          .readonly(),
        /** In the order of `inputs`. */
        each: z.array(z.object({ name: z.string(), values: z.array(z.number()).readonly() })).readonly(),
      }),
    )
    .readonly(),
});

export type BlendStep = Readonly<z.infer<typeof blendStep>>;

const facts = z.array(z.object({ name: z.string(), value: z.string() })).readonly();

const runDetails = runRow.extend({
  options: z.unknown(),
  /** Options and scope in words, without those that change nothing. */
  settings: facts,
  /** Of a recipe made of steps: each with its own. */
  steps: z.array(z.object({ recipe: z.string(), settings: facts })).readonly(),
  /** YAML that can be cooked again. */
  recipeFile: z.string(),
  error: errorFacts.nullable(),
  used: z.array(z.string()).readonly().nullable(),
  ingredients: z.array(z.object({ id, name: z.string() })).readonly(),
  /** Of a soup that is a weighted sum of ingredients. */
  coefficients: z
    .array(z.object({ group: z.string(), weights: z.array(z.number()).readonly() }))
    .readonly()
    .nullable(),
  /** Of any other soup: every mixing it consists of. */
  blend: z.array(blendStep).readonly().nullable(),
  results: z.array(runResult).readonly(),
  project: z.string(),
  /** For people: `cnn 16-32`. */
  architecture: z.string(),
  /** What executed the networks; null before it began. */
  runtime: z.string().nullable(),
  accumulate: z.string(),
  dtype: z.string(),
  attempts: z.int(),
  /** Train, selection, then the test sets. */
  splits: z.array(runSplit).readonly(),
  trace: z.array(traceStep).readonly(),
});

export type RunDetails = Readonly<z.infer<typeof runDetails>>;

export const runs = {
  /** One window of the runs that pass the filter, with their values in `columns`, or in all. What has no value in a column comes last, whichever way it is sorted. */
  list: procedure
    .input(page.extend({ ...runFilter.shape, sort: runSort, columns: columnIds.optional() }))
    .output(pageOf(runListRow)),
  /** Every column that the project's runs have a value in. */
  columns: procedure.input(z.object({ projectId: id.optional() })).output(z.array(runColumn).readonly()),
  /** Runs that differ in nothing but their seed, with the mean of each figure. */
  groups: procedure
    .input(page.extend({ ...runFilter.shape, sort: runSort, columns: columnIds }))
    .output(pageOf(runGroup)),
  /** All runs that pass the filter as CSV (RFC 4180). */
  csv: procedure.input(runFilter.extend({ sort: runSort, columns: columnIds })).output(z.object({ text: z.string() })),
  /** Ids of all runs that pass the filter, in order. */
  ids: procedure.input(runFilter.extend({ sort: runSort })).output(z.array(id).readonly()),
  tag: procedure
    .input(z.object({ ids: runIds, add: z.array(tag).max(20).default([]), remove: z.array(tag).max(20).default([]) }))
    .output(z.array(runListRow).readonly()),
  note: procedure.input(z.object({ id, notes: z.string().max(20_000) })).output(runListRow),
  /** Off every list at once; `restore` brings them back for thirty days. Runs that wait or run stay; `ids` are those that are gone. */
  remove: procedure.input(z.object({ ids: runIds })).output(z.object({ ids: z.array(id).readonly() })),
  restore: procedure.input(z.object({ ids: runIds })).output(z.object({ ids: z.array(id).readonly() })),
  views: procedure.input(z.object({ projectId: id })).output(z.array(savedView).readonly()),
  /** Replaces the project's view of that name. */
  saveView: procedure
    .input(
      z.object({
        projectId: id,
        name: z.string().trim().min(1, 'A view needs a name').max(80),
        search: z.record(z.string(), z.unknown()),
      }),
    )
    .output(savedView),
  removeView: procedure.input(z.object({ id })).output(z.object({ id })),
  get: procedure.input(z.object({ id })).output(runDetails),
};
