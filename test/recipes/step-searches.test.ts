import { describe, expect, test } from 'vitest';
import { hashOfMixture } from '../../main/mix/mixture-hash.ts';
import { findRecipe, parseOptions } from '../../main/recipes/index.ts';
import type { Coefficients, SelectionOracle, TraceStep } from '../../main/recipes/recipe.ts';
import { cook, cookIn, oracleOf, scoringOracle } from './kitchen.ts';
import { SMALL_NETWORKS } from './small-networks.ts';

const told = (trace: readonly TraceStep[]): readonly string[] =>
  trace.flatMap((step) => (step.kind === 'trial' ? [`${step.round} ${step.what}: ${step.fate}`] : []));

describe('pruned', () => {
  // Of three ingredients by the sets 001 … 111: the last one spoils the soup.
  const table = [0, 50, 60, 72, 40, 55, 58, 65];

  test('leaves out what the soup is best without, until it is better without none', async () => {
    const pruned = findRecipe('pruned');
    const { trace, outcome } = await cook(pruned, parseOptions(pruned, {}), 3, oracleOf(table, 100));
    expect(told(trace)).toEqual([
      '0 all ingredients: kept',
      '1 without Ingredient 0: dropped',
      '1 without Ingredient 1: dropped',
      '1 without Ingredient 2: kept',
      '2 without Ingredient 0: dropped',
      '2 without Ingredient 1: dropped',
    ]);
    expect(outcome.used).toEqual(['i0', 'i1']);
    expect(outcome.coefficients.groups[0]!.weights).toEqual([0.5, 0.5, 0]);
    expect(outcome.summary).toContain('7 more than all of them together');
  });

  test('leaves as many as it must', async () => {
    const pruned = findRecipe('pruned');
    const options = parseOptions(pruned, { minModels: 3 });
    const { trace } = await cook(pruned, options, 3, oracleOf(table, 100));
    expect(trace.at(-1)).toEqual({ kind: 'stopped', reason: 'the soup has the 3 ingredients that must stay' });
  });
});

describe('greedy with replacement', () => {
  const replacement = findRecipe('greedy-replacement');
  /** The nearer the first weight is to two thirds, the better. */
  const oracle: SelectionOracle = byFirstWeight((weight) => 100 - Math.round(100 * Math.abs(weight - 2 / 3)));

  test('an ingredient that is taken again counts for more', async () => {
    const { trace, outcome } = await cook(replacement, parseOptions(replacement, {}), 2, oracle);
    expect(outcome.coefficients.groups[0]!.weights).toEqual([2 / 3, 1 / 3]);
    expect(told(trace).filter((line) => line.endsWith('kept'))).toEqual([
      '1 with Ingredient 1: kept',
      '2 with more of Ingredient 0: kept',
    ]);
  });

  test('stops when so many have been taken', async () => {
    const options = parseOptions(replacement, { maxPicks: 2, accept: 'not-worse' });
    const { trace } = await cook(
      replacement,
      options,
      2,
      byFirstWeight(() => 5),
    );
    expect(trace.at(-1)).toEqual({ kind: 'stopped', reason: '2 have been taken' });
  });
});

describe('α of WiSE-FT', () => {
  const search = findRecipe('wise-ft-search');
  const cooked = (options: object, oracle: SelectionOracle) =>
    cook(search, parseOptions(search, { base: 'Ingredient 1', ...options }), 2, oracle);

  test('is the best of its grid, and of what lies beside that', async () => {
    const oracle = byFirstWeight((alpha) => 1000 - Math.round(1000 * Math.abs(alpha - 0.33)));
    const plain = await cooked({}, oracle);
    expect(plain.outcome.coefficients.groups[0]!.weights[0]).toBeCloseTo(0.3, 12);
    const refined = await cooked({ refinements: 2 }, oracle);
    expect(refined.outcome.coefficients.groups[0]!.weights[0]).toBeCloseTo(0.325, 12);
    expect(refined.outcome.summary).toContain('α = 0.325');
  });

  test('of equals is the one nearest to the base', async () => {
    const { outcome } = await cooked(
      {},
      byFirstWeight(() => 7),
    );
    expect(outcome.used).toEqual(['i1']);
    const { outcome: later } = await cooked(
      {},
      byFirstWeight((alpha) => (alpha > 0.35 ? 9 : 7)),
    );
    expect(later.coefficients.groups[0]!.weights[0]).toBeCloseTo(0.4, 12);
  });
});

function byFirstWeight(correctOf: (weight: number) => number): SelectionOracle {
  return scoringOracle(1000, ({ groups }) => ({ correct: correctOf(groups[0]!.weights[0]!), loss: 1, figures: {} }));
}

describe('what a recipe will cost is told beforehand', () => {
  const chosen: readonly (readonly [string, object])[] = [
    ['layerwise', {}],
    ['layerwise', { start: 'soup', granularity: 'layer' }],
    ['layerwise', { order: 'effect' }],
    ['layerwise', { passes: 3, accept: 'not-worse' }],
    ['layerwise', { strategy: 'all' }],
    ['pruned', {}],
    ['pruned', { accept: 'not-worse' }],
    ['pruned', { order: 'sorted' }],
    ['pruned', { order: 'sorted', accept: 'not-worse' }],
    ['pruned', { minModels: 2, accept: 'not-worse' }],
    ['greedy-replacement', {}],
    ['greedy-replacement', { initial: 3, maxPicks: 5 }],
    ['greedy-layers', { granularity: 'layer' }],
    ['greedy-layers', { granularity: 'name', start: 'soup' }],
    ['wise-ft-search', { base: 'm0' }],
    ['wise-ft-search', { base: 'm1', refinements: 2 }],
  ];

  test.each(chosen)('%s with %j', async (name, raw) => {
    const recipe = findRecipe(name);
    const options = parseOptions(recipe, raw);
    for (const { larder, oracle } of SMALL_NETWORKS) {
      const files = larder.ingredients.map(({ id }) => ({ path: id, sha256: id }));
      const [singles, mixtures] = [new Set<string>(), new Set<string>()];
      const note = (candidate: Coefficients): void => {
        const hash = hashOfMixture({ ingredients: files, ...candidate, accumulate: 'f32', dtype: 'keep' });
        (files.some(({ sha256 }) => sha256 === hash) ? singles : mixtures).add(hash);
      };
      const counting: SelectionOracle = {
        ...oracle,
        score(candidate) {
          note(candidate);
          return oracle.score(candidate);
        },
        scoreAll(candidates) {
          for (const candidate of candidates) note(candidate);
          return oracle.scoreAll(candidates);
        },
        race(race) {
          for (const candidate of race.candidates) note(candidate);
          return oracle.race(race);
        },
      };
      await cookIn(recipe, options, larder, counting);
      const { least, most } = recipe.mixtures(files.length, options, larder.layerGroups);
      expect(mixtures.size).toBeLessThanOrEqual(most);
      // Mixtures that come back cost nothing: only what never comes back can be promised.
      if (name !== 'greedy-layers') expect(mixtures.size).toBeGreaterThanOrEqual(least);
    }
  });
});
