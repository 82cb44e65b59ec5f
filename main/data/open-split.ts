import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StockpotError } from '../errors.ts';
import { withFileErrors } from '../files/file-errors.ts';
import { IMAGES_FILE, LABELS_FILE, readManifest } from './prepared-folder.ts';
import { readFully } from './read-fully.ts';
import type { Normalization, Split, SplitRef } from './split.ts';

/** Splits up to this many bytes of images are kept in memory unless the caller says otherwise. */
const MEMORY_BUDGET = 256 * 2 ** 20;

/** Copies one row's stored bytes to the front of `target`. */
type ReadRow = (row: number, target: Uint8Array) => void;

/**
 * Opens a prepared split for reading.
 * @param memoryBudget bytes of images above which rows are read from the file as they are asked for
 * @throws StockpotError `data/not-prepared` when its folder is gone, `data/damaged-cache`, `file/io`
 */
export function openSplit(ref: SplitRef, memoryBudget: number = MEMORY_BUDGET): Split {
  const manifest = readManifest(ref.folder);
  if (manifest === undefined) {
    throw new StockpotError({
      code: 'data/not-prepared',
      what: 'The prepared split is no longer there',
      where: ref.folder,
      remedy: 'Prepare it again from its source files.',
    });
  }
  const sampleLength = ref.sampleShape.reduce((product, extent) => product * extent, 1);
  const inMemory = sampleLength * ref.sampleCount <= memoryBudget;
  const path = join(ref.folder, IMAGES_FILE);
  const { readRow, close } = inMemory ? memoryReader(path, sampleLength) : fileReader(path, sampleLength);
  const labels = readLabels(join(ref.folder, LABELS_FILE), ref.sampleCount);
  const table = normalizationTable(ref.normalization);
  const planeLength = sampleLength / ref.sampleShape[0]!;
  const bytes = new Uint8Array(sampleLength);

  const checkRow = (row: number): void => {
    if (row < 0 || row >= ref.sampleCount) throw new RangeError(`Row ${row} is not in 0 … ${ref.sampleCount - 1}`);
  };
  return {
    ...ref,
    labels,
    readBatch(rows, target) {
      for (let i = 0; i < rows.length; i++) {
        checkRow(rows[i]!);
        readRow(rows[i]!, bytes);
        const start = i * sampleLength;
        for (let at = 0, channel = 0; at < sampleLength; channel++) {
          const values = table[channel]!;
          for (const end = at + planeLength; at < end; at++) target[start + at] = values[bytes[at]!]!;
        }
      }
    },
    readSample(row) {
      checkRow(row);
      const sample = new Uint8Array(sampleLength);
      readRow(row, sample);
      return sample;
    },
    close,
  };
}

function memoryReader(path: string, sampleLength: number): { readRow: ReadRow; close: () => void } {
  const all = withFileErrors(path, () => readFileSync(path));
  return {
    readRow: (row, target) => target.set(all.subarray(row * sampleLength, (row + 1) * sampleLength)),
    close() {},
  };
}

function fileReader(path: string, sampleLength: number): { readRow: ReadRow; close: () => void } {
  const descriptor = withFileErrors(path, () => openSync(path, 'r'));
  let open = true;
  return {
    readRow: (row, target) => readFully(descriptor, target, row * sampleLength, path),
    close() {
      if (open) closeSync(descriptor);
      open = false;
    },
  };
}

function readLabels(path: string, count: number): Int32Array {
  const bytes = withFileErrors(path, () => readFileSync(path));
  return Int32Array.from({ length: count }, (_, i) => bytes.readInt32LE(4 * i));
}

/** The normalised value of each byte, per channel. */
function normalizationTable({ mean, std }: Normalization): readonly Float32Array[] {
  return mean.map((center, channel) =>
    Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - center) / std[channel]!),
  );
}
