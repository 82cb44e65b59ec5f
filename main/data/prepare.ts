import { createHash } from 'node:crypto';
import { closeSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { StockpotError, throwIfCancelled } from '../errors.ts';
import { writeFolderAtomically } from '../files/atomic-folder.ts';
import { withFileErrors } from '../files/file-errors.ts';
import { hashFile } from '../files/hash-file.ts';
import { removePartials } from '../files/partial-names.ts';
import type { OnProgress } from '../progress.ts';
import { corruptImage } from './corruptions/index.ts';
import { type LabelledImages, openLabelledImages } from './labelled-images.ts';
import { mnistFiles } from './mnist.ts';
import {
  IMAGES_FILE,
  LABELS_FILE,
  MANIFEST_FILE,
  type Manifest,
  PREPARATION_VERSION,
  type Provenance,
  ROWS_FILE,
  readManifest,
  refOf,
} from './prepared-folder.ts';
import { selectRows } from './rows.ts';
import type { CorruptionSpec, DataSource, IdxSource } from './source.ts';
import type { Normalization, SplitRef } from './split.ts';

export interface PrepareOptions {
  /** Prepared splits are kept here, one folder each. */
  readonly cacheFolder: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  /** What progress calls the split: `test`. */
  readonly name?: string;
}

/** Bytes prepared between two looks at the signal. */
const CHUNK = 1 << 20;

/**
 * Labelled samples as a folder of the cache, ready to be read in batches. The folder's name is a hash of everything its bytes
 * depend on, so that a second call, by any process, finds it and does no work. It is complete or absent.
 * @param source its paths absolute or relative to the working directory (see `resolveSource`)
 * @throws StockpotError `data/…` for bad files or selections, `data/changed` when the files aren't those the source names, `file/…`
 */
export async function prepareSplit(source: DataSource, options: PrepareOptions): Promise<SplitRef> {
  const idx = asIdx(source);
  const before = stampOf(idx);
  const provenanceOfFiles = await hashFiles(idx, options);
  const opened = await openLabelledImages(idx, idx.classes, options.signal);
  try {
    const normalization = normalizationFor(idx.normalization, opened);
    const provenance = { ...provenanceOfFiles, classes: opened.classCount };
    const key = keyOf(provenance, normalization);
    const folder = join(options.cacheFolder, key);
    const ready = readManifest(folder);
    if (ready !== undefined) return refOf(ready, folder);

    const rows = selectRows(opened.labels, idx.rows, idx.images);
    const { channels, height, width } = opened.shape;
    const manifest: Manifest = {
      key,
      sampleCount: rows.length,
      sampleShape: [channels, height, width],
      classCount: opened.classCount,
      normalization: { mean: [...normalization.mean], std: [...normalization.std] },
      provenance,
    };
    removePartials(options.cacheFolder);
    await writeFolderAtomically(folder, async (temporaryFolder) => {
      await writeImages(opened, rows, idx.corruption, join(temporaryFolder, IMAGES_FILE), options);
      refuseTouched(idx, before);
      withFileErrors(folder, () => writeRest(temporaryFolder, opened.labels, rows, manifest));
    });
    return refOf(manifest, folder);
  } finally {
    opened.close();
  }
}

/** A source in the terms of files: where the demo's data set is looked up, other sources stay as they are. */
function asIdx(source: DataSource): IdxSource {
  if (source.format === 'idx') return source;
  const { part, ...common } = source;
  return { ...common, ...mnistFiles(part), format: 'idx', classes: 10 };
}

async function hashFiles(source: IdxSource, { signal }: PrepareOptions): Promise<Omit<Provenance, 'classes'>> {
  const options = signal === undefined ? {} : { signal };
  const [images, labels] = await Promise.all([hashFile(source.images, options), hashFile(source.labels, options)]);
  if (source.sha256 !== undefined) {
    refuseChanged(source.images, images, source.sha256.images);
    refuseChanged(source.labels, labels, source.sha256.labels);
  }
  return {
    version: PREPARATION_VERSION,
    images: { name: basename(source.images), sha256: images },
    labels: { name: basename(source.labels), sha256: labels },
    ...(source.rows === undefined ? {} : { rows: source.rows }),
    ...(source.corruption === undefined ? {} : { corruption: source.corruption }),
  };
}

/** Sizes and times of the files: they tell a file that changed between being hashed and being read. */
function stampOf({ images, labels }: IdxSource): string {
  return [images, labels]
    .map((path) => withFileErrors(path, () => statSync(path, { bigint: true })))
    .map(({ ino, size, mtimeNs }) => `${ino} ${size} ${mtimeNs}`)
    .join();
}

function refuseTouched(source: IdxSource, before: string): void {
  if (stampOf(source) === before) return;
  throw new StockpotError({
    code: 'data/changed',
    what: 'The files changed while they were read',
    where: `${source.images}, ${source.labels}`,
    remedy: 'Make sure that nothing writes to them, and try again.',
  });
}

function refuseChanged(path: string, found: string, expected: string): void {
  if (found === expected) return;
  throw new StockpotError({
    code: 'data/changed',
    what: 'This is not the file that the source names',
    where: path,
    details: [`SHA-256 expected: ${expected}`, `SHA-256 found: ${found}`],
    remedy: 'Put the original file back, or take sha256 out of the source to use this one.',
  });
}

function normalizationFor(given: Normalization | undefined, opened: LabelledImages): Normalization {
  const { channels } = opened.shape;
  if (given === undefined) return { mean: Array(channels).fill(0), std: Array(channels).fill(1) };
  if (given.mean.length === channels) return given;
  throw new StockpotError({
    code: 'data/bad-normalization',
    what: `The normalization has ${given.mean.length} channels, the images have ${channels}`,
    where: opened.images.path,
  });
}

/** Names of files don't count: the same bytes under another name are the same data. */
function keyOf(provenance: Provenance, normalization: Normalization): string {
  const { version, images, labels, classes, rows, corruption } = provenance;
  const facts = [
    version,
    images.sha256,
    labels.sha256,
    classes,
    rows === undefined ? null : [rows.from, rows.to, rows.shuffle ?? null, rows.stratified ?? false],
    corruption === undefined ? null : [corruption.kind, corruption.severity, corruption.seed],
    normalization.mean,
    normalization.std,
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

async function writeImages(
  opened: LabelledImages,
  rows: Int32Array,
  corruption: CorruptionSpec | undefined,
  path: string,
  { signal, onProgress, name }: PrepareOptions,
): Promise<void> {
  const { images, shape } = opened;
  const length = images.rowLength;
  const perChunk = Math.max(1, Math.floor(CHUNK / length));
  const stage = name === undefined ? 'Preparing images' : `Preparing ${name}`;
  const clean = new Uint8Array(length);
  const descriptor = withFileErrors(path, () => openSync(path, 'wx'));
  try {
    for (let first = 0; first < rows.length; first += perChunk) {
      const chunkRows = rows.subarray(first, first + perChunk);
      const chunk = new Uint8Array(chunkRows.length * length);
      chunkRows.forEach((row, i) => {
        const target = chunk.subarray(i * length, (i + 1) * length);
        images.readRows(row, corruption === undefined ? target : clean);
        if (corruption !== undefined) corruptImage(corruption, row, clean, shape, target);
      });
      withFileErrors(path, () => writeAll(descriptor, chunk));
      onProgress?.({ stage, done: first + chunkRows.length, total: rows.length, unit: 'images' });
      // Lets an abort be heard.
      await setImmediate();
      throwIfCancelled(signal);
    }
  } finally {
    closeSync(descriptor);
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
}

function writeRest(folder: string, labels: Int32Array, rows: Int32Array, manifest: Manifest): void {
  const bytes = (value: (row: number) => number): Uint8Array => {
    const view = new DataView(new ArrayBuffer(4 * rows.length));
    rows.forEach((row, i) => {
      view.setInt32(4 * i, value(row), true);
    });
    return new Uint8Array(view.buffer);
  };
  writeFileSync(
    join(folder, LABELS_FILE),
    bytes((row) => labels[row]!),
  );
  writeFileSync(
    join(folder, ROWS_FILE),
    bytes((row) => row),
  );
  writeFileSync(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
}
