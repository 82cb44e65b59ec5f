import { describe, expect, test } from 'vitest';
import { Random } from '../../main/random.ts';
import { comparing, drawn, type Numbers, type Shapes, withNoise } from './constructed.ts';

const SHAPES: Shapes = {
  'stem.weight': [32, 3, 3, 3],
  'layer1.weight': [64, 32, 3, 3],
  'layer1.bias': [64],
  'layer2.weight': [64, 64],
  'layer3.weight': [48, 64],
  'fc.weight': [20, 48],
  'fc.bias': [20],
};

/** Hidden units in another order: the same function. */
function permuted(numbers: Numbers, seed: number): Numbers {
  let incoming: Int32Array | undefined;
  return Object.fromEntries(
    Object.entries(numbers).map(([name, { shape, values }]) => {
      const height = shape[0]!;
      const width = values.length / height;
      const inputs = incoming;
      const outputs = name.startsWith('fc')
        ? undefined
        : new Random(seed, name.replace(/[^.]*$/, '')).permutation(height);
      const changed = values.map((_, index) => {
        const row = Math.floor(index / width);
        const column = index % width;
        const inner = inputs === undefined ? 1 : width / inputs.length;
        const input =
          inputs === undefined || shape.length === 1
            ? column
            : inputs[Math.floor(column / inner)]! * inner + (column % inner);
        return values[(outputs === undefined ? row : outputs[row]!) * width + input]!;
      });
      if (name.endsWith('weight')) incoming = outputs;
      return [name, { shape, values: changed }];
    }),
  );
}

/** A in which some tensors are those of B. */
function mixed(a: Numbers, b: Numbers, fromB: (name: string) => boolean): Numbers {
  return Object.fromEntries(Object.keys(a).map((name) => [name, fromB(name) ? b[name]! : a[name]!]));
}

