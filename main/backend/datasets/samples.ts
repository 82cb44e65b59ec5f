import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORRUPTION_KINDS, type CorruptionKind, corruptImage } from '../../data/corruptions/index.ts';
import { openLabelledImages } from '../../data/labelled-images.ts';
import { mnistFiles } from '../../data/mnist.ts';
import { openSplit } from '../../data/open-split.ts';
import { ROWS_FILE } from '../../data/prepared-folder.ts';
import { selectRows } from '../../data/rows.ts';
import type { DataSource } from '../../data/source.ts';
import type { Split, SplitRef } from '../../data/split.ts';
import { StockpotError } from '../../errors.ts';
import { withFileErrors } from '../../files/file-errors.ts';

interface Sample {
  readonly row: number;
  readonly label: number;
  /** Base64 of the stored bytes [channels, height, width]. */
  readonly pixels: string;
}

/** Reads what is asked for and closes the split; images are never held in memory as a whole. */
function withSplit<T>(ref: SplitRef, read: (split: Split) => T): T {
  const split = openSplit(ref, 0);
  try {
    return read(split);
  } finally {
    split.close();
  }
}

/** A window of the samples, of one class where one is named. */
export function readSamples(
  ref: SplitRef,
  { label, offset, limit }: { readonly label?: number | undefined; readonly offset: number; readonly limit: number },
): { readonly total: number; readonly shape: readonly number[]; readonly samples: readonly Sample[] } {
  return withSplit(ref, (split) => {
    const rows = Array.from(split.labels.keys()).filter((row) => label === undefined || split.labels[row] === label);
    const samples = rows.slice(offset, offset + limit).map((row) => sampleOf(split, row));
    return { total: rows.length, shape: ref.sampleShape, samples };
  });
}

/** How many samples of each class, by label. */
export function countClasses(ref: SplitRef): readonly number[] {
  return withSplit(ref, (split) => countsOf(split.labels, ref.classCount));
}

export interface CorruptRequest {
  readonly kind: string;
  readonly seed: number;
  readonly rows: readonly number[];
  readonly severities: readonly number[];
}

/**
 * Samples as a corruption would damage them, with the very noise that a split with this corruption gets.
 * @throws StockpotError `data/unknown-corruption`, `data/no-such-row`
 */
export function corruptSamples(ref: SplitRef, { kind, seed, rows, severities }: CorruptRequest) {
  const known = knownKind(kind);
  const [channels = 1, height = 1, width = 1] = ref.sampleShape;
  const sourceRows = readRows(ref);
  return withSplit(ref, (split) => {
    const originals = rows.map((row) => {
      if (row < ref.sampleCount) return sampleOf(split, row);
      throw new StockpotError({
        code: 'data/no-such-row',
        what: `There is no row ${row}; the split has ${ref.sampleCount} samples`,
      });
    });
    const variants = severities.map((severity) => ({
      severity,
      samples: originals.map((original) => {
        const damaged = new Uint8Array(channels * height * width);
        const corruption = { kind: known, severity: severity as 1 | 2 | 3 | 4 | 5, seed };
        const sourceRow = sourceRows[original.row]!;
        corruptImage(corruption, sourceRow, split.readSample(original.row), { channels, height, width }, damaged);
        return { ...original, pixels: base64(damaged) };
      }),
    }));
    return { shape: ref.sampleShape, originals, variants };
  });
}

const FIRST_LOOK = 24;

/**
 * What a source holds, before it is prepared.
 * @throws StockpotError `data/…`, `file/…`
 */
export async function inspectSource(source: DataSource, signal?: AbortSignal) {
  const files = source.format === 'idx' ? source : { ...mnistFiles(source.part), classes: 10 };
  const opened = await openLabelledImages(files, files.classes, signal);
  try {
    const { channels, height, width } = opened.shape;
    const rows = selectRows(opened.labels, source.rows, opened.images.path);
    const labels = Int32Array.from(rows, (row) => opened.labels[row]!);
    const bytes = new Uint8Array(channels * height * width);
    const samples = Array.from(rows.subarray(0, FIRST_LOOK), (sourceRow, row) => {
      opened.images.readRows(sourceRow, bytes);
      return { row, label: opened.labels[sourceRow]!, pixels: base64(bytes) };
    });
    return {
      sampleCount: rows.length,
      sampleShape: [channels, height, width],
      classCount: opened.classCount,
      balance: countsOf(labels, opened.classCount),
      samples,
    };
  } finally {
    opened.close();
  }
}

function countsOf(labels: Int32Array, classCount: number): readonly number[] {
  const counts = new Array<number>(classCount).fill(0);
  for (const label of labels) counts[label]! += 1;
  return counts;
}

function sampleOf(split: Split, row: number): Sample {
  return { row, label: split.labels[row]!, pixels: base64(split.readSample(row)) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function readRows({ folder, sampleCount }: SplitRef): Uint32Array {
  const path = join(folder, ROWS_FILE);
  const bytes = withFileErrors(path, () => readFileSync(path));
  return Uint32Array.from({ length: sampleCount }, (_, i) => bytes.readUInt32LE(4 * i));
}

function knownKind(kind: string): CorruptionKind {
  const known = CORRUPTION_KINDS.find((one) => one === kind);
  if (known !== undefined) return known;
  throw new StockpotError({
    code: 'data/unknown-corruption',
    what: `There is no corruption "${kind}"`,
    remedy: `There are ${CORRUPTION_KINDS.join(', ')}.`,
  });
}
