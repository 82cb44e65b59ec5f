import { expect, test } from 'vitest';
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
