import { describe, expect, test } from 'vitest';
import type { DType, TensorInfo } from '../../main/checkpoints/checkpoint.ts';
import { tensorInfo } from '../../main/checkpoints/tensor-size.ts';
import { StockpotError } from '../../main/errors.ts';
import { plainMixture, type TensorGroup } from '../../main/mix/mixture.ts';
import { planMixture, type TensorSource } from '../../main/mix/plan.ts';

type Described = Readonly<Record<string, readonly [DType, ...number[]]>>;

function source(path: string, tensors: Described): TensorSource {
  const infos = Object.entries(tensors).map(([name, [dtype, ...shape]]): TensorInfo => tensorInfo(name, dtype, shape)!);
  return { path, tensors: new Map(infos.map((info) => [info.name, info])), read: () => expect.unreachable() };
}

const NET: Described = { 'fc.weight': ['F32', 2, 3], 'fc.bias': ['F32', 2], steps: ['I64'] };

function plan(sources: readonly TensorSource[], weights: readonly number[], groups?: readonly TensorGroup[]) {
  const mixture = plainMixture(
    sources.map(({ path }) => ({ path, sha256: '' })),
    weights,
  );
  return planMixture(groups === undefined ? mixture : { ...mixture, groups }, sources);
}

function failure(work: () => unknown): StockpotError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof StockpotError) return thrown;
    throw thrown;
  }
  return expect.unreachable();
}

describe('ingredients that do not belong together', () => {
  test('are refused with every difference listed', () => {
    const other: Described = {
      'head.weight': ['F32', 2, 3],
      'fc.bias': ['F32', 3],
      steps: ['I32'],
      'extra.scale': ['F32', 7],
    };
    const error = failure(() => plan([source('a.pt', NET), source('b.pt', other)], [1, 1]));
    expect(error.code).toBe('mix/mismatched-ingredients');
    expect(error.details).toEqual([
      'b.pt: fc.weight [2, 3] is missing, head.weight may be its new name',
      'b.pt: extra.scale [7] is extra',
      'b.pt: fc.bias has shape [3], not [2]',
      'b.pt: steps has type I32, not I64',
    ]);
  });

  test('are paired as renamed when only their endings differ', () => {
    const { 'fc.weight': weight, ...rest } = NET;
    const other: Described = { ...rest, 'fc.weights': weight!, gain: weight! };
    const error = failure(() => plan([source('a.pt', NET), source('b.pt', other)], [1, 1]));
    expect(error.details).toEqual([
      'b.pt: fc.weight [2, 3] is missing, fc.weights may be its new name',
      'b.pt: gain [2, 3] is extra',
    ]);
  });

  test('are named each with its own differences', () => {
    const { steps: _, ...without } = NET;
    const error = failure(() =>
      plan([source('a.pt', NET), source('b.pt', without), source('c.pt', without)], [1, 1, 1]),
    );
    expect(error.details).toEqual(['b.pt: steps [] is missing', 'c.pt: steps [] is missing']);
  });

  test('may differ in floating-point type, since widening is exact', () => {
    const halfs: Described = { 'fc.weight': ['F16', 2, 3], 'fc.bias': ['BF16', 2], steps: ['I64'] };
    const { steps } = plan([source('a.pt', NET), source('b.pt', halfs)], [0.5, 0.5]);
    expect(steps.map((step) => step.output.dtype)).toEqual(['F32', 'F32', 'I64']);
  });
});

describe('weights that cannot be used', () => {
  const sources = [source('a.pt', NET), source('b.pt', NET)];
  test.each([
    ['too few', [1], 'mix/weight-count'],
    ['too many', [1, 1, 1], 'mix/weight-count'],
    ['not a number', [1, Number.NaN], 'mix/bad-weight'],
    ['infinite', [Number.POSITIVE_INFINITY, 1], 'mix/bad-weight'],
    ['all zero', [0, -0], 'mix/all-weights-zero'],
  ])('%s', (_, weights, code) => {
    expect(failure(() => plan(sources, weights)).code).toBe(code);
  });

  test('no ingredients at all', () => {
    expect(failure(() => plan([], [])).code).toBe('mix/no-ingredients');
  });
});

describe('tensor groups', () => {
  const sources = [source('a.pt', NET), source('b.pt', NET)];
  test('must cover every tensor exactly once', () => {
    const groups = [
      { name: 'one', tensors: ['fc.weight', 'fc.wrong'], weights: [1, 0] },
      { name: 'two', tensors: ['fc.weight'], weights: [0, 1] },
    ];
    const error = failure(() => plan(sources, [1, 1], groups));
    expect(error.code).toBe('mix/bad-groups');
    expect(error.details).toEqual([
      'fc.wrong, named by group one, is not in the ingredients',
      'fc.weight is in groups one and two',
      'fc.bias is in no group',
      'steps is in no group',
    ]);
  });
});

test('ingredients of weight zero are not read', () => {
  const { steps, inputBytes } = plan([source('a.pt', NET), source('b.pt', NET)], [0, 0.5]);
  expect(steps.flatMap((step) => step.terms.map((term) => term.ingredient))).toEqual([1, 1, 1]);
  expect(inputBytes).toBe(24 + 8 + 8);
});

test('an average is not written in an 8-bit type', () => {
  const tiny: Described = { w: ['F8_E4M3', 4] };
  expect(failure(() => plan([source('a', tiny), source('b', tiny)], [0.5, 0.5])).code).toBe('mix/unsupported-dtype');
});
