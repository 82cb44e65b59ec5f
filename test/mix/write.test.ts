import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { readWeights } from '../../main/checkpoints/weights.ts';
import { mixInMemory } from '../../main/mix/in-memory.ts';
import { IngredientCache } from '../../main/mix/ingredient-cache.ts';
import { filesOfMixture, type Mixture, plainMixture } from '../../main/mix/mixture.ts';
import { hashOfMixture } from '../../main/mix/mixture-hash.ts';
import { verifyMixture } from '../../main/mix/verify.ts';
import { writeMixture } from '../../main/mix/write.ts';
import { network, randomSingles, singles, TemporaryFolder } from './temporary-checkpoints.ts';

let folder: TemporaryFolder;
let mixture: Mixture;
beforeEach(() => {
  folder = new TemporaryFolder();
  const paths = [1, 2, 3].map((seed) => folder.checkpoint(`${seed}.safetensors`, network(seed)));
  mixture = plainMixture(
    paths.map((path) => ({ path, sha256: '' })),
    [0.5, 0.2, 0.3],
  );
});
afterEach(() => folder[Symbol.dispose]());

const fileNames = (): readonly string[] => readdirSync(folder.path).toSorted();

async function read(path: string) {
  const checkpoint = await openCheckpoint(path);
  try {
    return { weights: readWeights(checkpoint), metadata: checkpoint.metadata };
  } finally {
    checkpoint.close();
  }
}

describe('writing', () => {
  test.each(['soup.safetensors', 'soup.pt'])('%s holds what is computed in memory, bit for bit', async (name) => {
    const path = folder.file(name);
    const report = await writeMixture(mixture, { path, metadata: { origin: 'test' } });
    const { weights } = await read(path);
    expect(new Map(weights)).toEqual(new Map(await mixInMemory(mixture)));
    expect(report).toMatchObject({ tensorCount: 7, nonFinite: [], threads: 1, bytes: readFileSync(path).length });
  });

  test.each(['safetensors', 'pt'])('several threads write the same %s file as one', async (extension) => {
    const files: Buffer[] = [];
    for (const threads of [1, 2, 4]) {
      const path = folder.file(`with-${threads}.${extension}`);
      await writeMixture(mixture, { path, threads });
      files.push(readFileSync(path));
    }
    expect(files[1]?.equals(files[0]!)).toBe(true);
    expect(files[2]?.equals(files[0]!)).toBe(true);
  });

  test('a tensor larger than a piece is put together from its pieces', async () => {
    const large = [1, 2].map((seed) =>
      folder.checkpoint(`large-${seed}.safetensors`, { w: randomSingles([4_300_001], seed) }),
    );
    const two = plainMixture(
      large.map((path) => ({ path, sha256: '' })),
      [0.25, 0.75],
    );
    const path = folder.file('large.safetensors');
    await writeMixture(two, { path, threads: 2 });
    expect(Buffer.compare((await read(path)).weights.get('w')!.bytes, (await mixInMemory(two)).get('w')!.bytes)).toBe(
      0,
    );
  });

  test('progress ends at the total', async () => {
    const seen: number[] = [];
    let total = 0;
    await writeMixture(mixture, {
      path: folder.file('soup.safetensors'),
      onProgress: (progress) => {
        seen.push(progress.done);
        total = progress.total;
      },
    });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(total);
  });

  test('tensors with NaN or infinite results are reported', async () => {
    const bad = folder.checkpoint('bad.safetensors', {
      ...network(4),
      scale: singles([], [Number.NaN]),
      'bn.running_mean': singles([8], [1, 2, 3, Number.POSITIVE_INFINITY, 5, 6, 7, 8]),
    });
    const ingredients = [...mixture.ingredients, { path: bad, sha256: '' }];
    const report = await writeMixture(plainMixture(ingredients, [1, 1, 1, 1]), {
      path: folder.file('soup.safetensors'),
    });
    expect(report.nonFinite).toEqual(expect.arrayContaining(['scale', 'bn.running_mean']));
    expect(report.nonFinite).toHaveLength(2);
  });
});

