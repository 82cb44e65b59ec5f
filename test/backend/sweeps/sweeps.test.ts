import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Backend, createBackend } from '../../../main/backend/backend.ts';
import type { WantedAxis } from '../../../main/backend/sweeps/plan-sweep.ts';
import type { SweepDetails } from '../../../main/backend/sweeps/service.ts';
import { createNodeProcessHost } from '../../../main/engine/node-process-host.ts';
import { cookFile } from '../cooking.ts';
import { makeToyWorld } from '../toy-world.ts';

const world = makeToyWorld('uniform');
const folder = mkdtempSync(join(tmpdir(), 'stockpot-sweeps-'));
let backend: Backend;
let projectId: number;

beforeAll(async () => {
  backend = await createBackend({
    workspaceFolder: folder,
    processHost: createNodeProcessHost(),
    poolSize: { size: 1, threadsPerEngine: 1 },
  });
  await cookFile(backend, world.recipe);
  projectId = backend.projects.get('toy').id;
});
afterAll(async () => {
  await backend.close();
  rmSync(folder, { recursive: true });
  world.remove();
});

const textOf = (recipe: string, options: string): string =>
  backend.kitchen.draft(projectId, recipe).replace('options: {}', `options: ${options}`);
const wiseFt = (): string => textOf('wise-ft', '{ base: model-3 }');
const over = (name: string, ...values: readonly number[]): WantedAxis => ({ name, range: { values } });

async function sweep(text: string, ...axes: readonly WantedAxis[]): Promise<SweepDetails> {
  const { id } = await backend.sweeps.add({ projectId, text, axes });
  return backend.sweeps.perform(id);
}

test('every value has its score with an interval; the best is the first that none is better than', async () => {
  const { points, baselines, best, bestIngredient, metric } = await sweep(wiseFt(), over('alpha', 0, 0.25, 0.5, 1));
  expect(metric).toBe('accuracy');
  expect(points.map(({ values }) => values)).toEqual([[0], [0.25], [0.5], [1]]);
  const hits = points.map(({ score }) => score!.correct);
  expect(points.every(({ score }) => score!.interval!.low < score!.value! && score!.total === 120)).toBe(true);
  expect(best!.ordinal).toBe(hits.indexOf(Math.max(...hits)));
  const ofIngredient = (name: string) => baselines.find(({ label }) => label === name)!.score;
  // Where it begins it is the base itself, where it ends the average of the others.
  expect(points[0]!.score).toEqual(ofIngredient('model-3'));
  expect(points[3]!.score).toEqual(ofIngredient('uniform soup of 4'));
  const alone = baselines.filter(({ kind }) => kind === 'ingredient');
  expect(alone).toHaveLength(5);
  expect(ofIngredient(bestIngredient!).correct).toBe(Math.max(...alone.map(({ score }) => score.correct)));
});

test('a point is a recipe that can be cooked, and its run has the score that the sweep told', async () => {
  const { id, points } = await sweep(wiseFt(), over('alpha', 0.1, 0.9));
  const text = backend.sweeps.recipeOf(id, 1);
  expect(text).toMatch(/base: model-3[\s\S]*alpha: 0.9/);
  expect(text).toContain('noisy');
  expect((await backend.kitchen.check(projectId, text)).findings).toEqual([]);
  expect(() => backend.sweeps.recipeOf(id, 2)).toThrow('no such point');
  expect(points[1]!.score).not.toBeNull();
});

test('no test set is scored', async () => {
  const count = () =>
    backend.database
      .query<{ readonly count: number }>(
        "SELECT count(*) AS count FROM evaluations e JOIN splits s ON s.key = e.split_key WHERE s.role = 'test'",
      )
      .get()!.count;
  const before = count();
  await sweep(wiseFt(), over('alpha', 0.31, 0.32));
  expect(count()).toBe(before);
});

test('two options make a grid, of which the second runs fastest; recipes that search are swept as well', async () => {
  const text = textOf('ties', '{ base: model-0 }');
  const grid = await sweep(text, over('density', 0.3, 0.9), over('ingredients.model-2.weight', 0.5, 1, 2));
  expect(grid.points.map(({ values }) => values)).toEqual([
    [0.3, 0.5],
    [0.3, 1],
    [0.3, 2],
    [0.9, 0.5],
    [0.9, 1],
    [0.9, 2],
  ]);
  expect(grid.title).toBe('TIES over density and ingredients.model-2.weight');
  expect(grid.points.every(({ score }) => score !== null)).toBe(true);
  const greedy = await sweep(textOf('greedy', '{}'), over('maxModels', 1, 5));
  // Of one model greedy takes the best ingredient.
  const alone = greedy.baselines.filter(({ kind }) => kind === 'ingredient').map(({ score }) => score.correct);
  expect(greedy.points[0]!.score!.correct).toBe(Math.max(...alone));
  expect(greedy.points[1]!.score!.correct).toBeGreaterThanOrEqual(Math.max(...alone));
});

