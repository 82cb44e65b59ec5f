import { z } from 'zod';
import { procedure, timestamp } from './base.ts';

const device = z.object({
  runtime: z.enum(['onnx', 'tfjs']),
  device: z.string(),
  usable: z.boolean(),
  /** Version when usable, otherwise what is missing and how to get it. */
  explanation: z.string(),
  trains: z.boolean(),
  imagesPerSecond: z.number().optional(),
});

export type Device = Readonly<z.infer<typeof device>>;

const overview = z.object({
  /** `Stockpot`, `Node.js`, `SQLite`, … in the order in which they are shown. */
  versions: z.array(z.object({ name: z.string(), version: z.string() })).readonly(),
  platform: z.object({ system: z.string(), processor: z.string(), cores: z.int(), memoryBytes: z.number() }),
  workspace: z.object({
    folder: z.string(),
    /** What Stockpot keeps there. */
    parts: z.array(z.object({ name: z.string(), bytes: z.number() })).readonly(),
    diskFreeBytes: z.number(),
    diskTotalBytes: z.number(),
  }),
});

export type SystemOverview = Readonly<z.infer<typeof overview>>;

const backup = z.object({
  name: z.string(),
  bytes: z.number(),
  createdAt: timestamp,
  /** `update`: taken before a newer Stockpot changed the database; `restore`: what a restored one replaced. */
  reason: z.enum(['asked', 'update', 'restore']),
  /** It is put in place at the next start. */
  pending: z.boolean(),
});

export type Backup = Readonly<z.infer<typeof backup>>;

export const system = {
  /** Newest first. */
  backups: procedure.output(z.array(backup).readonly()),
  /** Copies the database as it is now. */
  backUp: procedure.output(backup),
  /** Puts a backup in the database's place when Stockpot is started the next time; what it replaces becomes a backup itself. */
  restoreBackup: procedure.input(z.object({ name: z.string().min(1).max(255) })).output(backup),
  /** Takes back a restoration that has not happened yet. */
  keepDatabase: procedure.output(z.object({ kept: z.boolean() })),
  /** Deletes what can be computed again: kept predictions, prepared data that no project uses, and what is kept of trainings
   * that were stopped. Refused while jobs run. */
  clearCache: procedure
    .input(z.object({ predictions: z.boolean(), unusedData: z.boolean(), trainings: z.boolean().default(false) }))
    .output(z.object({ freedBytes: z.number() })),
  /** Reads the whole database and says what is wrong with it; nothing where it is sound. */
  checkDatabase: procedure.output(z.object({ problems: z.array(z.string()).readonly() })),
  overview: procedure.output(overview),
  /** Opens every device to see whether it works: seconds, not milliseconds. With `benchmark` each usable one is timed as well. */
  devices: procedure.input(z.object({ benchmark: z.boolean().default(false) })).output(z.array(device).readonly()),
};
