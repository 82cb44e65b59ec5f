import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { readTensor } from '../../main/checkpoints/weights.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { json, type Outcome, stockpot } from './stockpot.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-merge-recipes-'));
  save('base', [0, 0, 0, 0], [1, 1]);
  save('a', [4, -3, 1, 0], [3, 1]);
  save('b', [-1, -3, 2, 8], [1, 5]);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function save(name: string, body: readonly number[], head: readonly number[]): void {
  const tensor = (values: readonly number[]) => ({
    dtype: 'F32' as const,
    shape: [values.length],
    bytes: new Uint8Array(Float32Array.from(values).buffer),
  });
  const tensors = new Map([
    ['layers.0.w', tensor(body)],
    ['head.w', tensor(head)],
  ]);
  writeCheckpoint(join(folder, `${name}.safetensors`), 'safetensors', tensors);
}

const place = (name: string): string => join(folder, name);

function merge(...parameters: readonly string[]): Promise<Outcome> {
  return stockpot(['merge', ...parameters, '-o', place('soup.safetensors')]);
}

function mergeConfig(text: string): Promise<Outcome> {
  writeFileSync(place('merge.yml'), text);
  return merge(place('merge.yml'), '--json');
}

async function valuesOf(tensor: string): Promise<readonly number[]> {
  const checkpoint = await openCheckpoint(place('soup.safetensors'));
  try {
    return [...new Float32Array(readTensor(checkpoint, tensor).bytes.slice().buffer)];
  } finally {
    checkpoint.close();
  }
}

const TIES = `merge_method: ties
base_model: base.safetensors
models:
  - model: a.safetensors
    parameters:
      density: 0.5
  - model: b.safetensors
    parameters:
      density: [{ filter: head, value: 1 }, { value: 0.5 }]
parameters:
  weight: 1
dtype: float32
tokenizer_source: base
`;

describe('a file of mergekit', () => {
  test('is merged as it is; what it says about other files is remarked upon', async () => {
    const outcome = await mergeConfig(TIES);
    expect(outcome.code).toBe(0);
    expect(json<{ readonly remarks: readonly string[] }>(outcome).remarks.join()).toContain(
      'line 13: tokenizer_source',
    );
    // Trimmed: a keeps 4 and −3, b keeps −3 and 8; all agree.
    expect(await valuesOf('layers.0.w')).toEqual([4, -3, 0, 8]);
    expect(await valuesOf('head.w')).toEqual([3, 5]);
  });

  test('may be verified, and cooked again from what the outcome says', async () => {
    writeFileSync(place('merge.yml'), TIES);
    expect((await merge(place('merge.yml'), '--hash')).code).toBe(0);
    const verified = await stockpot(['verify', place('soup.safetensors'), '--json']);
    expect(json(verified)).toMatchObject({ identical: true });
  });

  test.each([
    ['an unknown method', TIES.replace('ties', 'tiess'), 'line 1'],
    ['a density beyond one', TIES.replace('density: 0.5', 'density: 1.5'), 'line 6'],
    ['a filtered density below zero', TIES.replace('value: 0.5', 'value: -0.5'), 'line 9'],
    ['an unknown parameter', TIES.replace('weight: 1', 'wieght: 1'), 'line 11'],
    ['a weight that is no number', TIES.replace('weight: 1', 'weight: .nan'), 'line 11'],
    ['an unknown key', TIES.replace('dtype:', 'dtyp:'), 'line 12'],
    ['a missing base', TIES.replace('base_model: base.safetensors\n', ''), 'option base; '],
    ['a model that is not there', TIES.replace('model: b.', 'model: c.'), 'line 7'],
    ['a vocabulary to be put together', TIES.replace('tokenizer_source: base', 'tokenizer_source: union'), 'line 13'],
    ['modules', TIES.replace('models:', 'modules:'), 'line 3'],
    [
      'slices of some layers',
      'merge_method: linear\nslices:\n- sources:\n  - {model: a.safetensors, layer_range: [0, 4]}\n',
      'line 4',
    ],
    [
      'weights that sum to zero',
      'merge_method: linear\nmodels:\n- {model: a.safetensors, parameters: {weight: 1}}\n- {model: b.safetensors, parameters: {weight: -1}}\n',
      'line 3',
    ],
    [
      'one ingredient where two are needed',
      'merge_method: slerp\nbase_model: a.safetensors\nmodels: [{model: a.safetensors}]\nparameters: {t: 0.5}\n',
      'line 1',
    ],
  ])('with %s is refused, and nothing is written', async (_, text, where) => {
    const outcome = await mergeConfig(text);
    expect(outcome.code).toBe(2);
    const { error } = json<{ readonly error: { readonly where?: string; readonly details?: readonly string[] } }>(
      outcome,
    );
    expect([error.where, ...(error.details ?? [])].join(' ')).toContain(where);
    expect(existsSync(place('soup.safetensors'))).toBe(false);
  });
});

