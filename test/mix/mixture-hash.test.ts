import { expect, test } from 'vitest';
import type { Arrangement } from '../../main/mix/arrangement.ts';
import { type FileIngredient, type Mixture, mixtureOf, plainMixture } from '../../main/mix/mixture.ts';
import { hashOfMixture } from '../../main/mix/mixture-hash.ts';

const [A, B, C] = ['a', 'b', 'c'].map((letter) => ({ path: `${letter}.pt`, sha256: letter.repeat(64) })) as [
  FileIngredient,
  FileIngredient,
  FileIngredient,
];

test('one ingredient as it is has its own hash', () => {
  expect(hashOfMixture(plainMixture([A, B], [0, 1]))).toBe(B.sha256);
  expect(hashOfMixture({ ...plainMixture([A, B], [0, 1]), dtype: 'F16' })).not.toBe(B.sha256);
  expect(hashOfMixture(plainMixture([A, B], [0, 0.5]))).not.toBe(B.sha256);
});

test('ingredients that take no part, paths and names of groups do not count', () => {
  const expected = hashOfMixture(plainMixture([A, C], [0.5, 0.5]));
  expect(hashOfMixture(plainMixture([A, B, C], [0.5, 0, 0.5]))).toBe(expected);
  expect(hashOfMixture(plainMixture([{ ...A, path: 'elsewhere.pt' }, C], [0.5, 0.5]))).toBe(expected);
  expect(hashOfMixture(mixtureOf([A, C], [{ name: 'x', tensors: 'rest', weights: [0.5, 0.5] }]))).toBe(expected);
});

test('groups with equal weights are one group', () => {
  const groups = [
    { name: 'head', tensors: ['fc.weight'], weights: [0.5, 0.5] },
    { name: 'body', tensors: 'rest', weights: [0.5, 0.5] },
  ] as const;
  expect(hashOfMixture(mixtureOf([A, B], groups))).toBe(hashOfMixture(plainMixture([A, B], [0.5, 0.5])));
});

test('everything that the bits depend on counts', () => {
  const base = plainMixture([A, B], [0.5, 0.25]);
  const group = (tensors: readonly string[]): Mixture =>
    mixtureOf(
      [A, B],
      [
        { name: 'head', tensors, weights: [1, 0.5] },
        { name: 'body', tensors: 'rest', weights: [0.5, 0.25] },
      ],
    );
  const variants: readonly Mixture[] = [
    base,
    plainMixture([A, B], [0.25, 0.5]),
    plainMixture([B, A], [0.5, 0.25]),
    plainMixture([A, C], [0.5, 0.25]),
    { ...base, accumulate: 'f32' },
    { ...base, dtype: 'F32' },
    { ...base, dtype: 'F16' },
    group(['fc.weight']),
    group(['fc.bias']),
  ];
  expect(new Set(variants.map(hashOfMixture)).size).toBe(variants.length);
});

test('an ingredient without a hash is refused', () => {
  expect(() => hashOfMixture(plainMixture([A, { path: 'x.pt', sha256: '' }], [0.5, 0.5]))).toThrow(/hash/);
  expect(hashOfMixture(plainMixture([A, { path: 'x.pt', sha256: '' }], [1, 0]))).toBe(A.sha256);
});

const ARRANGEMENT: Arrangement = {
  symmetries: {
    groups: [{ name: 'hidden', channels: 2, bundleSize: 2 }],
    families: [{ groups: [0], bundles: 1, bundlesMove: false }],
    tensors: [],
  },
  permutations: [[1, 0]],
};

/**
 * What users' evaluations and exports are found again by: a change here loses all that was computed before, or takes it for something else.
 * New fields of mixtures must leave these as they are.
 */
const KEPT: readonly (readonly [string, Mixture, string])[] = [
  [
    'an average',
    plainMixture([A, B, C], [0.25, 0.25, 0.5]),
    'e8127d036113eb95cd68c64e09310c9e80bcc2515d9ffb86b1060319f55ce712',
  ],
  [
    'one ingredient, scaled',
    plainMixture([A, B], [0, 0.5]),
    '22604df59a48dc3c3b3032f5e3e96829b8d99c598c7307edb619d497a0238ec7',
  ],
  [
    'another type',
    { ...plainMixture([A, B], [0.5, 0.5]), dtype: 'BF16', accumulate: 'f32' },
    '30d40ed2b49a765b4d5afd585abd693c514a2f714261bd656b4b3e43416302b5',
  ],
  [
    'groups of tensors',
    mixtureOf(
      [A, B],
      [
        { name: 'head', tensors: ['fc.weight', 'fc.bias'], weights: [1, 0] },
        { name: 'body', tensors: 'rest', weights: [0.5, 0.5] },
      ],
    ),
    'f458910965ada1b589bf2d42d283d52d834451a49fff5238fee18c491044ca98',
  ],
  [
    'a reading',
    plainMixture([A, { ...B, reading: { stateDict: 'model', names: { w: 'module.w' } } }], [0.5, 0.5]),
    '6b80ec6d57d4867117f4e4ecc5cfebb5c4eec27f81c55b1f32a79ed5d171718f',
  ],
  [
    'a method',
    mixtureOf(
      [A, B, C],
      [
        {
          name: 'all',
          tensors: 'rest',
          weights: [1, 1, 1],
          method: {
            name: 'dare_ties',
            base: 0,
            seed: 7,
            shared: {
              lambda: 1,
              normalize: false,
              rescale: true,
              rescale_by: 'norm',
              sign_election: 'mass',
              int8_mask: false,
            },
            each: { weight: [1, 1, 0.5], density: [1, 0.5, 0.5] },
          },
        },
      ],
    ),
    'af500fe28f76b909b5d9e12a6b036026f417380c6a44c9f058beabfe1faa4d30',
  ],
  [
    'a mixture of a mixture',
    plainMixture([{ mixture: plainMixture([A, B], [0.5, 0.5]) }, C], [0.75, 0.25]),
    'e5c1f9e86e9cb1c7571e65121b0177fd825aa7bc4735c27361f99ad4bcbb3448',
  ],
  [
    'another order of channels',
    plainMixture([A, { ...B, arrangement: ARRANGEMENT }], [0.5, 0.5]),
    '65a061c8807a3186ab07f6c0d064ac5778f1b98213169e47e18452cc792cea7d',
  ],
];

test.each(KEPT)('%s keeps its key', (_, mixture, key) => {
  expect(hashOfMixture(mixture)).toBe(key);
});