test('cancelled, it goes on from what it has; the same sweep is taken up again and not made twice', async () => {
  const axes = [over('alpha', 0.41, 0.42, 0.43, 0.44)];
  const { id } = await backend.sweeps.add({ projectId, text: wiseFt(), axes });
  const stop = new AbortController();
  const wholes: number[] = [];
  const cancelled = backend.sweeps.perform(id, {
    signal: stop.signal,
    onProgress: ({ unit, done }) => {
      if (unit === 'values' && done === 2) stop.abort();
    },
  });
  await expect(cancelled).rejects.toMatchObject({ code: 'job/cancelled' });
  expect(backend.sweeps.get(id).points.map(({ score }) => score !== null)).toEqual([true, true, false, false]);
  expect(backend.sweeps.list(projectId)[0]).toMatchObject({ id, scored: 2, total: 4, finishedAt: null });
  const again = await backend.sweeps.add({ projectId, text: wiseFt(), axes });
  expect(again.id).toBe(id);
  const { points, finishedAt } = await backend.sweeps.perform(id, {
    onProgress: ({ unit, done }) => {
      if (unit === 'values') wholes.push(done);
    },
  });
  expect(points.every(({ score }) => score !== null)).toBe(true);
  expect(finishedAt).not.toBeNull();
  expect(Math.min(...wholes)).toBe(2);
});

test('by another metric another value may be the best, each with an interval', async () => {
  for (const metric of ['loss', 'macro-f1']) {
    backend.projects.chooseMetric(projectId, metric);
    const { points, best } = await sweep(wiseFt(), over('alpha', 0, 0.5, 1));
    const values = points.map(({ score }) => score!.value!);
    expect(values[best!.ordinal]).toBe(metric === 'loss' ? Math.min(...values) : Math.max(...values));
    for (const { score } of points) {
      expect(score!.interval!.low).toBeLessThan(score!.value!);
      expect(score!.interval!.high).toBeGreaterThan(score!.value!);
    }
  }
  backend.projects.chooseMetric(projectId, 'accuracy');
});

test('what cannot be swept is refused before anything is kept', async () => {
  const kept = backend.sweeps.list(projectId).length;
  const refused = async (code: string, text: string, ...axes: readonly WantedAxis[]): Promise<string> => {
    const failure = await backend.sweeps.add({ projectId, text, axes }).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ code });
    return String((failure as { readonly where?: string }).where);
  };
  expect(await refused('recipe/bad-option', wiseFt(), over('alpha', 0.5, 1.5))).toBe('alpha = 1.5');
  await refused('sweeps/no-option', wiseFt(), over('beta', 0, 1));
  await refused('sweeps/bad-axes', wiseFt(), over('alpha', 0, 1), over('alpha', 0, 1));
  const blind = wiseFt().replace(/ {2}selection:[\s\S]*?\n(?= {2}test:)/, '');
  await refused('sweeps/no-selection', blind, over('alpha', 0, 1));
  const many = { name: 'density', range: { from: 0.1, to: 1, steps: 40, scale: 'linear' } } as const;
  await refused('sweeps/too-many', textOf('ties', '{ base: model-0 }'), many, { ...many, name: 'lambda' });
  expect(backend.sweeps.list(projectId)).toHaveLength(kept);
});

test('a sweep is removed, restored and, in the end, purged', async () => {
  const { id } = await backend.sweeps.add({ projectId, text: wiseFt(), axes: [over('alpha', 0.6, 0.7)] });
  backend.sweeps.remove(id);
  expect(() => backend.sweeps.get(id)).toThrow('no such sweep');
  backend.sweeps.restore(id);
  expect(backend.sweeps.get(id).id).toBe(id);
  backend.sweeps.remove(id);
  backend.sweeps.purge('9999-01-01T00:00:00.000Z');
  backend.sweeps.restore(id);
  expect(() => backend.sweeps.get(id)).toThrow('no such sweep');
});
