import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFileErrors } from '../files/file-errors.ts';
import { openSplit } from './open-split.ts';
import { ROWS_FILE, readManifest } from './prepared-folder.ts';
import type { Split, SplitRef } from './split.ts';

/** A sample that stands in two splits, byte for byte. */
export interface SharedSample {
  readonly firstRow: number;
  readonly secondRow: number;
}

/**
 * How many samples of `second` are in `first` too. Splits of one file are told apart by their rows, so that an image is found
 * however it was damaged since; splits of different files by the stored bytes.
 * @throws StockpotError `data/not-prepared`, `data/damaged-cache`, `file/…`
 */
export function countShared(first: SplitRef, second: SplitRef): number {
  const [one, other] = [first, second].map(({ folder }) => readManifest(folder)?.provenance.images.sha256);
  if (one !== undefined && one === other) {
    const rows = new Set(rowsOf(first));
    return rowsOf(second).filter((row) => rows.has(row)).length;
  }
  const splits: Split[] = [];
  try {
    for (const ref of [first, second]) splits.push(openSplit(ref));
    return sharedSamples(splits[0]!, splits[1]!).length;
  } finally {
    for (const split of splits) split.close();
  }
}

function rowsOf({ folder, sampleCount }: SplitRef): readonly number[] {
  const path = join(folder, ROWS_FILE);
  const bytes = withFileErrors(path, () => readFileSync(path));
  return Array.from({ length: sampleCount }, (_, i) => bytes.readUInt32LE(4 * i));
}

/**
 * Samples of `second` whose stored bytes are also in `first`: a test set that shares samples with the training data flatters the
 * model. Labels are not compared. The same image damaged differently is not found; row ranges tell that.
 * One hash per sample: about 0.1 s for 60,000 small images.
 */
export function sharedSamples(first: Split, second: Split): readonly SharedSample[] {
  const rowOf = new Map<string, number>();
  for (let row = first.sampleCount - 1; row >= 0; row--) rowOf.set(digest(first, row), row);
  const shared: SharedSample[] = [];
  for (let row = 0; row < second.sampleCount; row++) {
    const firstRow = rowOf.get(digest(second, row));
    if (firstRow !== undefined) shared.push({ firstRow, secondRow: row });
  }
  return shared;
}

function digest(split: Split, row: number): string {
  return hash('sha256', split.readSample(row), 'base64');
}
