import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { METRICS } from '../../main/metrics/index.ts';
import { isWhole } from '../../main/recipes/decisive-metric.ts';
import { type GreedyOptions, greedy } from '../../main/recipes/greedy.ts';
import { parseOptions } from '../../main/recipes/index.ts';
import { passesOf } from '../../main/recipes/passes.ts';
import type { TriedScore } from '../../main/recipes/recipe.ts';
import { cook, oracleOf } from './kitchen.ts';

interface Case {
  readonly count: number;
  readonly maxModels: number | null;
  readonly total: number;
  /** By the set of averaged ingredients, as bits. */
  readonly correctBySubset: readonly number[];
  readonly article: readonly number[];
  readonly sorted: readonly number[];
  /** The same by mean cross-entropy, which is the better the lower it is. */
  readonly lossBySubset: readonly number[];
  readonly articleByLoss: readonly number[];
  readonly sortedByLoss: readonly number[];
}

/** Made by `make.py` beside it: real averages of linear classifiers, searched by a second implementation. */
const CASES = JSON.parse(
  readFileSync(new URL('../fixtures/recipes/greedy.json', import.meta.url), 'utf8'),
) as readonly Case[];

const correctIn = (score: TriedScore): number | 'given up' => (isWhole(score) ? score.correct : 'given up');

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

describe('the same choices as the reference by another metric', () => {
  test.each(CASES.map((each, index) => ({ index, ...each })))(
    'case $index: the lowest cross-entropy of $count ingredients, at most $maxModels',
    async ({ count, maxModels, total, correctBySubset, lossBySubset, ...expected }) => {
      const limit = maxModels === null ? {} : { maxModels };
      const oracle = oracleOf(correctBySubset, total, { loss: lossBySubset });
      for (const order of ['article', 'sorted'] as const) {
        const options = parseOptions(greedy, { order, metric: 'loss', ...limit });
        const { outcome, trace } = await cook(greedy, options, count, oracle);
        expect(outcome.used).toEqual(expected[`${order}ByLoss`].map((i) => `i${i}`));
        expect(outcome.summary).toContain('cross-entropy');
        for (const step of trace)
          if ('score' in step) expect(step.score).toMatchObject({ decisive: { metric: 'loss' } });
      }
    },
  );
});

describe('any metric of the registry', () => {
  const values = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 16, maxLength: 16 });

  test.each(METRICS.filter(({ id }) => id !== 'accuracy'))(
    '$id: chooses as accuracy would if it were it',
    async (metric) => {
      await fc.assert(
        fc.asyncProperty(values, fc.constantFrom('article', 'sorted'), async (table, order) => {
          const figures = { [metric.id]: table.map((value) => (metric.better === 'higher' ? value : -value)) };
          const wanted = await cook(greedy, parseOptions(greedy, { order }), 4, oracleOf(table, 4));
          const options = parseOptions(greedy, { order, metric: metric.id });
          const { outcome, trace } = await cook(greedy, options, 4, oracleOf(table.toReversed(), 4, figures));
          expect(outcome.used).toEqual(wanted.outcome.used);
          expect(outcome.coefficients).toEqual(wanted.outcome.coefficients);
          expect(trace.map(({ kind }) => kind)).toEqual(wanted.trace.map(({ kind }) => kind));
        }),
        { numRuns: 40 },
      );
    },
  );

  test('what has no figure is never taken, and nothing is chosen where nothing has one', async () => {
    const correct = [0, 1, 1, 1, 1, 1, 1, 1];
    const options = parseOptions(greedy, { metric: 'brier' });
    const some = await cook(
      greedy,
      options,
      3,
      oracleOf(correct, 1, { brier: [0, null, 0.5, null, null, null, 0.4, null] }),
    );
    expect(some.outcome.used).toEqual(['i1', 'i2']);
    const none = cook(greedy, options, 3, oracleOf(correct, 1, { brier: correct.map(() => null) }));
    await expect(none).rejects.toMatchObject({ code: 'recipe/no-figure' });
  });

  test('a metric that there is not is refused with those that there are', () => {
    expect(() => parseOptions(greedy, { metric: 'beauty' })).toThrow(/accuracy/);
  });
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
    const told = trace.flatMap((step) => {
      if (step.kind === 'stopped') return step.reason;
      return 'ingredient' in step ? `${step.kind} ${step.ingredient} ${correctIn(step.score)}` : [];
    });
    expect(told).toEqual([
      'ingredient-scored i0 50',
      'ingredient-scored i1 60',
      'ingredient-scored i2 55',
      'started i1 60',
      'candidate-scored i0 given up',
      'candidate-scored i2 64',
      'accepted i2 64',
      'rejected i0 given up',
      'candidate-scored i0 given up',
      'rejected i0 given up',
      'no remaining ingredient improves the selection score',
    ]);
    expect(outcome.summary).toContain('2 of 3 ingredients, 64.00 % on the selection split (64 of 100, 4 more');
  });

  test('scores every candidate to the end where asked, and chooses the same', async () => {
    const scores = table(50, 60, 62, 55, 0, 64, 63);
    for (const order of ['article', 'sorted'] as const) {
      const raced = await soupOf(scores, 100, 3, { order });
      const { trace, outcome } = await soupOf(scores, 100, 3, { order, exhaustive: true });
      expect(outcome).toEqual(raced.outcome);
      const tried = trace.flatMap((step) => (step.kind === 'candidate-scored' ? [correctIn(step.score)] : []));
      expect(tried).toEqual(order === 'article' ? [62, 64, 63] : [64, 63]);
      expect(passesOf(trace)).toEqual({ made: 100 * tried.length, exhaustive: 100 * tried.length });
      expect(passesOf(raced.trace)!.made).toBe(100);
    }
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
  const cancelled = cook(
    greedy,
    parseOptions(greedy, {}),
    3,
    oracleOf(table(1, 1, 1, 1, 1, 1, 1), 1),
    AbortSignal.abort(),
  );
  await expect(cancelled).rejects.toMatchObject({ code: 'job/cancelled' });
});
