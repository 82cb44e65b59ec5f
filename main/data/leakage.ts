import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../errors.ts';
import { withFileErrors } from '../files/file-errors.ts';
import { openSplit } from './open-split.ts';
import { ROWS_FILE, readManifest } from './prepared-folder.ts';
import type { Split, SplitRef } from './split.ts';

/** A sample that stands in two splits, byte for byte. */
export interface SharedSample {
  readonly firstRow: number;
  readonly secondRow: number;
}

/** Samples that are read between two looks at the signal, and before other work gets its turn. */
const CHUNK = 1000;

/**
 * Counts samples that splits share. Splits of one file are told apart by their rows, so that an image is found however it was
 * damaged since; splits of different files by the stored bytes. Each split is read once, however many it is compared with, and
 * other work gets its turn meanwhile: about half a second for 150,000 small images.
 */
export class SharedSampleCounter {
  readonly #signal: AbortSignal | undefined;
  readonly #digests = new Map<string, readonly string[]>();
  readonly #sets = new Map<string, ReadonlySet<string>>();

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /**
   * How many samples of `second` are in `first` too.
   * @throws StockpotError `data/not-prepared`, `data/damaged-cache`, `file/…`, `job/cancelled`
   */
  async count(first: SplitRef, second: SplitRef): Promise<number> {
    const [one, other] = [first, second].map(({ folder }) => readManifest(folder)?.provenance.images.sha256);
    if (one !== undefined && one === other) {
      const rows = new Set(rowsOf(first));
      return rowsOf(second).filter((row) => rows.has(row)).length;
    }
    const known = this.#sets.get(first.key) ?? new Set(await this.#digestsOf(first));
    this.#sets.set(first.key, known);
    return (await this.#digestsOf(second)).filter((sample) => known.has(sample)).length;
  }

  async #digestsOf(ref: SplitRef): Promise<readonly string[]> {
    const known = this.#digests.get(ref.key);
    if (known !== undefined) return known;
    const split = openSplit(ref);
    try {
      const digests: string[] = [];
      for (let row = 0; row < split.sampleCount; row++) {
        digests.push(digest(split, row));
        if (row % CHUNK > 0) continue;
        await setImmediate();
        throwIfCancelled(this.#signal);
      }
      this.#digests.set(ref.key, digests);
      return digests;
    } finally {
      split.close();
    }
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
