import { z } from 'zod';
import { figures, id, measured, procedure, timestamp } from './base.ts';

const comparison = z.object({
  /** What the soup is compared with. */
  rival: z.string(),
  split: z.string(),
  /** Nothing was done to its images. */
  isClean: z.boolean(),
  /** Samples, and how many only the soup and only the rival gets right. */
  total: z.int(),
  onlySoup: z.int(),
  onlyRival: z.int(),
  /** The soup's score minus the rival's. */
  difference: z.number(),
  /** 95 %, paired bootstrap. */
  interval: z.object({ low: z.number(), high: z.number() }),
  /** Of the metric's own test. */
  pValue: z.number(),
  verdict: z.enum(['better', 'worse', 'undecided']),
});

export type SoupComparison = Readonly<z.infer<typeof comparison>>;

const verdict = z.object({
  soup: z.string(),
  /** Id of the metric that all of this is by: the project's, or accuracy where that is not known of the run. */
  metric: z.string(),
  /** The ingredient one would have taken without a soup. */
  bestIngredient: z.string(),
  chosenOn: z.enum(['selection', 'test']),
  /** The soup is that ingredient, unchanged. */
  isBestIngredient: z.boolean(),
  /** With the best ingredient on every test set, then with each ensemble; empty where predictions are no longer kept. */
  comparisons: z.array(comparison).readonly(),
});

export type RunVerdict = Readonly<z.infer<typeof verdict>>;

const labelled = z.object({ label: z.string(), value: z.string() });

const facts = z.object({
  ingredients: z
    .array(
      z.object({
        id,
        name: z.string(),
        path: z.string(),
        sha256: z.string(),
        byteSize: z.int(),
        missing: z.boolean(),
        hyperparameters: z.array(labelled).readonly(),
      }),
    )
    .readonly(),
  architecture: z.object({ name: z.string(), parameterCount: z.int(), graphHash: z.string() }),
  environment: z.array(labelled).readonly(),
  commands: z.array(z.object({ what: z.string(), command: z.string() })).readonly(),
});

export type RunFacts = Readonly<z.infer<typeof facts>>;

const evaluationCell = z.object({
  correct: z.int(),
  total: z.int(),
  accuracy: z.number(),
  /** 95 %, Wilson. */
  interval: z.object({ low: z.number(), high: z.number() }),
  /** Mean cross-entropy, nats; null where a model has diverged. */
  loss: z.number().nullable(),
  figures,
});

const evaluations = z.object({
  splits: z
    .array(
      z.object({ name: z.string(), role: z.enum(['selection', 'test']), sampleCount: z.int(), isClean: z.boolean() }),
    )
    .readonly(),
  rows: z
    .array(
      z.object({
        kind: z.enum(['ingredient', 'soup', 'soup-as-mixed', 'ensemble-logits', 'ensemble-probabilities']),
        label: z.string(),
        /** In the order of the splits; null where it was not scored. */
        scores: z.array(evaluationCell.nullable()).readonly(),
      }),
    )
    .readonly(),
});

export type RunEvaluations = Readonly<z.infer<typeof evaluations>>;

/** Figures of a run and of its replay, one by one: equal means to the last bit. */
const agreement = z.object({
  total: z.int(),
  differing: z.int(),
  /** The first of them; null where there is no such figure, or it is no number. */
  differences: z.array(z.object({ what: z.string(), before: measured, now: measured })).readonly(),
});

export const runReplay = z.object({
  at: timestamp,
  seconds: z.number(),
  /** What executed the networks. Only the same runtime promises the same bits. */
  runtime: z.object({ before: z.string().nullable(), now: z.string().nullable() }),
  /** What the recipe tried, in order, with every score on the way. */
  steps: z.object({ total: z.int(), same: z.boolean() }),
  coefficients: agreement,
  scores: agreement,
});

export type RunReplay = Readonly<z.infer<typeof runReplay>>;

export const reports = {
  /** Whether a finished run's soup beats its best ingredient, by how much and how sure; null where no test set was scored. */
  verdict: procedure.input(z.object({ runId: id })).output(verdict.nullable()),
  /** Every subject of a run on every split that was scored, selection first. */
  evaluations: procedure.input(z.object({ runId: id })).output(evaluations),
  /** What a run was made from and with. */
  facts: procedure.input(z.object({ runId: id })).output(facts),
  /** A job that computes a finished run once more, without anything that was kept, and compares every figure. */
  replay: procedure.input(z.object({ runId: id })).output(z.object({ jobId: id })),
  /** How the last replay came out; null where there was none. */
  replayed: procedure.input(z.object({ runId: id })).output(runReplay.nullable()),
};
