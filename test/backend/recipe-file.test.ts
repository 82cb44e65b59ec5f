import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { planCooking } from '../../main/backend/runs/plan-cooking.ts';
import { parseRecipeFile, readRecipeFile, writeRecipeFile } from '../../main/backend/runs/recipe-file.ts';
import { StockpotError } from '../../main/errors.ts';
import { makeToyWorld, type ToyWorld, toyRecipe } from './toy-world.ts';

const PLACE = resolve('/somewhere/recipe.yml');

function world(): ToyWorld {
  const made = makeToyWorld();
  onTestFinished(made.remove);
  return made;
}

function errorOf(work: () => unknown): StockpotError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof StockpotError) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
}

test('paths start from the file, names from the files, defaults are filled in', () => {
  const recipe = parseRecipeFile(
    'recipe: uniform\ningredients:\n  - path: a/one.safetensors\n  - path: b/one.safetensors\n  - { path: two.pt, name: second }\n',
    PLACE,
  );
  expect(recipe.ingredients).toEqual([
    { path: resolve('/somewhere/a/one.safetensors'), name: 'one' },
    { path: resolve('/somewhere/b/one.safetensors'), name: 'one-2' },
    { path: resolve('/somewhere/two.pt'), name: 'second' },
  ]);
  expect(recipe).toMatchObject({
    options: {},
    project: 'default',
    splits: { test: {} },
    runtime: 'onnx',
    device: 'auto',
    seed: 0,
    accumulate: 'f32',
    dtype: 'keep',
  });
});

test('every mistake is listed with its line', () => {
  const text = [
    'recipe: uniform',
    'ingredients:',
    '  - path: a.safetensors',
    '    nme: a',
    '  - name: b',
    'splits:',
    '  test:',
    '    clean: { format: idx, images: 3, labels: l }',
    'seed: -1',
    'colour: red',
  ].join('\n');
  const error = errorOf(() => parseRecipeFile(text, PLACE));
  expect(error).toMatchObject({ code: 'recipe-file/invalid', where: PLACE });
  expect(error.details.map((detail) => /^line (\d+): ([\w.]+)/.exec(detail)?.slice(1))).toEqual([
    ['4', 'ingredients.0.nme'],
    ['5', 'ingredients.1.path'],
    ['8', 'splits.test.clean.images'],
    ['9', 'seed'],
    ['10', 'colour'],
  ]);
});

test('broken YAML is named with line and column', () => {
  const error = errorOf(() => parseRecipeFile('recipe: uniform\nseed: "0\n', PLACE));
  expect(error.code).toBe('recipe-file/bad-yaml');
  expect(error.details[0]).toMatch(/^line 3, column 1: /);
});

test('aliases cannot expand without bound', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
    .concat(
      Array.from({ length: 8 }, (_, i) => {
        const previous = String.fromCharCode(97 + i);
        const next = String.fromCharCode(98 + i);
        return `${next}: &${next} [${Array.from({ length: 10 }, () => `*${previous}`).join(', ')}]`;
      }),
    )
    .join('\n');
  expect(errorOf(() => parseRecipeFile(bomb, PLACE)).code).toBe('recipe-file/bad-yaml');
});

test('a large file is not read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stockpot-recipe-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'model.safetensors');
  writeFileSync(path, new Uint8Array((1 << 20) + 1));
  expect(errorOf(() => readRecipeFile(path)).code).toBe('recipe-file/too-large');
  expect(errorOf(() => readRecipeFile(join(folder, 'none.yml'))).code).toBe('file/not-found');
});

test('two ingredients cannot share a name', () => {
  const text = 'recipe: uniform\ningredients:\n  - { path: a, name: x }\n  - { path: b, name: x }\n';
  expect(errorOf(() => parseRecipeFile(text, PLACE))).toMatchObject({
    code: 'recipe-file/name-taken',
    where: `${PLACE}, line 4`,
  });
});

test('a written recipe reads back the same, from wherever the workspace has moved to', () => {
  const { path: _, placeOf: __, ...recipe } = parseRecipeFile(toyRecipe('greedy'), '/workspace/deep/recipe.yml');
  const text = writeRecipeFile({ ...recipe, ingredients: [...recipe.ingredients] }, '/workspace/runs/1', '/workspace');
  expect(text).toContain('path: ../../deep/models/model-0.safetensors');
  const moved = parseRecipeFile(text, '/elsewhere/runs/1/recipe.yml');
  expect(moved.ingredients[0]?.path).toBe(resolve('/elsewhere/deep/models/model-0.safetensors'));
  const back = parseRecipeFile(text, '/workspace/runs/1/recipe.yml');
  expect({ ...back, path: '', placeOf: '' }).toEqual({ ...recipe, path: '', placeOf: '' });
});

test('a plan names the architecture, detected with the shape of the data where it is left out', async () => {
  const { folder, recipe } = world();
  const given = await planCooking(recipe);
  writeFileSync(join(folder, 'detect.yml'), toyRecipe('greedy').replace(/^architecture.*\n/m, ''));
  expect((await planCooking(join(folder, 'detect.yml'))).architecture).toEqual(given.architecture);
});

const CASES: readonly (readonly [string, string, (text: string) => string, string])[] = [
  ['an unknown recipe', 'recipe/unknown', (text) => text.replace('recipe: greedy', 'recipe: gredy'), 'line 1'],
  ['no ingredients', 'recipe/no-ingredients', (text) => text.replace(/^ {2}- path.*\n|^ {4}name.*\n/gm, ''), 'line 4'],
  [
    'greedy without a selection split',
    'recipe/needs-selection',
    (text) => text.replace(/^ {2}selection.*\n/m, ''),
    'line 1',
  ],
  ['an option that is none', 'recipe/bad-option', (text) => `${text}options: { ordr: article }\n`, 'line 16'],
  [
    'a bad value among options',
    'recipe/bad-option',
    (text) => `${text}options:\n  maxModels: 3\n  order: random\n`,
    'line 18',
  ],
  [
    'too few weights',
    'recipe/weight-count',
    (text) => `${text.replace('recipe: greedy', 'recipe: weighted')}options: { weights: [1] }\n`,
    'line 16',
  ],
  ['an ingredient that is not there', 'checkpoint/not-found', (text) => text.replace('model-3', 'model-9'), 'line 9'],
  ['data that are not there', 'file/not-found', (text) => text.replaceAll('images.idx', 'none.idx'), 'line 12'],
  ['another architecture', 'ingredients/mismatched', (text) => text.replace('classes: 3', 'classes: 4'), 'line 5'],
];

test.each(CASES)('%s is refused before anything is written', async (_, code, edit, line) => {
  const { folder } = world();
  const path = join(folder, 'bad.yml');
  writeFileSync(path, edit(toyRecipe('greedy')));
  const error = await planCooking(path).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code, kind: 'input' });
  expect((error as StockpotError).where).toContain(`bad.yml, ${line}`);
});
