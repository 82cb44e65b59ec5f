import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  indexSamples,
  LEAST_CORRELATION,
  type NearDuplicate,
  nearDuplicates,
} from '../../main/data/near-duplicates/find.ts';
import { correlation, SHIFTS, SIGNATURE_LENGTH, Signer } from '../../main/data/near-duplicates/signature.ts';
import { SignatureIndex } from '../../main/data/near-duplicates/signature-index.ts';
import { openSplit } from '../../main/data/open-split.ts';
import { prepareSplit } from '../../main/data/prepare.ts';
import type { Split } from '../../main/data/split.ts';
import { Random } from '../../main/random.ts';
import { idxBytes } from './idx-files.ts';

const SIDE = 28;
const PIXELS = SIDE * SIDE;
const SEEN = 6000;
const SCORED = 1000;

let folder: string;
let seen: Split;
let scored: Split;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-near-'));
  const cacheFolder = join(folder, 'cache');
  const part = (name: 'train' | 'test', to: number) =>
    prepareSplit({ format: 'mnist', part: name, rows: { from: 0, to } }, { cacheFolder });
  seen = openSplit(await part('train', SEEN));
  scored = openSplit(await part('test', SCORED));
});
afterAll(() => {
  seen.close();
  scored.close();
  rmSync(folder, { recursive: true });
});

function all<Result>(work: Generator<undefined, Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

const find = (before: Split, after: Split): readonly NearDuplicate[] =>
  all(nearDuplicates(all(indexSamples(before)), after));

async function splitOf(name: string, images: readonly Uint8Array[]): Promise<Split> {
  const paths = { images: join(folder, `${name}-images`), labels: join(folder, `${name}-labels`) };
  writeFileSync(paths.images, idxBytes('U8', [images.length, SIDE, SIDE], Buffer.concat(images)));
  writeFileSync(paths.labels, idxBytes('U8', [images.length], new Uint8Array(images.length)));
  return openSplit(
    await prepareSplit({ format: 'idx', ...paths, classes: 10 }, { cacheFolder: join(folder, 'cache') }),
  );
}

function noisy(image: Uint8Array, deviation: number): Uint8Array {
  const random = new Random(7, 'noise');
  return image.map((value) => Math.min(255, Math.max(0, Math.round(value + deviation * random.normal()))));
}

function moved(image: Uint8Array, down: number, across: number): Uint8Array {
  return image.map((_, at) => image[at - down * SIDE - across] ?? 0);
}

const dimmed = (image: Uint8Array): Uint8Array => image.map((value) => Math.round(30 + 0.6 * value));

describe('near-identical samples', () => {
  it('are found among the others, however they were changed, the nearest first', async () => {
    const rows = [11, 402, 1733, 2900, 5999];
    const [a, b, c, d, e] = rows.map((row) => seen.readSample(row));
    const planted = [dimmed(a!), moved(b!, 1, 0), moved(c!, -1, 1), noisy(d!, 8), noisy(dimmed(moved(e!, 0, -1)), 4)];
    using other = await disposable('planted', [
      ...Array.from({ length: 50 }, (_, i) => scored.readSample(i)),
      ...planted,
    ]);
    const found = find(seen, other.split);
    expect(found.map(({ scoredRow, seenRow }) => [scoredRow, seenRow]).sort(byFirst)).toEqual(
      rows.map((row, i) => [50 + i, row]),
    );
    expect(found.map((one) => one.correlation)).toEqual(found.map((one) => one.correlation).toSorted((x, y) => y - x));
    expect(found.find(({ scoredRow }) => scoredRow === 51)).toMatchObject({ shift: [1, 0] });
  });

  it('are not the copies of the same bytes, which are counted elsewhere, nor empty images', async () => {
    using other = await disposable('copies', [
      seen.readSample(5),
      new Uint8Array(PIXELS),
      new Uint8Array(PIXELS).fill(9),
    ]);
    expect(find(seen, other.split)).toEqual([]);
  });

  it('are not found where there are none: of 1,000 test digits none is taken for one of 6,000 training digits', () => {
    expect(find(seen, scored)).toEqual([]);
  });

  it('are all found: comparing every pair, pixel by pixel, finds no other', async () => {
    const images = Array.from({ length: 60 }, (_, i) => scored.readSample(i));
    using few = await disposable('few', images);
    using changed = await disposable(
      'changed',
      images.map((image, i) => noisy(moved(image, (i % 3) - 1, 0), i / 3)),
    );
    const expected = images.keys().filter((row) => {
      const one = changed.split.readSample(row);
      return images.some((other) =>
        SHIFTS.some((shift) => correlation(other, one, [1, SIDE, SIDE], shift) >= LEAST_CORRELATION),
      );
    });
    const isCopy = (row: number): boolean =>
      images.some((image) => Buffer.compare(image, changed.split.readSample(row)) === 0);
    expect(
      find(few.split, changed.split)
        .map(({ scoredRow }) => scoredRow)
        .sort((x, y) => x - y),
    ).toEqual([...expected].filter((row) => !isCopy(row)));
  });
});

describe('a signature', () => {
  const image = fc.uint8Array({ minLength: 2 * 9 * 7, maxLength: 2 * 9 * 7 });

  it('is never further from another than the images are from each other', () => {
    const shape = [2, 9, 7];
    const signer = new Signer(shape);
    fc.assert(
      fc.property(image, image, fc.nat(SHIFTS.length - 1), (one, other, shift) => {
        const signatures = [
          new Float32Array(SHIFTS.length * SIGNATURE_LENGTH),
          new Float32Array(SHIFTS.length * SIGNATURE_LENGTH),
        ];
        fc.pre(signer.sign(one, SHIFTS.length, signatures[0]!) && signer.sign(other, SHIFTS.length, signatures[1]!));
        let apart = 0;
        for (let i = 0; i < SIGNATURE_LENGTH; i++) {
          apart += (signatures[0]![i]! - signatures[1]![shift * SIGNATURE_LENGTH + i]!) ** 2;
        }
        expect(apart).toBeLessThanOrEqual(2 * (1 - correlation(one, other, shape, SHIFTS[shift]!)) + 1e-4);
      }),
    );
  });

  it('is found by the index with all others within the radius', () => {
    const random = new Random(3, 'signatures');
    const count = 400;
    const vectors = Float32Array.from(
      { length: count * SIGNATURE_LENGTH },
      (_, i) => random.normal() / (1 + (i % SIGNATURE_LENGTH)),
    );
    const index = all(
      SignatureIndex.of(
        vectors,
        Int32Array.from({ length: count }, (_, i) => 1000 + i),
      ),
    );
    for (const query of [0, 77, 399]) {
      const radius = 0.8;
      const near = new Set(index.near(vectors, query * SIGNATURE_LENGTH, radius));
      for (let row = 0; row < count; row++) {
        let apart = 0;
        for (let i = 0; i < SIGNATURE_LENGTH; i++) {
          apart += (vectors[row * SIGNATURE_LENGTH + i]! - vectors[query * SIGNATURE_LENGTH + i]!) ** 2;
        }
        if (Math.sqrt(apart) <= radius - 1e-4) expect(near).toContain(1000 + row);
      }
      expect(near.size).toBeLessThan(count);
    }
  });
});

async function disposable(
  name: string,
  images: readonly Uint8Array[],
): Promise<Disposable & { readonly split: Split }> {
  const split = await splitOf(name, images);
  return { split, [Symbol.dispose]: () => split.close() };
}

function byFirst([a]: readonly number[], [b]: readonly number[]): number {
  return a! - b!;
}
