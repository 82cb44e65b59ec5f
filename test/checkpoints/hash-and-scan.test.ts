import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Weights } from '../../main/checkpoints/checkpoint.ts';
import { fromFloats } from '../../main/checkpoints/convert.ts';
import { hashCheckpoint, hashTensor, hashTensorBytes } from '../../main/checkpoints/hash.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { scanCheckpoint } from '../../main/checkpoints/scan.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { hashFile } from '../../main/files/hash-file.ts';
import { expectedWeights, fixture } from './fixtures.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-hash-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const sha256 = (...parts: readonly (Uint8Array | string)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

describe('the hash of a file', () => {
  it('is that of its bytes, and is reported as it grows', async () => {
    const path = join(folder, 'large.bin');
    const bytes = new Uint8Array(9_000_000).map((_, index) => index % 251);
    writeFileSync(path, bytes);
    const reported: number[] = [];
    expect(await hashFile(path, { onProgress: ({ done }) => reported.push(done) })).toBe(sha256(bytes));
    expect(reported.length).toBeGreaterThan(1);
    expect(reported.at(-1)).toBe(bytes.length);
  });

  it('of nothing is known, too', async () => {
    writeFileSync(join(folder, 'empty'), '');
    expect(await hashFile(join(folder, 'empty'))).toBe(sha256(''));
  });

  it('can be given up, and fails for a file that is not there', async () => {
    const signal = AbortSignal.abort();
    await expect(hashFile(fixture('types.pt'), { signal })).rejects.toMatchObject({ code: 'job/cancelled' });
    await expect(hashFile(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'file/not-found' });
  });
});

describe('the hash of a checkpoint', () => {
  it('is that of its file, or one over the hashes of its shards', async () => {
    expect(await hashCheckpoint({ files: [fixture('types.pt')] })).toBe(sha256(readFileSync(fixture('types.pt'))));
    const shards = ['1', '2'].map((number) => fixture(`sharded/model-0000${number}-of-00002.safetensors`));
    const hashes = shards.map((shard) => sha256(readFileSync(shard))).sort();
    expect(await hashCheckpoint({ files: shards })).toBe(sha256(hashes.join('\n')));
    expect(await hashCheckpoint({ files: shards.toReversed() })).toBe(sha256(hashes.join('\n')));
  });
});

describe('the hash of a tensor', () => {
  it('is the same in every format and layout', async () => {
    const names = ['types.safetensors', 'types.pt', 'sharded'];
    const hashes: string[] = [];
    const plain: string[] = [];
    for (const name of names) {
      const checkpoint = await openCheckpoint(fixture(name));
      hashes.push(hashTensor(checkpoint, 'of.BF16'));
      plain.push(hashTensorBytes(checkpoint, 'of.BF16'));
      checkpoint.close();
    }
    const { bytes } = expectedWeights('types.pt').get('of.BF16')!;
    expect(new Set(hashes)).toEqual(new Set([sha256('BF16 [2,3]\n', bytes)]));
    expect(new Set(plain)).toEqual(new Set([sha256(bytes)]));
  });
});

describe('a scan', () => {
  it('counts what is not finite and finds what is zero, in every floating-point type', async () => {
    const values = [1, Number.NaN, -2, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 0.5, 0];
    const weights: Weights = new Map([
      ['a.F16', { dtype: 'F16', shape: [8], bytes: fromFloats('F16', values) }],
      ['b.BF16', { dtype: 'BF16', shape: [8], bytes: fromFloats('BF16', values) }],
      ['c.F32', { dtype: 'F32', shape: [8], bytes: fromFloats('F32', values) }],
      ['d.F64', { dtype: 'F64', shape: [8], bytes: fromFloats('F64', values) }],
      ['e.F8', { dtype: 'F8_E5M2', shape: [8], bytes: fromFloats('F8_E5M2', values) }],
      ['zero', { dtype: 'F32', shape: [2], bytes: fromFloats('F32', [0, -0]) }],
      ['nothing', { dtype: 'F32', shape: [0], bytes: new Uint8Array(0) }],
      ['only NaN', { dtype: 'F32', shape: [], bytes: fromFloats('F32', [Number.NaN]) }],
      [
        'large',
        {
          dtype: 'F32',
          shape: [700_000],
          bytes: fromFloats(
            'F32',
            Array.from({ length: 700_000 }, (_, i) => i),
          ),
        },
      ],
      ['count', { dtype: 'I64', shape: [1], bytes: Uint8Array.from([7, 0, 0, 0, 0, 0, 0, 0]) }],
    ]);
    const path = join(folder, 'scanned.pt');
    writeCheckpoint(path, 'pytorch-zip', weights);
    const checkpoint = await openCheckpoint(path);
    const scans = new Map((await scanCheckpoint(checkpoint)).map((scan) => [scan.name, scan]));
    checkpoint.close();
    for (const name of ['a.F16', 'b.BF16', 'c.F32', 'd.F64', 'e.F8']) {
      expect(scans.get(name)).toEqual({
        name,
        nanCount: 2,
        infinityCount: 2,
        allZero: false,
        min: -2,
        max: 1,
        mean: -0.125,
      });
    }
    expect(scans.get('zero')).toMatchObject({ allZero: true, mean: 0 });
    expect(scans.get('nothing')).toMatchObject({ allZero: false, min: undefined, mean: undefined });
    expect(scans.get('only NaN')).toMatchObject({ nanCount: 1, allZero: false, max: undefined });
    expect(scans.get('large')).toMatchObject({ min: 0, max: 699_999, mean: 349_999.5 });
    expect(scans.get('count')).toMatchObject({ min: 7, max: 7, allZero: false });
  });

  it('can be given up', async () => {
    const checkpoint = await openCheckpoint(fixture('types.pt'));
    const scanning = scanCheckpoint(checkpoint, { signal: AbortSignal.abort() });
    await expect(scanning).rejects.toMatchObject({ code: 'job/cancelled' });
    checkpoint.close();
  });
});
