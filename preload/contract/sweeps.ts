import { z } from 'zod';
import { id, procedure, timestamp } from './base.ts';
import { recipeText } from './kitchen.ts';

/** Where an option stands among the recipe's options. */
const place = z.array(z.union([z.string(), z.int()])).readonly();

const numericOption = z.object({
  place,
  /** `alpha`, `ingredients.tuned.weight` */
  name: z.string(),
  description: z.string(),
  integer: z.boolean(),
  minimum: z.number().nullable(),
  maximum: z.number().nullable(),
  /** As it is written or else its default. */
  value: z.number().nullable(),
  /** What could be tried. */
  proposed: z.object({ from: z.number(), to: z.number(), steps: z.int() }),
});

export type NumericOption = Readonly<z.infer<typeof numericOption>>;

const range = z.union([
  z.object({ values: z.array(z.number()).min(1).max(1000).readonly() }),
  z.object({ from: z.number(), to: z.number(), steps: z.int(), scale: z.enum(['linear', 'log']) }),
]);

const wantedAxis = z.object({ name: z.string().min(1).max(1000), range });

export type WantedAxis = Readonly<z.infer<typeof wantedAxis>>;

const axis = z.object({ option: place, values: z.array(z.number()).readonly() });

/** On the selection split. */
const score = z.object({
  correct: z.int(),
  total: z.int(),
  accuracy: z.number(),
  /** By the sweep's metric; null where there is no figure. */
  value: z.number().nullable(),
  /** 95 %, of that value. */
  interval: z.object({ low: z.number(), high: z.number() }).nullable(),
});

const facts = z.object({
  id,
  projectId: id,
  /** `WiSE-FT over alpha` */
  title: z.string(),
  recipe: z.string(),
  /** One option or two; of two the last one runs fastest. */
  axes: z.array(axis).readonly(),
  /** Id of the metric that decides. */
  metric: z.string(),
  /** Of the job that computes it, while that is on the list. */
  jobId: id.nullable(),
  createdAt: timestamp,
  finishedAt: timestamp.nullable(),
});

const listedSweep = facts.extend({ scored: z.int(), total: z.int() });

export type ListedSweep = Readonly<z.infer<typeof listedSweep>>;

const sweep = facts.extend({
  points: z
    .array(
      z.object({
        ordinal: z.int(),
        /** One for each axis. */
        values: z.array(z.number()).readonly(),
        /** Null until it is known. */
        score: score.nullable(),
      }),
    )
    .readonly(),
  /** Ingredients by themselves, and the plain average of those that are not the base. */
  baselines: z.array(z.object({ kind: z.enum(['ingredient', 'uniform']), label: z.string(), score })).readonly(),
  /** `alike`: points, this one included, that score within the interval of its score. */
  best: z.object({ ordinal: z.int(), alike: z.int().nullable() }).nullable(),
  /** Label of the ingredient that is best on the selection split. */
  bestIngredient: z.string().nullable(),
});

export type Sweep = Readonly<z.infer<typeof sweep>>;

const started = z.object({ sweepId: id, jobId: id.nullable() });

export const sweeps = {
  /** The numbers among a recipe's options: what can be swept. */
  options: procedure.input(z.object({ text: recipeText })).output(z.array(numericOption).readonly()),
  /**
   * A job that scores a recipe with every value of one option, or with every combination of the values of two, on its selection
   * split. A sweep of the same values is not computed twice: what is known of it is there at once.
   */
  start: procedure
    .input(z.object({ projectId: id, text: recipeText, axes: z.array(wantedAxis).min(1).max(2).readonly() }))
    .output(started),
  /** Goes on with a sweep that has not come to its end. */
  resume: procedure.input(z.object({ id })).output(started),
  get: procedure.input(z.object({ id })).output(sweep),
  /** Newest first. */
  list: procedure.input(z.object({ projectId: id })).output(z.array(listedSweep).readonly()),
  /** A job that cooks one of its points into a run, which is scored on the test sets as any other. */
  cook: procedure.input(z.object({ id, ordinal: z.int().min(0) })).output(z.object({ jobId: id })),
  remove: procedure.input(z.object({ id })).output(z.object({ id })),
  restore: procedure.input(z.object({ id })).output(z.object({ id })),
};
