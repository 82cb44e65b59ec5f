import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { mixtureOfBlend, partakersOf } from '../../main/mix/blend.ts';
import { mixInMemory } from '../../main/mix/in-memory.ts';
import { IngredientCache } from '../../main/mix/ingredient-cache.ts';
import { type FileIngredient, type Mixture, mixtureOf, plainMixture } from '../../main/mix/mixture.ts';
import { hashOfMixture } from '../../main/mix/mixture-hash.ts';
import { NestedSource } from '../../main/mix/nested-source.ts';
import { closeIngredients, openIngredients } from '../../main/mix/open-ingredients.ts';
import { verifyMixture } from '../../main/mix/verify.ts';
import { writeMixture } from '../../main/mix/write.ts';
import { elementsOf, network, randomSingles, TemporaryFolder, tensor } from './temporary-checkpoints.ts';

let folder: TemporaryFolder;
let files: readonly FileIngredient[];

beforeAll(() => {
  folder = new TemporaryFolder();
  files = [1, 2, 3].map((seed) => ({
    path: folder.checkpoint(`${seed}.safetensors`, network(seed)),
    sha256: String(seed).repeat(64),
  }));
});

afterAll(() => folder[Symbol.dispose]());

/** The average of the first two, and that with the third. */
const BLEND = {
  inputs: [{ blend: { groups: [{ name: 'all', tensors: 'rest', weights: [0.5, 0.5, 0] }] } }, { ingredient: 2 }],
  groups: [{ name: 'all', tensors: 'rest', weights: [0.75, 0.25] }],
} as const;

function soupOfSoups(changes: Partial<Mixture> = {}): Mixture {
  return mixtureOfBlend(files, BLEND, { accumulate: 'f64', dtype: 'keep', ...changes });
}

