import { describe, expect, test } from 'vitest';
import { weightFactsOf } from '../../main/backend/merging/weight-facts.ts';
import { StockpotError } from '../../main/errors.ts';
import { checkedOptions, findRecipe } from '../../main/recipes/index.ts';
import type { CookOutcome, SelectionOracle } from '../../main/recipes/recipe.ts';
import { randomSingles, singles, TemporaryFolder } from '../mix/temporary-checkpoints.ts';
import { larderOf, scoringOracle } from './kitchen.ts';

const NAMES = ['a', 'x', 'b', 'y', 'c'];

/** Two beginnings: a, b and c were trained from one, x and y from the other. */
function checkpoints(folder: TemporaryFolder): readonly { readonly name: string; readonly path: string }[] {
  const beginnings = [randomSingles([64, 64], 1), randomSingles([64, 64], 2)];
  return NAMES.map((name, i) => {
    const start = new Float32Array(beginnings['xy'.includes(name) ? 1 : 0]!.bytes.slice().buffer);
    const change = new Float32Array(randomSingles([64, 64], 10 + i).bytes.slice().buffer);
    const weight = singles(
      [64, 64],
      start.map((value, at) => value + 0.1 * change[at]!),
    );
    return { name, path: folder.checkpoint(`${name}.safetensors`, { weight }) };
  });
}

/** Losses of plain averages by the names of who takes part, others 0.5; no accuracy to speak of. */
function oracleOf(losses: Readonly<Record<string, number>>): SelectionOracle & { readonly asked: string[] } {
  const asked: string[] = [];
  const oracle = scoringOracle(1, ({ groups }) => {
    const who = groups[0]!.weights.flatMap((weight, i) => (weight === 0 ? [] : NAMES[i]!)).join('+');
    asked.push(who);
    return { correct: 0, loss: losses[who] ?? 0.5, figures: { accuracy: 0 } };
  });
  return { ...oracle, asked };
}

async function cook(steps: readonly object[], selection?: SelectionOracle): Promise<CookOutcome> {
  using folder = new TemporaryFolder();
  const files = checkpoints(folder);
  const larder = { ...larderOf(NAMES, { tensors: ['weight'] }), hasSelection: selection !== undefined };
  const context = {
    ...larder,
    selection,
    slopes: undefined,
    kept: { read: () => undefined, write: () => {} },
    seed: 0,
    signal: new AbortController().signal,
    aligner: { align: async () => [] },
    weights: weightFactsOf(files, () => {}),
  };
  const chain = findRecipe('chain');
  const course = chain.cook(context, checkedOptions(chain, { steps }, larder));
  let next = await course.next();
  while (next.done !== true) next = await course.next();
  return next.value;
}

const weightsOf = ({ coefficients }: CookOutcome): readonly number[] | undefined => coefficients.groups[0]?.weights;

describe('basins by ancestry', () => {
  test('the largest one alone is averaged', async () => {
    const outcome = await cook([{ recipe: 'largest-basin' }, { recipe: 'uniform' }]);
    expect(weightsOf(outcome)).toEqual([1 / 3, 0, 1 / 3, 0, 1 / 3]);
    expect(outcome.used).toEqual(['a', 'b', 'c']);
    expect(outcome.summary).toContain('2 basins: a, b, c; x, y.');
  });

  test('each is averaged, and the next step has the averages', async () => {
    const outcome = await cook([{ recipe: 'group-soups' }, { recipe: 'lawa', options: { last: 1 } }]);
    expect(weightsOf(outcome)).toEqual([0, 0.5, 0, 0.5, 0]);
  });

  test('a chain cannot end with them', async () => {
    await expect(cook([{ recipe: 'group-soups' }])).rejects.toThrow(StockpotError);
  });
});

describe('basins by barriers', () => {
  const barrier = { basins: 'barrier' };
  const losses = { a: 0.3, x: 0.1, b: 0.2, y: 0.4, c: 0.25, 'a+x': 2, 'x+b': 1.9, 'x+y': 0.34, 'x+c': 1.8, 'b+c': 0.2 };

  test('who interpolates with the best without one is in its basin', async () => {
    const oracle = oracleOf({ ...losses, 'a+b': 0.26 });
    const outcome = await cook([{ recipe: 'largest-basin', options: barrier }, { recipe: 'uniform' }], oracle);
    expect(outcome.summary).toContain('2 basins: a, b, c; x, y.');
    expect(weightsOf(outcome)).toEqual([1 / 3, 0, 1 / 3, 0, 1 / 3]);
    // Five models alone, four midpoints with the best, two with the next best.
    expect(oracle.asked).toHaveLength(11);
  });

  test('how much of one there may be is an option', async () => {
    const oracle = oracleOf({ ...losses, 'a+b': 0.45 });
    const strict = await cook([{ recipe: 'largest-basin', options: barrier }, { recipe: 'uniform' }], oracle);
    expect(strict.summary).toContain('3 basins: x, y; b, c; a.');
    const lenient = { ...barrier, barrier: 0.2 };
    const outcome = await cook([{ recipe: 'largest-basin', options: lenient }, { recipe: 'uniform' }], oracle);
    expect(outcome.summary).toContain('2 basins: a, b, c; x, y.');
  });

  test('a model that answers NaN is by itself', async () => {
    const broken = { ...losses, a: Number.NaN, 'a+b': Number.NaN, 'a+x': Number.NaN };
    const outcome = await cook(
      [{ recipe: 'largest-basin', options: barrier }, { recipe: 'uniform' }],
      oracleOf(broken),
    );
    expect(outcome.summary).toContain('3 basins: x, y; b, c; a.');
  });

  test('need a selection split', async () => {
    await expect(cook([{ recipe: 'largest-basin', options: barrier }, { recipe: 'uniform' }])).rejects.toMatchObject({
      code: 'recipe/bad-option',
      where: expect.stringContaining('steps.0.options.basins'),
    });
  });
});
