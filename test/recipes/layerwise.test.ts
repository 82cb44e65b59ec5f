import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { StockpotError } from '../../main/errors.ts';
import { checkedOptions, parseOptions } from '../../main/recipes/index.ts';
import { layerwise } from '../../main/recipes/layerwise.ts';
import type { SelectionOracle, TraceStep } from '../../main/recipes/recipe.ts';
import { cookIn, larderOf, scoringOracle } from './kitchen.ts';
import { fingerprintOf, mix, SMALL_NETWORKS, TENSORS } from './small-networks.ts';

interface ArticleSoup {
  /** Index of the networks. */
  readonly case: number;
  readonly strategy: string;
  /** Words whose tensors were averaged. */
  readonly kept: readonly string[];
  /** Of every evaluation, in order. */
  readonly correct: readonly number[];
  readonly fingerprint: readonly number[];
}

/** What the article's own class made of the same networks in PyTorch: see test/interop/layerwise.py. */
const ARTICLE = JSON.parse(
  readFileSync(new URL('../fixtures/recipes/layerwise-article.json', import.meta.url), 'utf8'),
) as readonly ArticleSoup[];

const trialsOf = (trace: readonly TraceStep[]) => trace.filter((step) => step.kind === 'trial');

const correctOf = (trace: readonly TraceStep[]): readonly number[] =>
  trace.flatMap((step) =>
    (step.kind === 'ingredient-scored' || step.kind === 'trial') && 'correct' in step.score ? [step.score.correct] : [],
  );

test.each(ARTICLE)('$strategy chooses and makes what the article does of networks $case', async (article) => {
  const { models, larder, oracle } = SMALL_NETWORKS[article.case]!;
  const options = checkedOptions(layerwise, { strategy: article.strategy, exhaustive: true }, larder);
  const { outcome, trace } = await cookIn(layerwise, options, larder, oracle);
  const kept = trialsOf(trace).flatMap(({ what, fate }) => (fate === 'kept' ? [what.replace(' averaged', '')] : []));
  expect(kept).toEqual(article.kept);
  expect(correctOf(trace)).toEqual(article.correct);
  const made = fingerprintOf(mix(models, outcome.coefficients));
  for (const [place, tensor] of TENSORS.entries())
    expect(made[place], tensor).toBeCloseTo(article.fingerprint[place]!, 7);
});

test('selective tells what it began with, every part with its score, and why it stopped', async () => {
  const { larder, oracle } = SMALL_NETWORKS[0]!;
  const { trace, outcome } = await cookIn(layerwise, parseOptions(layerwise, {}), larder, oracle);
  expect(trace.map(({ kind }) => kind)).toEqual(['ingredient-scored', 'started', ...Array(4).fill('trial'), 'stopped']);
  expect(trialsOf(trace).map(({ round, what, fate }) => `${round} ${what}: ${fate}`)).toEqual([
    '1 conv averaged: dropped',
    '2 bn averaged: kept',
    '3 fc averaged: kept',
    '4 classifier averaged: dropped',
  ]);
  expect(outcome.summary).toMatch(/^Averaged in 2 of 4 parts \(bn, fc\), .*; all else is m0 alone\.$/);
  expect(outcome.coefficients.groups.map(({ name, weights }) => [name, weights])).toEqual([
    ['conv', [1, 0, 0]],
    ['bn', [1 / 3, 1 / 3, 1 / 3]],
    ['fc', [1 / 3, 1 / 3, 1 / 3]],
    ['classifier', [1, 0, 0]],
    ['rest', [1, 0, 0]],
  ]);
});

test('a network whose names have none of the words stays its first ingredient, and is told so', async () => {
  const larder = larderOf(['a', 'b']);
  const { trace, outcome } = await cookIn(layerwise, parseOptions(layerwise, {}), larder, constant());
  expect(trace).toContainEqual({ kind: 'remark', text: expect.stringContaining('nothing to try') });
  expect(outcome.used).toEqual(['a']);
});

test('classifier_only without a classifier averages everything, and says so', async () => {
  const larder = larderOf(['a', 'b']);
  const options = parseOptions(layerwise, { strategy: 'classifier_only' });
  const { trace, outcome } = await cookIn(layerwise, options, larder);
  expect(trace).toEqual([{ kind: 'remark', text: expect.stringContaining('fc, classifier or head') }]);
  expect(outcome.coefficients).toEqual({ groups: [{ name: 'all', tensors: 'rest', weights: [0.5, 0.5] }] });
  expect(outcome.used).toEqual(['a', 'b']);
});

test('classifier_only may begin with the best ingredient', async () => {
  const { larder, oracle } = SMALL_NETWORKS[0]!;
  const options = parseOptions(layerwise, { strategy: 'classifier_only', start: 'best' });
  const { trace, outcome } = await cookIn(layerwise, options, larder, oracle);
  const correct = correctOf(trace);
  const best = correct.indexOf(Math.max(...correct));
  expect(outcome.coefficients.groups.find(({ name }) => name === 'rest')!.weights[best]).toBe(1);
});

function constant(): SelectionOracle {
  return scoringOracle(10, () => ({ correct: 5, loss: 1, figures: {} }));
}

describe('what is refused before any work', () => {
  const failure = (raw: unknown, hasSelection: boolean): StockpotError => {
    try {
      checkedOptions(
        layerwise,
        raw,
        { ...larderOf(['a', 'b']), hasSelection },
        ([option]) => `recipe.yml, line ${option === 'strategy' ? 4 : 5}`,
      );
    } catch (thrown) {
      if (thrown instanceof StockpotError) return thrown;
      throw thrown;
    }
    return expect.unreachable();
  };

  test('an unknown strategy, with its option and its line', () => {
    const error = failure({ strategy: 'everything' }, true);
    expect(error).toMatchObject({
      code: 'recipe/bad-option',
      where: 'recipe layerwise, option strategy; recipe.yml, line 4',
    });
    expect(error.message).toContain('classifier_only');
  });

  test('selective without a selection split', () => {
    expect(failure({}, false)).toMatchObject({
      code: 'recipe/bad-option',
      where: expect.stringContaining('option strategy'),
    });
    expect(failure({ strategy: 'selective' }, false).message).toContain('no selection split');
  });

  test('the best ingredient without a selection split', () => {
    expect(failure({ strategy: 'classifier_only', start: 'best' }, false).where).toContain('option start');
  });
});
