import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CORRUPTION_KINDS, corruptImage } from '../../main/data/corruptions/index.ts';
import { SharedSampleCounter, sharedSamples } from '../../main/data/leakage.ts';
import { openSplit } from '../../main/data/open-split.ts';
import { prepareSplit } from '../../main/data/prepare.ts';
import type { IdxSource } from '../../main/data/source.ts';
import type { SplitRef } from '../../main/data/split.ts';
import { hashFile } from '../../main/files/hash-file.ts';
import { isPartialName } from '../../main/files/partial-names.ts';
import { writeImages } from './idx-files.ts';

/** More than one chunk. */
const COUNT = 2000;
const SIDE = 28;
const SAMPLE = SIDE * SIDE;

let folder: string;
let cacheFolder: string;
let files: ReturnType<typeof writeImages>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-data-'));
  files = writeImages(folder, COUNT, SIDE, 10);
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  cacheFolder = join(mkdtempSync(join(folder, 'test-')), 'cache');
});

function source(rest: Partial<IdxSource> = {}): IdxSource {
  return { format: 'idx', images: files.images, labels: files.labels, ...rest };
}

function rowsOf(ref: SplitRef): readonly number[] {
  const bytes = readFileSync(join(ref.folder, 'rows.u32'));
  return Array.from({ length: ref.sampleCount }, (_, i) => bytes.readUInt32LE(4 * i));
}

