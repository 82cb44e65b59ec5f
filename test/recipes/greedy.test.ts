import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type GreedyOptions, greedy } from '../../main/recipes/greedy.ts';
import { parseOptions } from '../../main/recipes/index.ts';
import { cook, oracleOf } from './kitchen.ts';

interface Case {
  readonly count: number;
  readonly maxModels: number | null;
  readonly total: number;
  /** By the set of averaged ingredients, as bits. */
  readonly correctBySubset: readonly number[];
  readonly article: readonly number[];
  readonly sorted: readonly number[];
}

/** Made by `make.py` beside it: real averages of linear classifiers, searched by a second implementation. */
const CASES = JSON.parse(
  readFileSync(new URL('../fixtures/recipes/greedy.json', import.meta.url), 'utf8'),
) as readonly Case[];

const soupOf = (table: readonly number[], total: number, count: number, options: Partial<GreedyOptions>) =>
  cook(greedy, parseOptions(greedy, options), count, oracleOf(table, total));

describe('the same choices as the reference', () => {
  test.each(CASES.map((each, index) => ({ index, ...each })))(
    'case $index: $count ingredients, at most $maxModels',
    async ({ count, maxModels, total, correctBySubset, ...expected }) => {
      const limit = maxModels === null ? {} : { maxModels };
      for (const order of ['article', 'sorted'] as const) {
        const { outcome } = await soupOf(correctBySubset, total, count, { order, ...limit });
        const chosen = expected[order];
        expect(outcome.used).toEqual(chosen.map((i) => `i${i}`));
        expect(outcome.coefficients.groups[0]?.weights).toEqual(
          Array.from({ length: count }, (_, i) => (chosen.includes(i) ? 1 / chosen.length : 0)),
        );
      }
    },
  );
});

/** Three ingredients: subsets 001 010 011 100 101 110 111. */
const table = (a: number, b: number, ab: number, c: number, ac: number, bc: number, abc: number): readonly number[] => [
  0,
  a,
  b,
  ab,
  c,
  ac,
  bc,
  abc,
];

describe("the article's order", () => {
  test('tells of every candidate, what was taken and why it stopped', async () => {
    const { trace, outcome } = await soupOf(table(50, 60, 62, 55, 0, 64, 63), 100, 3, { order: 'article' });
    const told = trace.map((step) =>
      step.kind === 'stopped' ? step.reason : `${step.kind} ${step.ingredient} ${step.score.correct}`,
    );
    expect(told).toEqual([
      'ingredient-scored i0 50',
      'ingredient-scored i1 60',
      'ingredient-scored i2 55',
      'started i1 60',
      'candidate-scored i0 62',
      'candidate-scored i2 64',
      'accepted i2 64',
      'rejected i0 62',
      'candidate-scored i0 63',
      'rejected i0 63',
      'no remaining ingredient improves the selection score',
    ]);
    expect(outcome.summary).toContain('2 of 3 ingredients, 64.00 % on the selection split (64 of 100, 4 more');
  });

  test('gives ties to the earlier ingredient, at the start and in each round', async () => {
    const { outcome } = await soupOf(table(60, 60, 65, 60, 65, 1, 66), 100, 3, { order: 'article' });
    expect(outcome.used).toEqual(['i0', 'i1', 'i2']);
  });

  test('does not take what is only as good, unless told to', async () => {
    const equal = table(60, 50, 60, 50, 60, 50, 60);
    expect((await soupOf(equal, 100, 3, { order: 'article' })).outcome.used).toEqual(['i0']);
    const { outcome } = await soupOf(equal, 100, 3, { order: 'article', accept: 'not-worse' });
    expect(outcome.used).toEqual(['i0', 'i1', 'i2']);
  });

  test('compares counts, so rounding errors decide nothing', async () => {
    // 0.1 + 0.2 > 0.3 in floating point: adding up improvements would see one more here.
    const scores = table(1, 0, 3, 0, 2, 0, 3);
    expect((await soupOf(scores, 10, 3, { order: 'article' })).outcome.used).toEqual(['i0', 'i1']);
  });

  test('stops at the number of models allowed, one included', async () => {
    const rising = table(50, 40, 60, 30, 55, 1, 70);
    const { outcome, trace } = await soupOf(rising, 100, 3, { order: 'article', maxModels: 2 });
    expect(outcome.used).toEqual(['i0', 'i1']);
    expect(trace.at(-1)).toEqual({ kind: 'stopped', reason: 'the soup has the 2 ingredients allowed' });
    expect((await soupOf(rising, 100, 3, { order: 'article', maxModels: 1 })).outcome.used).toEqual(['i0']);
  });
});

describe("the paper's order", () => {
  test('takes an ingredient that leaves the score as it is, unless told not to', async () => {
    const equal = table(60, 50, 60, 55, 59, 50, 60);
    expect((await soupOf(equal, 100, 3, { order: 'sorted' })).outcome.used).toEqual(['i0', 'i1']);
    expect((await soupOf(equal, 100, 3, { order: 'sorted', accept: 'better' })).outcome.used).toEqual(['i0']);
  });

  test('asks once for each ingredient, best first', async () => {
    const { trace } = await soupOf(table(50, 60, 62, 55, 0, 61, 63), 100, 3, { order: 'sorted' });
    const candidates = trace.flatMap((step) => (step.kind === 'candidate-scored' ? [step.ingredient] : []));
    expect(candidates).toEqual(['i2', 'i0']);
    expect(trace.at(-1)).toEqual({ kind: 'stopped', reason: 'every ingredient has been tried' });
  });
});

test('one ingredient alone is its own soup', async () => {
  const { outcome, trace } = await soupOf([0, 7], 10, 1, {});
  expect(outcome.coefficients.groups[0]?.weights).toEqual([1]);
  expect(trace.at(-1)).toEqual({ kind: 'stopped', reason: 'every ingredient is in the soup' });
});

test('stops when cancelled', async () => {
  const cancelled = cook(greedy, { order: 'article' }, 3, oracleOf(table(1, 1, 1, 1, 1, 1, 1), 1), AbortSignal.abort());
  await expect(cancelled).rejects.toMatchObject({ code: 'job/cancelled' });
});