describe('slices of mergekit', () => {
  const LAYERS = 4;

  function saveLayers(name: string, value: number): void {
    const tensor = (values: readonly number[]) => ({
      dtype: 'F32' as const,
      shape: [values.length],
      bytes: new Uint8Array(Float32Array.from(values).buffer),
    });
    const layers = Array.from({ length: LAYERS }, (_, i) => [`layers.${i}.w`, tensor([value])] as const);
    const tensors = new Map([['head.w', tensor([value])], ...layers, ['embed.w', tensor([value])]] as const);
    writeCheckpoint(join(folder, `${name}.safetensors`), 'safetensors', tensors);
  }

  beforeEach(() => {
    saveLayers('deep-a', 0);
    saveLayers('deep-b', 100);
    saveLayers('deep-c', 1000);
  });

  const slice = (models: string, from: number, to: number, rest = ''): string =>
    `- sources: [${[...models]
      .map((model) => `{model: deep-${model}.safetensors, layer_range: [${from}, ${to}]}`)
      .join(', ')}]\n${rest}`;

  async function layers(): Promise<readonly number[]> {
    const values: number[] = [];
    for (const name of ['embed.w', 'layers.0.w', 'layers.1.w', 'layers.2.w', 'layers.3.w', 'head.w']) {
      values.push((await valuesOf(name))[0]!);
    }
    return values;
  }

  test('that stay in place have options and gradients of their own', async () => {
    const config = [
      'merge_method: linear\nparameters: {weight: 1}\nslices:\n',
      '- sources:\n  - {model: deep-a.safetensors, layer_range: [0, 3]}\n',
      '  - {model: deep-b.safetensors, layer_range: [0, 3], parameters: {weight: [0, 0.5, 1]}}\n  parameters: {normalize: false}\n',
      slice('ab', 3, 4, '  parameters: {weight: 3, normalize: true}\n'),
    ].join('');
    expect((await mergeConfig(config)).code).toBe(0);
    expect(await layers()).toEqual([0, 0, 50, 100, 50, 50]);
  });

  test('may have models of their own, and a single layer is the end of its gradient', async () => {
    const config = `merge_method: passthrough\nslices:\n${slice('b', 0, 1, '  parameters: {scale: [1, 2]}\n')}${slice('c', 1, 4)}`;
    expect((await mergeConfig(config)).code).toBe(0);
    expect(await layers()).toEqual([100, 200, 1000, 1000, 1000, 1000]);
  });

  test('may have a base of their own, and are verified', async () => {
    const config = `merge_method: task_arithmetic\nbase_model: deep-a.safetensors\nparameters: {weight: 0.5}\nslices:\n${slice('b', 0, 2)}${slice('b', 2, 4, '  base_model: deep-c.safetensors\n')}`;
    writeFileSync(place('merge.yml'), config);
    expect((await merge(place('merge.yml'), '--hash')).code).toBe(0);
    expect(await layers()).toEqual([50, 50, 50, 550, 550, 550]);
    expect(json(await stockpot(['verify', place('soup.safetensors'), '--json']))).toMatchObject({ identical: true });
  });

  test.each([
    ['leave layers out', `${slice('ab', 0, 2)}${slice('ab', 2, 3)}`, 'line 4'],
    ['repeat layers', `${slice('ab', 0, 3)}${slice('ab', 2, 4)}`, 'line 4'],
    ['begin later', `${slice('ab', 1, 4)}`, 'line 3'],
    [
      'shift layers',
      '- sources: [{model: deep-a.safetensors, layer_range: [0, 4]}, {model: deep-b.safetensors, layer_range: [0, 3]}]\n',
      'line 3',
    ],
    ['do not say their layers', `${slice('ab', 0, 2)}- sources: [{model: deep-a.safetensors}]\n`, 'line 4'],
    ['have a bad option', `${slice('ab', 0, 2)}${slice('ab', 2, 4, '  parameters: {wieght: 2}\n')}`, 'line 5'],
  ])('that %s are refused by line, and nothing is written', async (_, slices, where) => {
    const outcome = await mergeConfig(`merge_method: linear\nslices:\n${slices}`);
    expect(outcome.code).toBe(2);
    expect(json<{ readonly error: { readonly where?: string } }>(outcome).error.where).toContain(where);
    expect(existsSync(place('soup.safetensors'))).toBe(false);
  });
});

