import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeToyWorld, type ToyWorld, toyRecipe } from '../backend/toy-world.ts';
import { json, stockpot } from './stockpot.ts';

let world: ToyWorld;

beforeAll(() => {
  world = makeToyWorld();
  const [first] = world.checkpoints;
  writeFileSync(join(world.folder, 'models', 'truncated.safetensors'), readFileSync(first!).subarray(0, -10));
  writeFileSync(join(world.folder, 'models', 'empty.safetensors'), '');
});
afterAll(() => world.remove());

const withoutIngredients = (text: string): string => text.replace(/^ {2}- path.*\n|^ {4}name.*\n/gm, '');

test.each<readonly [string, string, (text: string) => string]>([
  ['an unknown recipe', 'recipe/unknown', (text) => text.replace('recipe: greedy', 'recipe: stew')],
  ['no ingredients', 'recipe/no-ingredients', withoutIngredients],
  ['greedy without a selection split', 'recipe/needs-selection', (text) => text.replace(/^ {2}selection.*\n/m, '')],
  ['a truncated checkpoint', 'checkpoint/truncated', (text) => text.replace('model-2', 'truncated')],
  ['an empty checkpoint', 'checkpoint/empty', (text) => text.replace('model-2', 'empty')],
  [
    'another checkpoint than the one it was written for',
    'ingredients/changed',
    (text) => text.replace(/^( *)- path: (.*model-2.*)$/m, `$1- path: $2\n$1  sha256: ${'a'.repeat(64)}`),
  ],
  ['a mismatched architecture', 'ingredients/mismatched', (text) => text.replace('hidden: []', 'hidden: [3]')],
])('cook refuses %s with exit code 2 and writes nothing', async (_, code, edit) => {
  const recipe = join(world.folder, 'bad.yml');
  const workspace = join(world.folder, 'never');
  writeFileSync(recipe, edit(toyRecipe('greedy')));
  const outcome = await stockpot(['cook', recipe, '--dir', workspace, '--json']);
  expect(outcome.code).toBe(2);
  expect(json<{ error: { code: string } }>(outcome).error.code).toBe(code);
  expect(existsSync(workspace)).toBe(false);
});

test.each([
  ['show', '1'],
  ['show', 'first'],
  ['runs'],
  ['export', '1', '-o', 'somewhere'],
  ['eval'],
  ['eval', '--run', '1'],
  ['eval', 'none.safetensors', '--data', 'mnist:test'],
  ['eval', '--data', '{ format: csv }'],
  ['verify', 'none.safetensors'],
  ['cook'],
  ['cook', 'none.yml', '--colour'],
])('%s %s: no workspace, file or sense, exit code 2 and a message', async (...args) => {
  const workspace = join(world.folder, 'nothing');
  const outcome = await stockpot([...args, '--dir', workspace]);
  expect(outcome.code).toBe(2);
  expect(outcome.stderr).not.toBe('');
  expect(outcome.stderr).not.toMatch(/^\s+at /m);
  expect(existsSync(workspace)).toBe(false);
});

test.each([
  ['stew'],
  ['cook'],
  ['cook', 'a.yml', 'b.yml'],
  ['inspect', '--colour', 'a.pt'],
  ['eval', 'a.pt', '--runtime', 'abacus'],
  ['merge', 'a.pt'],
])('%s %s with --json: bad usage is told as one JSON document', async (...args) => {
  const outcome = await stockpot([...args, '--json']);
  expect(outcome.code).toBe(2);
  expect(json<{ error: { code: string; kind: string } }>(outcome).error).toMatchObject({
    code: 'cli/bad-usage',
    kind: 'input',
  });
  expect(outcome.stderr).toBe('');
});

test('a workspace whose name is taken by a file', async () => {
  const recipe = join(world.folder, 'good.yml');
  writeFileSync(recipe, toyRecipe('greedy'));
  const outcome = await stockpot(['cook', recipe, '--dir', recipe, '--json']);
  expect(outcome.code).toBe(2);
  expect(json<{ error: { code: string } }>(outcome).error.code).toBe('file/exists');
});

test.each(['cook', 'eval', 'runs', 'show', 'export', 'verify', 'doctor'])('%s explains itself', async (command) => {
  const { code, stdout } = await stockpot([command, '--help']);
  expect(code).toBe(0);
  expect(stdout).toContain(`Usage: stockpot ${command}`);
  expect(stdout).toContain('--json');
});
