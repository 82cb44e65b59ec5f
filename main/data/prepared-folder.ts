import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { StockpotError } from '../errors.ts';
import { systemCode } from '../files/file-errors.ts';
import { corruptionSchema, normalizationSchema, rowsSchema } from './source.ts';
import type { SplitRef } from './split.ts';

/** Part of every key: raise it when the same source would give other bytes. */
export const PREPARATION_VERSION = 1;

/** U8 [samples, channels, height, width] */
export const IMAGES_FILE = 'images.u8';
/** Little-endian I32 [samples] */
export const LABELS_FILE = 'labels.i32';
/** Little-endian U32 [samples]: each sample's row in the source files. */
export const ROWS_FILE = 'rows.u32';
export const MANIFEST_FILE = 'split.json';

const sourceFile = z.strictObject({ name: z.string(), sha256: z.string() });

/** What a split was made from: with the same files, its key can be computed again. */
const provenanceSchema = z.strictObject({
  version: z.number(),
  images: sourceFile,
  labels: sourceFile,
  classes: z.number(),
  rows: rowsSchema.optional(),
  corruption: corruptionSchema.optional(),
});

export type Provenance = z.infer<typeof provenanceSchema>;

const manifestSchema = z.strictObject({
  key: z.string(),
  sampleCount: z.number(),
  sampleShape: z.array(z.number()),
  classCount: z.number(),
  normalization: normalizationSchema,
  provenance: provenanceSchema,
});

export type Manifest = z.infer<typeof manifestSchema>;

/**
 * The manifest of a prepared split, or undefined where there is none.
 * @throws StockpotError `data/damaged-cache` when the folder isn't as it was written
 */
export function readManifest(folder: string): Manifest | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, MANIFEST_FILE), 'utf8');
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT' && statSync(folder, { throwIfNoEntry: false }) === undefined) return undefined;
    throw damaged(folder, thrown);
  }
  const manifest = parseManifest(text, folder);
  const samples = manifest.sampleCount;
  const sampleLength = manifest.sampleShape.reduce((product, extent) => product * extent, 1);
  checkSize(join(folder, IMAGES_FILE), samples * sampleLength, folder);
  checkSize(join(folder, LABELS_FILE), 4 * samples, folder);
  checkSize(join(folder, ROWS_FILE), 4 * samples, folder);
  return manifest;
}

/** The plain data by which a split is passed on. */
export function refOf(manifest: Manifest, folder: string): SplitRef {
  const { key, sampleCount, sampleShape, classCount, normalization } = manifest;
  return { key, folder, sampleCount, sampleShape, classCount, normalization };
}

function parseManifest(text: string, folder: string): Manifest {
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (thrown) {
    throw damaged(folder, thrown);
  }
}

function checkSize(path: string, expected: number, folder: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.size !== expected) throw damaged(folder, undefined);
}

function damaged(folder: string, cause: unknown): StockpotError {
  return new StockpotError({
    code: 'data/damaged-cache',
    kind: 'failure',
    what: 'This prepared split is not as it was written',
    where: folder,
    remedy: 'Delete the folder; it is made again from the source files.',
    cause,
  });
}
