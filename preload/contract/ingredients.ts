import { z } from 'zod';
import { errorFacts, figures, id, procedure, timestamp } from './base.ts';
import { epochReport } from './jobs.ts';

const ingredientName = z.string().trim().min(1, 'An ingredient needs a name').max(200, 'At most 200 characters');
const ingredientTag = z.string().trim().min(1).max(40);
const hyperparameters = z.record(z.string(), z.unknown());
const plainData = z.record(z.string(), z.unknown());
const path = z.string().min(1).max(4096);

const ingredientRow = z.object({
  id,
  projectId: id,
  name: z.string(),
  /** Absolute. */
  path: z.string(),
  format: z.string(),
  sha256: z.string(),
  byteSize: z.int(),
  parameterCount: z.int(),
  /** For people: `cnn 16-32`. */
  architecture: z.string(),
  origin: z.enum(['imported', 'trained']),
  baseId: id.nullable(),
  hyperparameters,
  tags: z.array(z.string()).readonly(),
  createdAt: timestamp,
  /** The file is no longer where it was. */
  missing: z.boolean(),
});

export type IngredientRow = Readonly<z.infer<typeof ingredientRow>>;

const score = z.object({ correct: z.int(), total: z.int(), accuracy: z.number(), loss: z.number() });

/** The newest on a split, from whichever run measured it. */
const splitScore = z.object({
  role: z.enum(['train', 'selection', 'test']),
  split: z.string(),
  splitId: id,
  /** Without a loss where the model has diverged: it is no number then. */
  score: score.extend({ loss: z.number().nullable(), figures }),
});

export type SplitScore = Readonly<z.infer<typeof splitScore>>;

const ingredientDetails = ingredientRow.extend({
  architectureSpec: plainData,
  tensors: z
    .array(
      z.object({
        name: z.string(),
        dtype: z.string(),
        shape: z.array(z.int()).readonly(),
        parameterCount: z.int(),
      }),
    )
    .readonly(),
  /** Why the file cannot be read, where it can't: the tensors are missing then. */
  problem: errorFacts.nullable(),
  /** Text that the file carries. */
  metadata: z.record(z.string(), z.string()),
  /** Of one that was trained here. */
  training: z
    .object({
      config: plainData,
      epochs: z.array(epochReport).readonly(),
      bestEpoch: z.int(),
      imagesSeen: z.int(),
      seconds: z.number(),
      runtime: z.string(),
    })
    .nullable(),
  /** The newest on each split that a run has scored it on. */
  scores: z.array(splitScore).readonly(),
  /** Runs that it took part in, newest first. */
  runs: z.array(z.object({ id, recipe: z.string(), weight: z.number().nullable() })).readonly(),
});

export type IngredientDetails = Readonly<z.infer<typeof ingredientDetails>>;

/** What was found in one file before anything is stored. */
const preflightFile = z.object({
  path: z.string(),
  /** To begin with: the file's name. */
  name: z.string(),
  /** It can be imported. */
  fits: z.boolean(),
  /** The project has this file already, under this id. */
  knownId: id.nullable(),
  format: z.string().nullable(),
  byteSize: z.int(),
  parameterCount: z.int().nullable(),
  architecture: z.string().nullable(),
  /** Why it does not fit: missing, extra and differently shaped tensors are in its details. */
  problem: errorFacts.nullable(),
  /** What a user should know although it can be used. */
  remarks: z.array(z.string()).readonly(),
});

export type PreflightFile = Readonly<z.infer<typeof preflightFile>>;

const preflight = z.object({
  /** What all must fit: the project's, else that of the first checkpoint that has one. */
  architecture: z.object({ name: z.string(), spec: plainData, from: z.enum(['given', 'project', 'first']) }).nullable(),
  files: z.array(preflightFile).readonly(),
  /** Things in the folders that are no checkpoints by their names. */
  passedOver: z.int(),
});

export type Preflight = Readonly<z.infer<typeof preflight>>;

const preset = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  /** `base`: from fresh weights; `fine-tune`: from an ingredient. */
  role: z.enum(['base', 'fine-tune']),
  config: plainData,
});

export type TrainingPreset = Readonly<z.infer<typeof preset>>;

export const ingredients = {
  list: procedure.input(z.object({ projectId: id })).output(z.array(ingredientRow).readonly()),
  /** Of all of a project's ingredients; of those that were never scored there are none. */
  scores: procedure
    .input(z.object({ projectId: id }))
    .output(z.array(z.object({ ingredientId: id, scores: z.array(splitScore).readonly() })).readonly()),
  get: procedure.input(z.object({ id })).output(ingredientDetails),
  /**
   * Looks into checkpoints, and into folders for them, and says what fits and what does not and why. Nothing is stored.
   * `architecture` is what they must fit where that is known better.
   */
  preflight: procedure
    .input(
      z.object({
        projectId: id.optional(),
        paths: z.array(path).min(1, 'Name at least one file or folder').max(2000),
        architecture: plainData.optional(),
      }),
    )
    .output(preflight),
  /** A job; each file that fits becomes an ingredient, one that does not ends the job with what is wrong with it. */
  import: procedure
    .input(
      z.object({
        projectId: id,
        files: z
          .array(z.object({ path, name: ingredientName.optional(), hyperparameters: hyperparameters.optional() }))
          .min(1, 'Choose at least one file')
          .max(2000),
        architecture: plainData.optional(),
      }),
    )
    .output(z.object({ jobId: id })),
  /** Ready-made training configurations, and the JSON Schema of one. */
  presets: procedure
    .input(z.object({ seed: z.int().min(0).default(42) }))
    .output(z.object({ presets: z.array(preset).readonly(), schema: plainData })),
  /** Architectures to begin with for a split's images and classes, the quickest to train first. */
  architectures: procedure
    .input(z.object({ splitId: id }))
    .output(z.array(z.object({ name: z.string(), description: z.string(), spec: plainData })).readonly()),
  /** A job that trains one ingredient after another, as many at once as there are engines; its events hold the epochs. */
  train: procedure
    .input(
      z.object({
        projectId: id,
        trainings: z
          .array(z.object({ name: ingredientName, config: plainData }))
          .min(1)
          .max(100),
        initial: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('fresh'), seed: z.int().min(0), architecture: plainData }),
          z.object({ kind: z.literal('from'), ingredientId: id }),
        ]),
        trainSplitId: id,
        selectionSplitId: id,
        /** Of the `tfjs` runtime. */
        device: z.string().max(100).default('auto'),
      }),
    )
    .output(z.object({ jobId: id })),
  rename: procedure.input(z.object({ id, name: ingredientName })).output(ingredientRow),
  tag: procedure
    .input(
      z.object({
        ids: z.array(id).min(1).max(2000),
        add: z.array(ingredientTag).max(20).default([]),
        remove: z.array(ingredientTag).max(20).default([]),
      }),
    )
    .output(z.array(ingredientRow).readonly()),
  describe: procedure.input(z.object({ id, hyperparameters })).output(ingredientRow),
  /** Off the list; runs that it took part in keep it. `restore` brings it back. The file stays where it is. */
  remove: procedure
    .input(z.object({ ids: z.array(id).min(1).max(2000) }))
    .output(z.object({ ids: z.array(id).readonly() })),
  restore: procedure
    .input(z.object({ ids: z.array(id).min(1).max(2000) }))
    .output(z.object({ ids: z.array(id).readonly() })),
  /** A job that looks through files and folders for the missing files of a project, which it knows by their content. */
  repair: procedure
    .input(z.object({ projectId: id, paths: z.array(path).min(1).max(100) }))
    .output(z.object({ jobId: id })),
};
