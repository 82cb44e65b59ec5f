import { describe, expect, test } from 'vitest';
import { StockpotError } from '../../main/errors.ts';
import { METHODS } from '../../main/mix/methods/index.ts';
import { checkedOptions, findRecipe, RECIPES, TRANSFORMATIONS } from '../../main/recipes/index.ts';
import type { Coefficients, Larder } from '../../main/recipes/recipe.ts';
import { cookIn, NO_WEIGHTS } from './kitchen.ts';

const TENSORS = [
  'embed.weight',
  'layers.0.attn.weight',
  'layers.0.mlp.weight',
  'layers.1.attn.weight',
  'layers.2.mlp.weight',
  'head.weight',
];

function larderOf(names: readonly string[], tensors: readonly string[] = TENSORS): Larder {
  return {
    ingredients: names.map((name) => ({ id: name, name })),
    tensors,
    hasSelection: false,
    learnsFrom: [],
    layerGroups: () => [],
  };
}

async function blend(name: string, raw: unknown, names: readonly string[], seed = 0): Promise<Coefficients> {
  const recipe = findRecipe(name);
  const larder = larderOf(names);
  const options = checkedOptions(recipe, raw, larder);
  const signal = new AbortController().signal;
  const steps = recipe.cook(
    {
      ...larder,
      selection: undefined,
      slopes: undefined,
      kept: { read: () => undefined, write: () => {} },
      seed,
      signal,
      aligner: { align: async () => [] },
      weights: NO_WEIGHTS,
    },
    options,
  );
  for (;;) {
    const next = await steps.next();
    if (next.done === true) return next.value.coefficients;
  }
}

async function failure(work: () => Promise<unknown>): Promise<StockpotError> {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof StockpotError) return thrown;
    throw thrown;
  }
  return expect.unreachable();
}

