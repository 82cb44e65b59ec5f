import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { errorFacts, id, procedure, timestamp } from './base.ts';
import { progress } from './jobs.ts';

const role = z.enum(['train', 'selection', 'test']);
const plainData = z.record(z.string(), z.unknown());

const splitRow = z.object({
  id,
  projectId: id,
  /** The data set that it belongs to. */
  dataset: z.string(),
  role,
  name: z.string(),
  /** One line: `MNIST test, gaussian-noise 3`. */
  description: z.string(),
  /** As a recipe file names it, paths absolute. */
  source: plainData,
  sampleCount: z.int(),
  /** [channels, height, width] */
  sampleShape: z.array(z.int()).readonly(),
  classCount: z.int(),
  normalization: z.object({ mean: z.array(z.number()).readonly(), std: z.array(z.number()).readonly() }),
  /** Runs that use it; one that is used cannot be removed. */
  runCount: z.int(),
  /** Its prepared samples are in the cache; otherwise they are made again when they are needed. */
  prepared: z.boolean(),
  createdAt: timestamp,
});

export type SplitRow = Readonly<z.infer<typeof splitRow>>;

const sample = z.object({
  /** In the split. */
  row: z.int(),
  label: z.int(),
  /** Base64 of its stored bytes [channels, height, width]. */
  pixels: z.string(),
});

export type Sample = Readonly<z.infer<typeof sample>>;

const corruption = z.object({
  kind: z.string(),
  title: z.string(),
  description: z.string(),
  source: z.string(),
  /** What a level is, with its unit. */
  parameter: z.string(),
  /** Of severity 1 … 5. */
  levels: z.array(z.number()).readonly(),
});

export type CorruptionCard = Readonly<z.infer<typeof corruption>>;

const severity = z.int().min(1).max(5);

const sourceKind = z.object({
  /** The word in recipe files: `idx`. */
  format: z.string(),
  title: z.string(),
  description: z.string(),
  /** JSON Schema of what a source of it may say. */
  schema: plainData,
});

export type SourceKind = Readonly<z.infer<typeof sourceKind>>;

const namedSplit = z.object({ id, role, name: z.string() });

const nearDuplicates = z.object({
  /** From here on two samples count as near-identical. */
  leastCorrelation: z.number(),
  pairs: z
    .array(
      z.object({
        seen: namedSplit,
        scored: namedSplit,
        /** [channels, height, width] */
        shape: z.array(z.int()).readonly(),
        /** How many samples of `scored` are nearly the same as one of `seen`, of how many; copies of the same bytes are not counted. */
        count: z.int(),
        of: z.int(),
        /** The nearest of them first, not all where there are many. */
        nearest: z
          .array(
            z.object({
              seenRow: z.int(),
              scoredRow: z.int(),
              correlation: z.number(),
              /** Pixels down and across by which the scored one is moved. */
              shift: z.tuple([z.int(), z.int()]).readonly(),
            }),
          )
          .readonly(),
      }),
    )
    .readonly(),
});

export type NearDuplicates = Readonly<z.infer<typeof nearDuplicates>>;

const nearDuplicatesEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), progress }),
  nearDuplicates.extend({ kind: z.literal('found') }),
  /** The end, if it cannot be done. */
  z.object({ kind: z.literal('failed'), error: errorFacts }),
]);

export type NearDuplicatesEvent = Readonly<z.infer<typeof nearDuplicatesEvent>>;

export const datasets = {
  /** By role, then by name; of splits with one name the newest first. */
  list: procedure.input(z.object({ projectId: id })).output(z.array(splitRow).readonly()),
  /** The kinds of data that can be added. */
  sources: procedure.output(z.array(sourceKind).readonly()),
  /** Looks into the files of a source before anything is stored. */
  inspect: procedure.input(z.object({ source: plainData })).output(
    z.object({
      sampleCount: z.int(),
      sampleShape: z.array(z.int()).readonly(),
      classCount: z.int(),
      /** By label, from 0 on. */
      balance: z.array(z.int()).readonly(),
      samples: z.array(sample).readonly(),
    }),
  ),
  /** A job that prepares splits and remembers them. */
  add: procedure
    .input(
      z.object({
        projectId: id,
        dataset: z.string().trim().min(1).max(200).default('data'),
        splits: z
          .array(z.object({ role, name: z.string().trim().min(1, 'A split needs a name').max(200), source: plainData }))
          .min(1)
          .max(100),
      }),
    )
    .output(z.object({ jobId: id })),
  /** A job that adds MNIST, which comes with Stockpot: train, selection, the clean test set and, where asked for, eight damaged ones. */
  addMnist: procedure
    .input(z.object({ projectId: id, seed: z.int().min(0).default(42), shifted: z.boolean().default(true) }))
    .output(z.object({ jobId: id })),
  /** One that runs use is refused. */
  remove: procedure.input(z.object({ id })).output(z.object({ id })),
  /** A window of a split's samples, of one class where one is named. */
  samples: procedure
    .input(
      z.object({
        splitId: id,
        label: z.int().min(0).optional(),
        offset: z.int().min(0).default(0),
        limit: z.int().min(1).max(500).default(60),
      }),
    )
    .output(z.object({ total: z.int(), shape: z.array(z.int()).readonly(), samples: z.array(sample).readonly() })),
  /** How many samples of each class, by label from 0 on. */
  balance: procedure.input(z.object({ splitId: id })).output(z.object({ counts: z.array(z.int()).readonly() })),
  corruptions: procedure.output(z.array(corruption).readonly()),
  /** Samples of a split as each severity would damage them; `variants[severity - 1]` in the order of `rows`. */
  corrupt: procedure
    .input(
      z.object({
        splitId: id,
        kind: z.string(),
        seed: z.int().min(0).default(0),
        rows: z.array(z.int().min(0)).min(1).max(24),
        severities: z.array(severity).min(1).max(5).default([1, 2, 3, 4, 5]),
      }),
    )
    .output(
      z.object({
        shape: z.array(z.int()).readonly(),
        originals: z.array(sample).readonly(),
        variants: z.array(z.object({ severity, samples: z.array(sample).readonly() })).readonly(),
      }),
    ),
  /**
   * For every pair of the newest splits of which the second is scored and must not know the first: how many of its samples are in
   * the first as well, the same bytes or the same row of one file.
   */
  leakage: procedure.input(z.object({ projectId: id })).output(
    z
      .array(
        z.object({
          seen: namedSplit,
          scored: namedSplit,
          shared: z.int(),
          of: z.int(),
        }),
      )
      .readonly(),
  ),
  /** Which samples of the same pairs merely look alike. Reads and compares all of them, for seconds; ends when the caller leaves. */
  nearDuplicates: procedure.input(z.object({ projectId: id })).output(eventIterator(nearDuplicatesEvent)),
};