describe('values over the depth of a network without numbered blocks', () => {
  const save = (name: string, tensors: Readonly<Record<string, readonly number[]>>, value: number): void => {
    const entries = Object.entries(tensors).map(([tensor, shape]) => {
      const count = shape.reduce((product, size) => product * size, 1);
      return [
        tensor,
        { dtype: 'F32' as const, shape, bytes: new Uint8Array(new Float32Array(count).fill(value).buffer) },
      ] as const;
    });
    writeCheckpoint(join(folder, `${name}.safetensors`), 'safetensors', new Map(entries));
  };
  const text = (value: string): string =>
    `recipe: linear\noptions:\n  normalize: false\n  weight: ${value}\ningredients: [{ path: zero.safetensors }, { path: one.safetensors }]\n`;

  test('follow the order of the network that the tensors are of', async () => {
    const mlp = {
      'classifier.weight': [2, 3],
      'classifier.bias': [2],
      'fc2.weight': [3, 4],
      'fc2.bias': [3],
      'fc1.weight': [4, 5],
      'fc1.bias': [4],
    };
    save('zero', mlp, 0);
    save('one', mlp, 1);
    expect((await mergeConfig(text('[0.5, 0.25, 1]'))).code).toBe(0);
    const found = await Promise.all(['fc1.weight', 'fc1.bias', 'fc2.weight', 'classifier.bias'].map(valuesOf));
    expect(found.map(([first]) => first)).toEqual([0.5, 0.5, 0.25, 1]);
  });

  test('are refused by line where the network is not known', async () => {
    const unknown = { 'stem.weight': [2, 2], 'body.weight': [2, 2] };
    save('zero', unknown, 0);
    save('one', unknown, 1);
    const outcome = await mergeConfig(text('[{ filter: stem, value: 1 }, { value: [0, 1] }]'));
    expect(outcome.code).toBe(2);
    expect(json<{ readonly error: { readonly where: string } }>(outcome).error.where).toMatch(/weight.*line 4/);
    expect(existsSync(place('soup.safetensors'))).toBe(false);
  });
});

