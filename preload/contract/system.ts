import { z } from 'zod';
import { procedure } from './base.ts';

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

export const system = {
  overview: procedure.output(overview),
  /** Opens every device to see whether it works: seconds, not milliseconds. With `benchmark` each usable one is timed as well. */
  devices: procedure.input(z.object({ benchmark: z.boolean().default(false) })).output(z.array(device).readonly()),
};