describe('what goes wrong leaves no trace', () => {
  const attempt = async (path: string, changes: Partial<Parameters<typeof writeMixture>[1]> = {}) =>
    writeMixture(mixture, { path, ...changes });

  test.each([1, 3])('cancelling midway with %i threads', async (threads) => {
    const before = fileNames();
    const controller = new AbortController();
    const work = attempt(folder.file('soup.safetensors'), {
      threads,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(work).rejects.toMatchObject({ code: 'job/cancelled' });
    expect(fileNames()).toEqual(before);
  });

  test('an ingredient is never overwritten, by whatever name', async () => {
    const path = filesOfMixture(mixture)[1]!.path;
    const before = readFileSync(path);
    await expect(attempt(path)).rejects.toMatchObject({ code: 'mix/output-is-ingredient' });
    await expect(attempt(`${folder.path}/./2.safetensors`)).rejects.toMatchObject({ code: 'mix/output-is-ingredient' });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test.each([1, 3])('an ingredient that goes bad, with %i threads, leaves the earlier output', async (threads) => {
    const path = folder.file('soup.safetensors');
    writeFileSync(path, 'earlier');
    const gone = { path: folder.file('gone.safetensors'), sha256: '' };
    const broken = plainMixture([...mixture.ingredients, gone], [1, 1, 1, 1]);
    await expect(writeMixture(broken, { path, threads })).rejects.toMatchObject({ kind: 'input' });
    expect(readFileSync(path, 'utf8')).toBe('earlier');
    expect(fileNames().some((name) => name.includes('partial'))).toBe(false);
  });

  test('an unknown extension is refused before work starts', async () => {
    await expect(attempt(folder.file('soup.txt'))).rejects.toMatchObject({ code: 'checkpoint/unknown-extension' });
    expect(existsSync(folder.file('soup.txt'))).toBe(false);
  });
});

describe('verifying', () => {
  test('accepts the file that was written', async () => {
    const path = folder.file('soup.pt');
    await writeMixture(mixture, { path });
    expect(await verifyMixture(mixture, path)).toEqual({ identical: true, tensorCount: 7, differences: [] });
  });

  test('names the tensor, element and byte of a single change', async () => {
    const path = folder.file('soup.safetensors');
    await writeMixture(mixture, { path });
    const bytes = readFileSync(path);
    const wanted = Buffer.from((await mixInMemory(mixture)).get('fc.weight')!.bytes);
    const position = bytes.indexOf(wanted) + 4 * 17 + 2;
    bytes.writeUInt8(bytes.readUInt8(position) ^ 1, position);
    writeFileSync(path, bytes);
    const { identical, differences } = await verifyMixture(mixture, path);
    expect(identical).toBe(false);
    expect(differences).toMatchObject([
      { kind: 'values', tensor: 'fc.weight', element: 17, byte: 4 * 17 + 2, differingBytes: 1 },
    ]);
  });

  test('names tensors that are missing, extra or of another type', async () => {
    const { scale: _, ...others } = Object.fromEntries(await mixInMemory(mixture));
    const changed = { ...others, 'bn.running_mean': singles([4], [1, 2, 3, 4]), spare: singles([1], [1]) };
    const path = folder.checkpoint('changed.safetensors', changed);
    expect((await verifyMixture(mixture, path)).differences).toEqual([
      { kind: 'type', tensor: 'bn.running_mean', expected: 'F32 [8]', found: 'F32 [4]' },
      { kind: 'missing', tensor: 'scale' },
      { kind: 'extra', tensor: 'spare' },
    ]);
  });
});

describe('a cache of ingredients', () => {
  test('changes nothing, whatever fits', async () => {
    const expected = new Map(await mixInMemory(mixture));
    for (const budget of [0, 5000, 1e9]) {
      const cache = new IngredientCache(budget);
      expect(new Map(await mixInMemory(mixture, cache))).toEqual(expected);
      expect(new Map(await mixInMemory(mixture, cache))).toEqual(expected);
      cache.close();
    }
  });

  test('notices that a file was replaced', async () => {
    const cache = new IngredientCache(1e9);
    const one = plainMixture([mixture.ingredients[0]!], [1]);
    await mixInMemory(one, cache);
    folder.checkpoint('1.safetensors', { ...network(1), scale: singles([], [42]) });
    expect((await mixInMemory(one, cache)).get('scale')).toEqual(singles([], [42]));
    cache.close();
  });
});

describe('a reading', () => {
  test('gives tensors the names that the others have, in files, in memory and from a cache alike', async () => {
    const plain = folder.checkpoint('plain.safetensors', { w: singles([2], [1, 2]) });
    const wrapped = folder.checkpoint('wrapped.safetensors', { 'module.w': singles([2], [3, 4]) });
    const ingredients = [
      { path: plain, sha256: 'a' },
      { path: wrapped, sha256: 'b', reading: { names: { w: 'module.w' } } },
    ];
    const even = plainMixture(ingredients, [0.5, 0.5]);
    const expected = new Map([['w', singles([2], [2, 3])]]);
    const path = folder.file('soup.safetensors');
    await writeMixture(even, { path });
    const cache = new IngredientCache(1e9);
    for (const found of [(await read(path)).weights, await mixInMemory(even), await mixInMemory(even, cache)]) {
      expect(new Map(found)).toEqual(expected);
    }
    cache.close();
    expect(await verifyMixture(even, path)).toMatchObject({ identical: true });
    expect(hashOfMixture(even)).not.toBe(
      hashOfMixture({ ...even, ingredients: ingredients.map(({ path, sha256 }) => ({ path, sha256 })) }),
    );
  });

  test('that names a tensor which is not there is refused', async () => {
    const path = folder.checkpoint('plain.safetensors', { w: singles([2], [1, 2]) });
    const soup = plainMixture([{ path, sha256: '', reading: { names: { w: 'v' } } }], [1]);
    await expect(mixInMemory(soup)).rejects.toMatchObject({ code: 'checkpoint/unknown-tensor' });
  });
});