describe('a recipe file with bad options', () => {
  const file = (recipe: string, options: readonly string[], models: readonly string[] = ['base', 'a', 'b']): string =>
    [
      `recipe: ${recipe}`,
      ...(options.length === 0 ? [] : ['options:', ...options.map((line) => `  ${line}`)]),
      'ingredients:',
      ...models.map((name) => `  - { path: ${name}.safetensors }`),
      '',
    ].join('\n');
  const based = 'base: base';

  test.each([
    ['weights that sum to zero', file('weighted', ['weights: [1, -1, 0]']), 'weights', 'line 3'],
    [
      'weights of a method that sum to zero',
      file('linear', ['ingredients:', '  a: { weight: -1 }', '  b: { weight: 0 }']),
      'weight',
      'line 4',
    ],
    ['too few weights', file('weighted', ['weights: [1, 1]']), 'weights', 'line 3'],
    ['a density beyond one', file('ties', [based, 'density: 1.5']), 'density', 'line 4'],
    ['a density below zero in a gradient', file('ties', [based, 'density: [0.5, -0.1]']), 'density', 'line 4'],
    [
      "an ingredient's density beyond one",
      file('dare_linear', [based, 'ingredients:', '  a: { density: 2 }']),
      'density',
      'line 5',
    ],
    ['an epsilon that leaves the range', file('della', [based, 'density: 0.9', 'epsilon: 0.2']), 'epsilon', 'line 5'],
    ['a missing base', file('ties', ['density: 0.5']), 'base', 'line 2'],
    ['a base that is no ingredient', file('wise-ft', ['base: bse']), 'base', 'line 3'],
    ['NaN', file('wise-ft', [based, 'alpha: .nan']), 'alpha', 'line 4'],
    ['an infinite factor', file('task_arithmetic', [based, 'lambda: .inf']), 'lambda', 'line 4'],
    ['one ingredient where two are needed', file('slerp', ['base: a'], ['a']), 'slerp', 'line 2'],
    ['a base alone', file('model_stock', [based], ['base', 'a']), 'model_stock', 'line 2'],
    ['an unknown key', file('ties', [based, 'densty: 0.5']), 'densty', 'line 4'],
    ['an unknown key of the file', `${file('uniform', [])}sccope: { freeze: head }\n`, 'sccope', 'line 6'],
    ['an unknown ingredient', file('ties', [based, 'ingredients:', '  c: { weight: 1 }']), 'ingredients', 'line 5'],
    [
      'a bad option of a step',
      file('chain', ['steps:', '  - recipe: ties', '    options: { base: base, density: 7 }']),
      'density',
      'line 5',
    ],
    [
      'basins by scores that there are none of',
      file('chain', ['steps:', '  - recipe: group-soups', '    options: { basins: barrier }', '  - recipe: uniform']),
      'basins',
      'line 5',
    ],
  ])('%s: named with its line, and nothing is written', async (_, text, option, line) => {
    const outcome = await mergeConfig(text);
    expect(outcome.code).toBe(2);
    const { error } = json<{ readonly error: { readonly where?: string; readonly details?: readonly string[] } }>(
      outcome,
    );
    const told = [error.where, ...(error.details ?? [])].join(' ');
    expect(told).toContain(option);
    expect(told).toContain(line);
    expect(existsSync(place('soup.safetensors'))).toBe(false);
  });
});

describe('flags', () => {
  test('name a recipe, its base and its options', async () => {
    const files = [place('a.safetensors'), place('b.safetensors')];
    const outcome = await merge(
      ...files,
      '--recipe',
      'task_arithmetic',
      '--base',
      place('base.safetensors'),
      '--set',
      'weight=0.5',
      '--freeze',
      'head.*',
    );
    expect(outcome.code).toBe(0);
    expect(await valuesOf('layers.0.w')).toEqual([1.5, -3, 1.5, 4]);
    expect(await valuesOf('head.w')).toEqual([1, 1]);
  });

  test('that do not fit the recipe are refused', async () => {
    const { code, stderr } = await merge(
      place('a.safetensors'),
      place('b.safetensors'),
      '--recipe',
      'slerp',
      '--set',
      't=0.5',
    );
    expect(code).toBe(2);
    expect(stderr).toContain('The base is missing');
  });
});

test('a recipe file that needs no data is merged, a chain too', async () => {
  writeFileSync(
    place('chain.yml'),
    `recipe: chain
options:
  steps:
    - recipe: ties
      options: { base: base, density: 0.5 }
    - recipe: rescale
      options: { base: base, factor: 0.5 }
ingredients: [{ path: base.safetensors }, { path: a.safetensors }, { path: b.safetensors }]
`,
  );
  expect((await merge(place('chain.yml'), '--hash')).code).toBe(0);
  expect(await valuesOf('layers.0.w')).toEqual([2, -1.5, 0, 4]);
  const verified = await stockpot(['verify', place('soup.safetensors'), '--json']);
  expect(json(verified)).toMatchObject({ identical: true });
});

test('recipes are listed, and shown with their options', async () => {
  const { recipes, steps } = json<Record<'recipes' | 'steps', readonly { readonly name: string }[]>>(
    await stockpot(['recipes', '--json']),
  );
  expect(recipes.map(({ name }) => name)).toEqual(expect.arrayContaining(['uniform', 'ties', 'wise-ft', 'chain']));
  expect(steps.map(({ name }) => name)).toContain('rescale');
  const ties = json<{ readonly options: { readonly properties: object } }>(
    await stockpot(['recipes', 'ties', '--json']),
  );
  expect(Object.keys(ties.options.properties)).toEqual(expect.arrayContaining(['base', 'density', 'lambda']));
});
