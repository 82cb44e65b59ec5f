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
    ['a missing base', TIES.replace('base_model: base.safetensors\n', ''), 'option base'],
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
      'line',
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
