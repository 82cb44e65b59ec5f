import { z } from 'zod';
import { figures, id, procedure } from './base.ts';

/** What can be compared: `run:12` (its soup), `ingredient:3`, `ensemble:12:logits` (of run 12's ingredients). */
const subjectRef = z
  .string()
  .regex(/^(run:\d+|ingredient:\d+|ensemble:\d+:(logits|probabilities))$/, 'names no run, ingredient or ensemble');

const identity = z.object({
  ref: z.string(),
  kind: z.enum(['ingredient', 'soup', 'ensemble']),
  label: z.string(),
  /** Its fixed place among its kind in the project; colours go by it. */
  ordinal: z.int(),
});

/** `measured`: on some set, as part of a run. */
const choice = identity.extend({ measured: z.boolean() });

const interval = z.object({ low: z.number(), high: z.number() });

const testSet = z.object({
  id,
  name: z.string(),
  role: z.enum(['selection', 'test']),
  /** `shifted`: its images were damaged on purpose. */
  kind: z.enum(['clean', 'shifted']),
  sampleCount: z.int(),
});

const score = z.object({
  correct: z.int(),
  total: z.int(),
  accuracy: z.number(),
  /** 95 %, Wilson. */
  interval,
  /** Mean cross-entropy, nats; null where the model has diverged. */
  loss: z.number().nullable(),
  figures,
});

const subject = identity.extend({
  /** Recipe, options, hyper-parameters …, for people. */
  facts: z.array(z.object({ name: z.string(), value: z.string() })).readonly(),
  /** In the order of `sets`; null where it was never measured. */
  scores: z.array(score.nullable()).readonly(),
  cost: z.object({
    /** Networks that an image has to go through. */
    passes: z.int(),
    /** Trainable parameters of all of them. */
    parameters: z.number(),
    /** Of the weights as they are stored. */
    bytes: z.number(),
    /** Forward pass of one image as it was measured here, in milliseconds; null where it was not. */
    milliseconds: z.number().nullable(),
    /** What cooking took, of a soup. */
    cookingSeconds: z.number().nullable(),
  }),
});

const overview = z.object({
  sets: z.array(testSet).readonly(),
  subjects: z.array(subject).readonly(),
});

const paired = z.object({
  ref: z.string(),
  /** Null where the predictions, example by example, are no longer there, or either has no score by the metric. */
  result: z
    .object({
      total: z.int(),
      /** Samples that only one of them gets right. */
      onlySubject: z.int(),
      onlyBaseline: z.int(),
      /** Score of the subject minus that of the baseline, with its 95 % interval by paired bootstrap. */
      difference: z.number(),
      interval,
      /** Of the metric's own test. */
      pValue: z.number(),
      /** For all tests of the answer together (Holm): below 0.05 even the chance of one false alarm among them is at most 5 %. */
      adjustedPValue: z.number(),
      /** Of the subject, by the adjusted test and the interval both. */
      verdict: z.enum(['better', 'worse', 'undecided']),
    })
    .nullable(),
});

const example = z.object({
  row: z.int(),
  label: z.int(),
  /** −1 where the network says nothing (its outputs are not numbers). */
  subject: z.int(),
  baseline: z.int(),
  /** Base64 of its bytes [channels, height, width]. */
  pixels: z.string(),
});

const examples = z.object({ count: z.int(), shown: z.array(example).readonly() });

const duel = z.object({
  classCount: z.int(),
  /** [channels, height, width] */
  sampleShape: z.array(z.int()).readonly(),
  /** How often a class (row) is taken for a class (column), row by row. */
  confusion: z.object({ subject: z.array(z.int()).readonly(), baseline: z.array(z.int()).readonly() }),
  /** Right now, wrong with the baseline; the clearest gains first. */
  won: examples,
  lost: examples,
});

const pair = z.object({ projectId: id, subject: subjectRef, baseline: subjectRef, setId: id });

export type CompareChoice = Readonly<z.infer<typeof choice>>;
export type CompareSet = Readonly<z.infer<typeof testSet>>;
export type CompareSubject = Readonly<z.infer<typeof subject>>;
export type CompareOverview = Readonly<z.infer<typeof overview>>;
export type PairedResult = Readonly<z.infer<typeof paired>>;
export type Duel = Readonly<z.infer<typeof duel>>;

const refs = z.array(subjectRef).min(1).max(60);

/** Nothing here makes a forward pass: what was never measured is said to be missing. */
export const compare = {
  /**
   * What of a project can be compared and has all words of a text in its name: ingredients, then soups (newest first), then
   * ensembles, of each kind as many as asked for.
   */
  choices: procedure
    .input(
      z.object({
        projectId: id,
        text: z.string().max(200).default(''),
        limit: z.int().min(1).max(200).default(40),
      }),
    )
    .output(z.array(choice).readonly()),
  /** Scores on every set that one of the subjects was measured on, in the order of the subjects asked for. */
  overview: procedure.input(z.object({ projectId: id, subjects: refs })).output(overview),
  /** Each subject against the baseline on one set by one metric, example by example. */
  paired: procedure
    .input(
      z.object({
        projectId: id,
        subjects: refs,
        baseline: subjectRef,
        setId: id,
        metric: z.string().default('accuracy'),
      }),
    )
    .output(z.array(paired).readonly()),
  /** Two of them on one set: where they differ. */
  duel: procedure.input(pair.extend({ most: z.int().min(1).max(200).default(24) })).output(duel),
};