describe('a prepared split', () => {
  it('holds the images and labels of its source', async () => {
    const ref = await prepareSplit(source(), { cacheFolder });
    expect(ref).toMatchObject({ sampleCount: COUNT, sampleShape: [1, SIDE, SIDE], classCount: 10 });
    const split = openSplit(ref);
    expect(split.labels).toEqual(Int32Array.from(files.classOf));
    expect(split.readSample(7)).toEqual(files.pixels.subarray(7 * SAMPLE, 8 * SAMPLE));
    split.close();
  });

  it.each([
    ['memory', 2 ** 30],
    ['the file', 0],
  ])('gives normalised batches of any rows in any order from %s', async (_, memoryBudget) => {
    const normalization = { mean: [0.25], std: [0.5] };
    const split = openSplit(await prepareSplit(source({ normalization }), { cacheFolder }), memoryBudget);
    const rows = [1999, 0, 17, 17];
    const batch = new Float32Array(rows.length * SAMPLE + 5).fill(-9);
    split.readBatch(rows, batch);
    const expected = rows.flatMap((row) =>
      [...files.pixels.subarray(row * SAMPLE, (row + 1) * SAMPLE)].map((byte) =>
        Math.fround((byte / 255 - 0.25) / 0.5),
      ),
    );
    expect([...batch.subarray(0, expected.length)]).toEqual(expected);
    expect([...batch.subarray(expected.length)]).toEqual(Array(5).fill(-9));
    expect(() => split.readBatch([COUNT], batch)).toThrow(RangeError);
    expect(() => split.readSample(-1)).toThrow(RangeError);
    split.close();
  });

  it('is made once: a second call finds it and does no work', async () => {
    const corruption = { kind: 'blur', severity: 2, seed: 1 } as const;
    const first = await prepareSplit(source({ corruption }), { cacheFolder });
    const before = statSync(join(first.folder, 'images.u8'), { bigint: true });
    let reports = 0;
    const second = await prepareSplit(source({ corruption }), { cacheFolder, onProgress: () => reports++ });
    expect(second).toEqual(first);
    expect(reports).toBe(0);
    const after = statSync(join(first.folder, 'images.u8'), { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
    expect(readdirSync(cacheFolder)).toEqual([first.key]);
  });

  it('has a key of everything its bytes depend on, and of nothing else', async () => {
    const variants: Partial<IdxSource>[] = [
      {},
      { rows: { from: 0, to: 100 } },
      { rows: { from: 0, to: 100, shuffle: 1 } },
      { rows: { from: 0, to: 100, shuffle: 2 } },
      { rows: { from: 0, to: 100, shuffle: 1, stratified: true } },
      { corruption: { kind: 'contrast', severity: 1, seed: 0 } },
      { corruption: { kind: 'contrast', severity: 2, seed: 0 } },
      { corruption: { kind: 'contrast', severity: 1, seed: 1 } },
      { normalization: { mean: [0.1], std: [1] } },
      { classes: 11 },
    ];
    const refs = await Promise.all(variants.map((rest) => prepareSplit(source(rest), { cacheFolder })));
    expect(new Set(refs.map((ref) => ref.key)).size).toBe(variants.length);

    const renamed = join(folder, 'renamed');
    copyFileSync(files.images, renamed);
    expect((await prepareSplit(source({ images: renamed }), { cacheFolder })).key).toBe(refs[0]!.key);
    const other = Buffer.from(readFileSync(files.images));
    other[500] = other[500]! ^ 1;
    writeFileSync(renamed, other);
    expect((await prepareSplit(source({ images: renamed }), { cacheFolder })).key).not.toBe(refs[0]!.key);
  });

  it('is the same when two callers make it at once', async () => {
    const refs = await Promise.all([1, 2, 3].map(() => prepareSplit(source(), { cacheFolder })));
    expect(refs[1]).toEqual(refs[0]);
    expect(refs[2]).toEqual(refs[0]);
    expect(readdirSync(cacheFolder)).toEqual([refs[0]!.key]);
  });

  it('is absent after a cancellation', async () => {
    const abort = new AbortController();
    const work = prepareSplit(source(), { cacheFolder, signal: abort.signal, onProgress: () => abort.abort() });
    await expect(work).rejects.toMatchObject({ code: 'job/cancelled' });
    expect(readdirSync(cacheFolder)).toEqual([]);
  });

  it('is absent after a kill -9, and what was begun is cleared away by the next call', async () => {
    const script = `
      import { prepareSplit } from ${JSON.stringify(new URL('../../main/data/prepare.ts', import.meta.url).href)};
      await prepareSplit(${JSON.stringify(source())}, {
        cacheFolder: ${JSON.stringify(cacheFolder)},
        onProgress: () => process.kill(process.pid, 'SIGKILL'),
      });`;
    const child = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
    expect(child.signal).toBe('SIGKILL');
    const left = readdirSync(cacheFolder);
    expect(left).toHaveLength(1);
    expect(isPartialName(left[0]!)).toBe(true);

    const ref = await prepareSplit(source(), { cacheFolder });
    expect(readdirSync(cacheFolder)).toEqual([ref.key]);
    expect(openSplit(ref).readSample(COUNT - 1)).toEqual(files.pixels.subarray((COUNT - 1) * SAMPLE));
  });

  it('that was tampered with, or is gone, is said to be', async () => {
    const ref = await prepareSplit(source(), { cacheFolder });
    truncateSync(join(ref.folder, 'images.u8'), 1000);
    expect(() => openSplit(ref)).toThrow(expect.objectContaining({ code: 'data/damaged-cache' }));
    await expect(prepareSplit(source(), { cacheFolder })).rejects.toMatchObject({ code: 'data/damaged-cache' });
    rmSync(ref.folder, { recursive: true });
    expect(() => openSplit(ref)).toThrow(expect.objectContaining({ code: 'data/not-prepared' }));
  });

  it('comes out of gzipped files as well', async () => {
    const packed = writeImages(join(cacheFolder, '..'), 40, 5, 3, { gzip: true });
    const split = openSplit(
      await prepareSplit({ format: 'idx', images: packed.images, labels: packed.labels }, { cacheFolder }),
    );
    expect(split.readSample(39)).toEqual(packed.pixels.subarray(39 * 25));
  });

  it('damages every image as its row and the seed say, whichever rows are taken', async () => {
    const shape = { channels: 1, height: SIDE, width: SIDE };
    for (const kind of CORRUPTION_KINDS) {
      const corruption = { kind, severity: 3, seed: 9 } as const;
      const split = openSplit(
        await prepareSplit(source({ corruption, rows: { from: 5, to: 15, shuffle: 3 } }), { cacheFolder }),
      );
      const rows = rowsOf(split);
      const expected = new Uint8Array(SAMPLE);
      corruptImage(
        corruption,
        rows[4]!,
        files.pixels.subarray(rows[4]! * SAMPLE, (rows[4]! + 1) * SAMPLE),
        shape,
        expected,
      );
      expect(split.readSample(4)).toEqual(expected);
    }
  });
});

describe('splits of one source', () => {
  it('have no row in common when their ranges do not overlap, and miss none', async () => {
    for (const stratified of [false, true]) {
      const order = { shuffle: 42, stratified };
      const refs = await Promise.all([
        prepareSplit(source({ rows: { from: 0, to: 1200, ...order } }), { cacheFolder }),
        prepareSplit(source({ rows: { from: 1200, to: 1500, ...order } }), { cacheFolder }),
        prepareSplit(source({ rows: { from: 1500, to: COUNT, ...order } }), { cacheFolder }),
      ]);
      expect(refs.flatMap(rowsOf).toSorted((a, b) => a - b)).toEqual(Array.from({ length: COUNT }, (_, row) => row));
      const [train, selection] = refs.map((ref) => openSplit(ref));
      expect(sharedSamples(train!, selection!)).toEqual([]);
    }
  });

  it('that share samples are found out', async () => {
    const first = openSplit(await prepareSplit(source({ rows: { from: 0, to: 20 } }), { cacheFolder }));
    const second = openSplit(await prepareSplit(source({ rows: { from: 18, to: 30 } }), { cacheFolder }));
    expect(sharedSamples(first, second)).toEqual([
      { firstRow: 18, secondRow: 0 },
      { firstRow: 19, secondRow: 1 },
    ]);
  });

  it('that share samples are found out from their rows, and from their bytes where the files differ', async () => {
    const first = await prepareSplit(source({ rows: { from: 0, to: 20 } }), { cacheFolder });
    const corruption = { kind: 'gaussian-noise', severity: 3, seed: 1 } as const;
    const damaged = await prepareSplit(source({ rows: { from: 18, to: 30 }, corruption }), { cacheFolder });
    expect(await new SharedSampleCounter().count(first, damaged)).toBe(2);
    const copy = join(cacheFolder, '..', 'packed.gz');
    writeFileSync(copy, gzipSync(readFileSync(files.images)));
    const second = await prepareSplit(source({ rows: { from: 15, to: 25 }, images: copy }), { cacheFolder });
    expect(await new SharedSampleCounter().count(first, second)).toBe(5);
  });

  it('have the same share of each class when they are stratified', async () => {
    const total = Array(10).fill(0);
    for (const label of files.classOf) total[label] += 1;
    const rows = { from: 1400, to: 1600, shuffle: 1, stratified: true };
    const split = openSplit(await prepareSplit(source({ rows }), { cacheFolder }));
    const counts = Array(10).fill(0);
    for (const label of split.labels) counts[label] += 1;
    counts.forEach((count, label) => {
      expect(Math.abs(count - total[label] / 10)).toBeLessThanOrEqual(2);
    });
  });
});

describe('a source that cannot be prepared', () => {
  it.each([
    ['rows beyond the end', { rows: { from: 0, to: COUNT + 1 } }, 'data/rows-out-of-range'],
    [
      'a normalization of three channels',
      { normalization: { mean: [0, 0, 0], std: [1, 1, 1] } },
      'data/bad-normalization',
    ],
    ['too few classes', { classes: 9 }, 'data/bad-label'],
    ['no such file', { images: '/nowhere/images' }, 'file/not-found'],
    ['files of another hash', { sha256: { images: '0'.repeat(64), labels: '0'.repeat(64) } }, 'data/changed'],
  ] satisfies [string, Partial<IdxSource>, string][])('because of %s leaves nothing behind', async (_, rest, code) => {
    await expect(prepareSplit(source(rest), { cacheFolder })).rejects.toMatchObject({ code, kind: 'input' });
    expect(() => readdirSync(cacheFolder)).toThrow();
  });

  it('because its files change meanwhile leaves nothing behind', async () => {
    const changing = writeImages(join(cacheFolder, '..'), 50, 4, 3);
    const work = prepareSplit(
      { format: 'idx', images: changing.images, labels: changing.labels },
      { cacheFolder, onProgress: () => appendFileSync(changing.labels, 'x') },
    );
    await expect(work).rejects.toMatchObject({ code: 'data/changed' });
    expect(readdirSync(cacheFolder)).toEqual([]);
  });

  it('is one whose pinned files are others; the right ones are taken', async () => {
    const sha256 = { images: await hashFile(files.images), labels: await hashFile(files.labels) };
    expect((await prepareSplit(source({ sha256 }), { cacheFolder })).sampleCount).toBe(COUNT);
  });
});