describe('two checkpoints', () => {
  test('drawn independently are from different ancestors', async () => {
    const { pairs, sentences } = await comparing(drawn(SHAPES, 1), drawn(SHAPES, 2));
    expect(pairs[0]).toMatchObject({ verdict: 'different', judged: 5, related: 0, duplicates: false });
    expect(sentences).toEqual([
      'A and B were each trained from another initialisation: a plain average of them will fail.',
      expect.stringContaining('stockpot align'),
    ]);
  });

  test('of one draw and different noise share an ancestor', async () => {
    const base = drawn(SHAPES, 1);
    const { pairs, sentences } = await comparing(withNoise(base, 0.5, 2), withNoise(base, 0.5, 3));
    expect(pairs[0]).toMatchObject({ verdict: 'same', judged: 5, related: 5, unrelatedParts: [] });
    expect(sentences).toEqual(['A and B share an ancestor.']);
  });

  test('share an ancestor still when the noise is three times as large as what they share', async () => {
    const base = drawn({ a: [256, 256], b: [256, 256], c: [64, 64, 3, 3] }, 1);
    const { pairs } = await comparing(withNoise(base, 3 ** 0.5, 2), withNoise(base, 3 ** 0.5, 3));
    expect(pairs[0]!.verdict).toBe('same');
    expect(pairs[0]!.tensors[0]!.cosine).toBeCloseTo(0.25, 1);
  });

  test('with a re-initialised head share an ancestor, and the head is named', async () => {
    const base = drawn(SHAPES, 1);
    const other = mixed(withNoise(base, 0.3, 2), drawn(SHAPES, 3), (name) => name.startsWith('fc.'));
    const { pairs, sentences } = await comparing(base, other);
    expect(pairs[0]).toMatchObject({ verdict: 'same', judged: 5, related: 4, unrelatedParts: ['fc.*'] });
    expect(sentences[1]).toMatch(/all but fc\.\* are related/);
  });

  test('with a frozen backbone share an ancestor through identical tensors', async () => {
    const base = drawn(SHAPES, 1);
    const head = (name: string): boolean => name.startsWith('fc.');
    const { pairs } = await comparing(mixed(base, drawn(SHAPES, 2), head), mixed(base, drawn(SHAPES, 3), head));
    expect(pairs[0]).toMatchObject({ verdict: 'same', related: 4, duplicates: false });
    expect(pairs[0]!.tensors.find(({ name }) => name === 'layer2.weight')!.relation).toEqual({ kind: 'identical' });
  });

  test('that compute the same with hidden units in another order lie in different basins', async () => {
    const base = drawn(SHAPES, 1);
    const { pairs } = await comparing(base, permuted(base, 7));
    expect(pairs[0]!.verdict).toBe('different');
  });

  test('that differ in a half of their tensors are left unsure', async () => {
    const base = drawn(SHAPES, 1);
    const other = mixed(base, drawn(SHAPES, 2), (name) => !['layer1.weight', 'layer2.weight'].includes(name));
    const { pairs, sentences } = await comparing(base, other);
    expect(pairs[0]).toMatchObject({ verdict: 'unsure', related: 2, judged: 5 });
    expect(sentences).toEqual(['Whether A and B share an ancestor can’t be told: 2 of 5 tensors are related.']);
  });

  test('are not taken for relatives because all their numbers share a mean', async () => {
    const { pairs } = await comparing(drawn(SHAPES, 1, 0.2), drawn(SHAPES, 2, 0.2));
    expect(pairs[0]!.verdict).toBe('different');
    expect(pairs[0]!.tensors[1]!.cosine).toBeGreaterThan(0.9);
  });

  test('are not taken for relatives because units share a mean input, or inputs a mean unit', async () => {
    const shapes = { a: [64, 100], b: [100, 64] };
    const withPattern = (seed: number): Numbers => {
      const { a, b } = drawn(shapes, seed) as { a: Numbers[string]; b: Numbers[string] };
      return {
        a: { ...a, values: a.values.map((value, index) => value + Math.sin(index % 100)) },
        b: { ...b, values: b.values.map((value, index) => value + Math.sin(Math.floor(index / 64))) },
      };
    };
    const { pairs } = await comparing(withPattern(1), withPattern(2));
    expect(pairs[0]!.tensors[0]!.cosine).toBeGreaterThan(0.9);
    expect(pairs[0]).toMatchObject({ verdict: 'different', judged: 2, related: 0 });
  });

  test('are not taken for relatives because their filters are smooth', async () => {
    // Each filter a mixture of the same three patterns: 256 elements, but only three independent numbers.
    const smooth = (seed: number): Numbers => {
      const random = new Random(seed);
      const values = new Float64Array(64 * 256);
      for (let row = 0; row < 64; row++) {
        const shares = [random.normal(), random.normal(), random.normal()];
        for (let at = 0; at < 256; at++) {
          values[row * 256 + at] = shares.reduce((sum, share, k) => sum + share * Math.cos((at * (k + 1)) / 40), 0);
        }
      }
      return { first: { shape: [64, 1, 16, 16], values } };
    };
    for (let seed = 0; seed < 10; seed++) {
      const { pairs } = await comparing(smooth(2 * seed), smooth(2 * seed + 1));
      expect(pairs[0]!.tensors[0]!.z).toBeLessThan(4);
    }
  });

  test('that hold only vectors are left unsure', async () => {
    const shapes = { weight: [512], bias: [512], running_mean: [512] };
    const base = drawn(shapes, 1);
    const { pairs, sentences } = await comparing(base, withNoise(base, 0.1, 2));
    expect(pairs[0]).toMatchObject({ verdict: 'unsure', judged: 0 });
    expect(pairs[0]!.tensors[0]!.relation).toEqual({ kind: 'set-aside', reason: 'vector' });
    expect(sentences[0]).toMatch(/no matrix in common that is large enough/);
  });

  test('that hold only tiny tensors are left unsure', async () => {
    const base = drawn({ first: [4, 5], second: [3, 4] }, 1);
    const { pairs } = await comparing(base, base);
    expect(pairs[0]).toMatchObject({ verdict: 'unsure', judged: 0, duplicates: true });
    expect(pairs[0]!.tensors[0]!.relation).toEqual({ kind: 'set-aside', reason: 'too-small' });
  });

  test('with nothing in common are left unsure', async () => {
    const { pairs } = await comparing(drawn({ a: [64, 64] }, 1), drawn({ b: [64, 64] }, 1));
    expect(pairs[0]).toMatchObject({ verdict: 'unsure', tensors: [] });
  });
});

describe('several checkpoints', () => {
  test('fall into groups, with those trained from another initialisation named', async () => {
    const base = drawn(SHAPES, 1);
    const [a, c, d] = [1, 2, 3].map((seed) => withNoise(base, 0.4, seed)) as [Numbers, Numbers, Numbers];
    const { groups, sentences } = await comparing(a, drawn(SHAPES, 9), c, d);
    expect(groups).toEqual([
      { members: [0, 2, 3], others: 'different' },
      { members: [1], others: 'different' },
    ]);
    expect(sentences).toEqual([
      'A, C and D share an ancestor; B was trained from another initialisation: a plain average of B with the others will fail.',
      expect.stringContaining('a chain of align and a soup'),
    ]);
  });

  test('of two families are told apart', async () => {
    const [first, second] = [drawn(SHAPES, 1), drawn(SHAPES, 2)];
    const { sentences } = await comparing(first, second, withNoise(first, 0.1, 3), withNoise(second, 0.1, 4));
    expect(sentences).toEqual([
      'A and C share an ancestor; B and D share another ancestor; a plain average of members of different groups will fail.',
      expect.stringContaining('stockpot align'),
    ]);
  });

  test('that are the same twice are named', async () => {
    const base = drawn(SHAPES, 1);
    const { pairs, sentences } = await comparing(base, base, withNoise(base, 0.1, 1));
    expect(pairs.map(({ duplicates }) => duplicates)).toEqual([true, false, false]);
    expect(sentences).toContain('A and B hold the same numbers: one of them is enough.');
  });
});