describe('a mixture of a mixture', () => {
  test('is what the products of the weights give, rounded once', async () => {
    const nested = await mixInMemory(soupOfSoups());
    const flat = await mixInMemory(plainMixture(files, [0.375, 0.375, 0.25]));
    expect([...nested.keys()]).toEqual([...flat.keys()]);
    // The weights are sums of powers of two, so that both ways are exact before the rounding but for the last bit of a double.
    for (const [name, { dtype, bytes }] of flat) {
      expect(nested.get(name)!.dtype).toBe(dtype);
      if (dtype === 'F32') expect([...elementsOf(nested.get(name))]).toEqual([...elementsOf(flat.get(name))]);
      else if (name === 'mask' || name === 'bn.num_batches_tracked') expect(nested.get(name)!.bytes).toEqual(bytes);
    }
  });

  test('is written, verified and evaluated with the same bits', async () => {
    const path = folder.file('soup.safetensors');
    await writeMixture(soupOfSoups(), { path, threads: 3 });
    expect(await verifyMixture(soupOfSoups(), path)).toMatchObject({ identical: true });
    const cache = new IngredientCache(2 ** 20);
    const cached = await mixInMemory(soupOfSoups(), cache);
    cache.close();
    expect(cached).toEqual(await mixInMemory(soupOfSoups()));
  });

  test('is computed once for all mixtures that it is in, within what may be held', async () => {
    const shared = { ...BLEND.inputs[0] };
    const candidate = (weight: number): Mixture =>
      mixtureOfBlend(
        files,
        {
          inputs: [shared, { ingredient: 2 }],
          groups: [{ name: 'all', tensors: 'rest', weights: [weight, 1 - weight] }],
        },
        { accumulate: 'f64', dtype: 'keep' },
      );
    const computed = vi.spyOn(NestedSource.prototype, 'read');
    for (const [budget, isOnce] of [
      [2 ** 20, true],
      [0, false],
    ] as const) {
      const cache = new IngredientCache(2 ** 20, budget);
      await mixInMemory(candidate(0.5), cache);
      const first = computed.mock.calls.length;
      const second = await mixInMemory(candidate(0.25), cache);
      expect(computed.mock.calls.length === first).toBe(isOnce);
      expect(second).toEqual(await mixInMemory(candidate(0.25)));
      expect(cache.nestedBytes).toBeLessThanOrEqual(budget);
      computed.mockClear();
      cache.close();
    }
    computed.mockRestore();
  });

  test('makes room for others when it is no longer asked for, and is computed anew when its files change', async () => {
    const pairs = [
      [0, 1],
      [0, 2],
      [1, 2],
    ].map((pair) =>
      mixtureOfBlend(
        files,
        {
          inputs: [
            {
              blend: {
                groups: [{ name: 'all', tensors: 'rest', weights: [0, 1, 2].map((i) => (pair.includes(i) ? 0.5 : 0)) }],
              },
            },
          ],
          groups: [{ name: 'all', tensors: 'rest', weights: [2] }],
        },
        { accumulate: 'f64', dtype: 'keep' },
      ),
    );
    const one = new IngredientCache(2 ** 20, 2 ** 20);
    await mixInMemory(pairs[0]!, one);
    const budget = one.nestedBytes;
    one.close();
    const cache = new IngredientCache(2 ** 20, budget);
    for (const pair of pairs) {
      expect(await mixInMemory(pair, cache)).toEqual(await mixInMemory(pair));
      expect(cache.nestedBytes).toBe(budget);
    }
    const path = folder.checkpoint('changing.safetensors', network(1));
    const changing = plainMixture([{ mixture: plainMixture([{ path, sha256: 'a' }], [3]) }], [2]);
    await mixInMemory(changing, cache);
    folder.checkpoint('changing.safetensors', network(4));
    expect(await mixInMemory(changing, cache)).toEqual(await mixInMemory(changing));
    cache.close();
  });

  test('keeps the types of the files that it starts from', async () => {
    const halfs = [1, 2].map((seed) => ({
      path: folder.checkpoint(`half-${seed}.safetensors`, { w: tensor('F16', [2], Uint16Array.of(0x3c00 + seed, 0)) }),
      sha256: `${seed}`,
    }));
    const soup = mixtureOfBlend(
      halfs,
      {
        inputs: [{ blend: { groups: [{ name: 'all', tensors: 'rest', weights: [0.5, 0.5] }] } }],
        groups: [{ name: 'all', tensors: 'rest', weights: [1] }],
      },
      { accumulate: 'f64', dtype: 'keep' },
    );
    expect((await mixInMemory(soup)).get('w')?.dtype).toBe('F16');
  });

  test('never overwrites a file that it is made from', async () => {
    const path = files[1]!.path;
    await expect(writeMixture(soupOfSoups(), { path })).rejects.toMatchObject({ code: 'mix/output-is-ingredient' });
  });

  test('has a hash of its own, of all that it is made from', () => {
    const hash = hashOfMixture(soupOfSoups());
    expect(hash).not.toBe(hashOfMixture(plainMixture(files, [0.375, 0.375, 0.25])));
    expect(hashOfMixture(soupOfSoups({ accumulate: 'f32' }))).not.toBe(hash);
    const [inner] = soupOfSoups().ingredients as readonly [{ readonly mixture: Mixture }];
    const rounded: Mixture = mixtureOf([inner], [{ name: 'all', tensors: 'rest', weights: [1] }]);
    expect(hashOfMixture(rounded)).not.toBe(hashOfMixture(inner.mixture));
    const same: Mixture = { ...inner.mixture, dtype: 'keep' };
    expect(hashOfMixture(mixtureOf([{ mixture: same }], rounded.groups))).toBe(hashOfMixture(same));
  });

  test('says who takes part', () => {
    expect(partakersOf(BLEND)).toEqual([0, 1, 2]);
    expect(partakersOf({ ...BLEND, groups: [{ name: 'all', tensors: 'rest', weights: [0, 1] }] })).toEqual([2]);
  });
});

test('large tensors of a nested mixture are computed part by part', async () => {
  const count = 5_000_001;
  const big = [7, 8].map((seed) => ({
    path: folder.checkpoint(`big-${seed}.safetensors`, { w: randomSingles([count], seed) }),
  }));
  const parts = await openIngredients(big);
  try {
    const source = new NestedSource(plainMixture([], [0.5, 0.5]), parts);
    const [a, b] = parts.map((part) => {
      const bytes = new Uint8Array(40);
      part.read('w', 4 * 4_999_990, bytes);
      return new Float32Array(bytes.buffer);
    });
    const bytes = new Uint8Array(40);
    source.read('w', 4 * 4_999_990, bytes);
    expect([...new Float32Array(bytes.buffer)]).toEqual(
      Array.from({ length: 10 }, (_, i) => Math.fround((a![i]! + b![i]!) / 2)),
    );
    const odd = new Uint8Array(13);
    source.read('w', 4 * 4_999_990 + 3, odd);
    expect(odd).toEqual(bytes.subarray(3, 16));
  } finally {
    closeIngredients(parts);
  }
});
