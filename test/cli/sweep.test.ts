import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeToyWorld, type ToyWorld } from '../backend/toy-world.ts';
import { json, stockpot } from './stockpot.ts';

interface Swept {
  readonly sweep: {
    readonly axes: readonly { readonly option: string; readonly values: readonly number[] }[];
    readonly points: readonly { readonly score: { readonly correct: number } }[];
    readonly best: { readonly ordinal: number; readonly values: readonly number[] };
  };
}

let world: ToyWorld;
let workspace: readonly string[];

beforeAll(() => {
  world = makeToyWorld();
  workspace = ['--dir', join(world.folder, 'workspace')];
  const recipe = readFileSync(world.recipe, 'utf8').replace(
    'recipe: greedy',
    'recipe: wise-ft\noptions: { base: model-3 }',
  );
  writeFileSync(world.recipe, recipe);
});
afterAll(() => world.remove());

test('a sweep is a table with bars, and the best goes into a recipe file that is cooked', async () => {
  const best = join(world.folder, 'best.yml');
  const { code, stdout } = await stockpot(['sweep', world.recipe, '--over', 'alpha=0:1:3', '-o', best, ...workspace]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ {2}0\.5 +\d+\.\d\d % +\d+\.\d\d–\d+\.\d\d +█+/m);
  expect(stdout.match(/█ best$/gm)).toHaveLength(1);
  expect(stdout).toMatch(/uniform soup of 4/);
  expect(stdout).toContain('chosen by these scores');
  const cooked = await stockpot(['cook', best, ...workspace, '--json']);
  expect(cooked.code).toBe(0);
});

test('of two options it is a grid, as JSON as well', async () => {
  const over = ['--over', 'alpha=0,1', '--over', 'alpha=0,1'];
  expect((await stockpot(['sweep', world.recipe, ...over, ...workspace])).code).toBe(2);
  const ties = join(world.folder, 'ties.yml');
  writeFileSync(ties, readFileSync(world.recipe, 'utf8').replace('recipe: wise-ft', 'recipe: ties'));
  const grid = ['sweep', ties, '--over', 'density=0.2:1:2', '--over', 'lambda=0.5:2:3:log', ...workspace];
  const { sweep } = json<Swept>(await stockpot([...grid, '--json']));
  expect(sweep.axes).toEqual([
    { option: 'density', values: [0.2, 1] },
    { option: 'lambda', values: [0.5, 1, 2] },
  ]);
  const hits = sweep.points.map(({ score }) => score.correct);
  expect(sweep.best.ordinal).toBe(hits.indexOf(Math.max(...hits)));
  const { stdout } = await stockpot(grid);
  expect(stdout).toMatch(/density \\ lambda +0\.5 +1 +2/);
  expect(stdout.match(/\*\d/g)).toHaveLength(1);
});

test('what cannot be swept leaves nothing behind', async () => {
  const elsewhere = join(world.folder, 'elsewhere');
  const { code, stderr } = await stockpot(['sweep', world.recipe, '--over', 'beta=0:1:3', '--dir', elsewhere]);
  expect(code).toBe(2);
  expect(stderr).toContain("no number called 'beta'");
  expect(existsSync(elsewhere)).toBe(false);
});