describe('the registry', () => {
  test('has every method, and says when to choose each recipe', () => {
    const names = RECIPES.map(({ name }) => name);
    for (const { name } of METHODS) expect(names).toContain(name);
    for (const recipe of [...RECIPES, ...TRANSFORMATIONS]) {
      expect(recipe.chooseWhen, recipe.name).not.toBe('');
      expect(recipe.description, recipe.name).not.toBe('');
      expect(recipe.source, recipe.name).not.toBe('');
    }
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('a method as a recipe', () => {
  test('gives one group where its options are the same for all tensors', async () => {
    const { groups } = await blend('ties', { base: 'b', density: 0.5, weight: 2 }, ['a', 'b', 'c'], 7);
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({
      name: 'all',
      tensors: 'rest',
      weights: [1, 1, 1],
      method: { name: 'ties', base: 1, seed: 7, each: { density: [0.5, 0.5, 0.5], weight: [2, 2, 2] } },
    });
    expect(groups[0]!.method!.shared).toMatchObject({ normalize: true, lambda: 1 });
  });

  test('takes options of single ingredients, by filter, and along the depth', async () => {
    const { groups } = await blend(
      'ties',
      {
        base: 'b',
        weight: [{ filter: 'attn', value: [1, 3] }, { value: 0.5 }],
        ingredients: { c: { weight: [0, 1] } },
      },
      ['b', 'a', 'c'],
    );
    const weightsOf = (tensor: string): readonly number[] | undefined =>
      groups.find(({ tensors }) => tensors !== 'rest' && tensors.includes(tensor))?.method?.each.weight ??
      groups.find(({ tensors }) => tensors === 'rest')?.method?.each.weight;
    expect(weightsOf('embed.weight')).toEqual([0.5, 0.5, 0]);
    expect(weightsOf('layers.0.attn.weight')).toEqual([1, 1, 0]);
    expect(weightsOf('layers.1.attn.weight')).toEqual([2, 2, 0.5]);
    expect(weightsOf('layers.2.mlp.weight')).toEqual([0.5, 0.5, 1]);
    expect(new Set(groups.map(({ name }) => name)).size).toBe(groups.length);
  });

  test('is a table of weights where it is a weighted sum', async () => {
    expect(await blend('linear', { weight: 1, ingredients: { a: { weight: 3 } } }, ['a', 'b'])).toEqual({
      groups: [{ name: 'all', tensors: 'rest', weights: [0.75, 0.25] }],
    });
    expect(await blend('task_arithmetic', { base: 'a', weight: 0.5, lambda: 0.5 }, ['a', 'b', 'c'])).toEqual({
      groups: [{ name: 'all', tensors: 'rest', weights: [0.5, 0.25, 0.25] }],
    });
    expect(await blend('passthrough', { scale: 2 }, ['a'])).toEqual({
      groups: [{ name: 'all', tensors: 'rest', weights: [2] }],
    });
  });

  test.each([
    ['a missing base', 'ties', { density: 0.5 }, ['a', 'b'], /option base/],
    ['a base that is no ingredient', 'ties', { base: 'bb' }, ['a', 'base'], /option base/],
    ['a density beyond one', 'ties', { base: 'a', density: 1.5 }, ['a', 'b'], /option density/],
    [
      'a density below zero for one ingredient',
      'ties',
      { base: 'a', ingredients: { b: { density: -0.1 } } },
      ['a', 'b'],
      /option ingredients\.b\.density/,
    ],
    [
      'a density that is too large somewhere',
      'dare_ties',
      { base: 'a', density: [0.5, 1.5] },
      ['a', 'b'],
      /option density/,
    ],
    ['a weight that is no number', 'ties', { base: 'a', weight: Number.NaN }, ['a', 'b'], /option weight/],
    ['one ingredient where two are needed', 'slerp', { base: 'a', t: 0.5 }, ['a'], /recipe slerp/],
    ['three where two are taken', 'slerp', { base: 'a', t: 0.5 }, ['a', 'b', 'c'], /recipe slerp/],
    [
      'weights that sum to zero',
      'linear',
      { ingredients: { a: { weight: 1 }, b: { weight: -1 } } },
      ['a', 'b'],
      /weight/,
    ],
    ['an unknown key', 'ties', { base: 'a', densty: 0.5 }, ['a', 'b'], /option densty/],
    [
      'an unknown ingredient',
      'ties',
      { base: 'a', ingredients: { x: { weight: 1 } } },
      ['a', 'b'],
      /option ingredients\.x/,
    ],
    ['a base of WiSE-FT that is missing', 'wise-ft', {}, ['a', 'b'], /option base/],
    ['more checkpoints than there are', 'lawa', { last: 3 }, ['a', 'b'], /option last/],
  ])('refuses %s', async (_, name, options, names, where) => {
    const error = await failure(() => blend(name, options, names));
    expect(error.kind).toBe('input');
    expect(error.code).toMatch(/^recipe\//);
    expect(error.where ?? '').toMatch(where);
  });
});

describe('papers without data', () => {
  test('WiSE-FT goes alpha of the way', async () => {
    expect((await blend('wise-ft', { base: 'b', alpha: 0.25 }, ['a', 'b'])).groups[0]!.weights).toEqual([0.25, 0.75]);
  });

  test('SWA, LAWA and EMA weigh the checkpoints of a training', async () => {
    const names = ['t1', 't2', 't3', 't4', 't5'];
    expect((await blend('swa', { start: 1, every: 2 }, names)).groups[0]!.weights).toEqual([0, 0.5, 0, 0.5, 0]);
    expect((await blend('lawa', { last: 2 }, names)).groups[0]!.weights).toEqual([0, 0, 0, 0.5, 0.5]);
    expect((await blend('ema', { decay: 0.5 }, names)).groups[0]!.weights).toEqual([
      1 / 16,
      1 / 16,
      1 / 8,
      1 / 4,
      1 / 2,
    ]);
  });
});

describe('values over the depth', () => {
  const CNN = ['conv1.weight', 'bn1.weight', 'fc1.weight', 'classifier.weight'];
  const layers = CNN.map((name, i) => ({ name, tensors: [name], depth: i / 3 }));

  test('follow the graph where no blocks are numbered', async () => {
    const recipe = findRecipe('linear');
    const larder = { ...larderOf(['a', 'b'], CNN), layerGroups: () => layers };
    const options = checkedOptions(
      recipe,
      { weight: [0, 0.5, 1, 0.25], normalize: false, ingredients: { a: { weight: 1 } } },
      larder,
    );
    const { outcome } = await cookIn(recipe, options, larder);
    const weights = outcome.coefficients.groups.map((group) => [group.tensors, group.weights[1]]);
    expect(weights).toEqual([['rest', 0], ...[0.5, 1, 0.25].map((weight, i) => [[CNN[i + 1]], weight])]);
  });

  test('are refused where nothing tells the order of layers, values by filter are not', () => {
    const recipe = findRecipe('ties');
    const larder = { ...larderOf(['a', 'b'], CNN), hasFilesAlone: true };
    const density = [{ filter: 'fc', value: 0.5 }, { value: 0.8 }];
    expect(() => checkedOptions(recipe, { base: 'a', density }, larder)).not.toThrow();
    for (const [bad, where] of [
      [{ density: [0.2, 0.8] }, 'option density'],
      [{ density: [{ filter: 'fc', value: 0.5 }, { value: [0.2, 0.8] }] }, 'option density.1.value'],
      [{ ingredients: { b: { weight: [0, 1] } } }, 'option ingredients.b.weight'],
    ] as const) {
      expect(() => checkedOptions(recipe, { base: 'a', ...bad }, larder)).toThrow(
        expect.objectContaining({ code: 'recipe/bad-option', where: expect.stringContaining(where) }),
      );
    }
  });
});

describe('a chain', () => {
  test('of sums is one sum', async () => {
    const steps = [
      { recipe: 'group-soups', options: { groups: { x: ['a', 'b'], y: ['c'] } } },
      { recipe: 'weighted', options: { weights: [3, 1] } },
    ];
    expect(await blend('chain', { steps }, ['a', 'b', 'c'])).toEqual({
      groups: [{ name: 'all', tensors: 'rest', weights: [0.375, 0.375, 0.25] }],
    });
  });

  test('goes on with what a method has made, and finds the base again', async () => {
    const steps = [
      { recipe: 'ties', options: { base: 'b' }, scope: { freeze: 'head.*' } },
      { recipe: 'rescale', options: { base: 'b', factor: 0.5 } },
    ];
    const found = await blend('chain', { steps }, ['a', 'b', 'c']);
    expect(found.groups).toEqual([{ name: 'all', tensors: 'rest', weights: [0.5, 0.5] }]);
    expect(found.inputs?.[0]).toEqual({ ingredient: 1 });
    const { blend: inner } = found.inputs![1] as { readonly blend: Coefficients };
    expect(inner.groups.map(({ name, weights }) => [name, weights])).toEqual([
      ['all', [1, 1, 1]],
      ['frozen', [0, 1, 0]],
    ]);
  });

  test.each([
    ['a step that does not exist', [{ recipe: 'tie' }], /steps\.0\.recipe/],
    [
      'a step with a bad option',
      [{ recipe: 'uniform' }, { recipe: 'lawa', options: { last: 0 } }],
      /steps\.1\.options\.last/,
    ],
    ['a step that needs a selection split', [{ recipe: 'greedy' }], /steps\.0\.recipe/],
    ['an end with several models', [{ recipe: 'rescale', options: { factor: 2 } }], /option steps/],
    ['a scope that fits nothing', [{ recipe: 'uniform', scope: { only: 'nothing*' } }], /steps\.0\.scope\.only/],
  ])('refuses %s', async (_, steps, where) => {
    const error = await failure(() => blend('chain', { steps }, ['a', 'b']));
    expect(error.where ?? '').toMatch(where);
  });
});
