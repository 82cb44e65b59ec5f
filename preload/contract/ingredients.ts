import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { errorFacts, figures, id, procedure, timestamp } from './base.ts';
import { epochReport, progress } from './jobs.ts';

const ingredientName = z.string().trim().min(1, 'An ingredient needs a name').max(200, 'At most 200 characters');
const ingredientTag = z.string().trim().min(1).max(40);
const hyperparameters = z.record(z.string(), z.unknown());
const plainData = z.record(z.string(), z.unknown());
const path = z.string().min(1).max(4096);
const tensorName = z.string().min(1).max(1000);

/** How a file is read where its content leaves that open. */
const readingFields = {
  stateDict: z.string().max(1000).optional(),
  /** The name in the file by the new one. */
  map: z.record(tensorName, tensorName).optional(),
};

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

/** How a file stands to a tensor that it should hold, or that another file holds. */
const cellKind = z.enum([
  'same',
  'precision',
  'renamed',
  'proposed',
  'missing',
  'extra',
  'shape',
  'type',
  'absent',
  'unreadable',
]);

export type CellKind = z.infer<typeof cellKind>;

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
  /** The state dict that is looked at, and those that there are to choose from. */
  stateDict: z.string().nullable(),
  stateDicts: z.array(z.object({ key: z.string(), tensorCount: z.int() })).readonly(),
  /** One for each of the tensors of the whole preflight. */
  cells: z.array(cellKind).readonly(),
  /** Names that may stand for each other, for a person to confirm. */
  proposal: z
    .object({
      pairs: z.array(z.object({ name: z.string(), inFile: z.string(), reason: z.string() })).readonly(),
      complete: z.boolean(),
    })
    .nullable(),
  /** Of a file that Stockpot wrote; the run where this workspace has it. */
  origin: z.object({ recipe: z.string(), run: z.object({ id, projectId: id }).nullable() }).nullable(),
});

export type PreflightFile = Readonly<z.infer<typeof preflightFile>>;

const preflight = z.object({
  /** What all must fit: the project's, else that of the first checkpoint that has one. */
  architecture: z.object({ name: z.string(), spec: plainData, from: z.enum(['given', 'project', 'first']) }).nullable(),
  /** All that any file holds or should hold. */
  tensors: z.array(z.object({ name: z.string(), dtype: z.string(), shape: z.array(z.int()).readonly() })).readonly(),
  files: z.array(preflightFile).readonly(),
  /** Things in the folders that are no checkpoints by their names. */
  passedOver: z.int(),
});

export type Preflight = Readonly<z.infer<typeof preflight>>;

const comparison = z.object({
  names: z.array(z.string()).readonly(),
  /** SHA-256 of each file. */
  hashes: z.array(z.string()).readonly(),
  /** Places of files with the same content. */
  duplicates: z.array(z.array(z.int()).readonly()).readonly(),
  /** For people: who shares an ancestor, what is not finite. */
  sentences: z.array(z.string()).readonly(),
  groups: z
    .array(z.object({ members: z.array(z.int()).readonly(), others: z.enum(['different', 'unsure']).nullable() }))
    .readonly(),
  tensors: z.array(z.string()).readonly(),
  pairs: z
    .array(
      z.object({
        a: z.int(),
        b: z.int(),
        verdict: z.enum(['same', 'different', 'unsure']),
        judged: z.int(),
        related: z.int(),
        /** One for each tensor; null where there is none. */
        cosines: z.array(z.number().nullable()).readonly(),
      }),
    )
    .readonly(),
});

export type IngredientsComparison = Readonly<z.infer<typeof comparison>>;

const comparisonEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), progress }),
  z.object({ kind: z.literal('compared'), comparison }),
  /** The end, if it cannot be done. */
  z.object({ kind: z.literal('failed'), error: errorFacts }),
]);

export type IngredientsComparisonEvent = Readonly<z.infer<typeof comparisonEvent>>;

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
        /** Of files that are to be read otherwise than their content says. */
        readings: z
          .array(z.object({ path, ...readingFields }))
          .max(2000)
          .default([]),
      }),
    )
    .output(preflight),
  /** Reads the files: how alike they are, tensor by tensor, and which share an ancestor. Ends when the caller leaves. */
  compare: procedure
    .input(
      z.object({
        files: z
          .array(z.object({ path, name: z.string(), ...readingFields }))
          .min(1)
          .max(200),
      }),
    )
    .output(eventIterator(comparisonEvent)),
  /** A job; each file that fits becomes an ingredient, one that does not ends the job with what is wrong with it. */
  import: procedure
    .input(
      z.object({
        projectId: id,
        files: z
          .array(
            z.object({
              path,
              name: ingredientName.optional(),
              hyperparameters: hyperparameters.optional(),
              ...readingFields,
            }),
          )
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
