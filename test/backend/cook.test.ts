import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Backend, createBackend } from '../../main/backend/backend.ts';
import { evaluateFiles } from '../../main/backend/evaluations/evaluate-files.ts';
import type { RunDetails } from '../../main/backend/runs/run-details.ts';
import { recipePath } from '../../main/backend/runs/run-recipe.ts';
import { StockpotError } from '../../main/errors.ts';
import { cookFile, findings } from './cooking.ts';
import { type CountingHost, countingHost } from './counting-host.ts';
import { makeToyWorld, type ToyWorld, toyRecipe } from './toy-world.ts';

// The tests build on one another: what one has computed, the next finds.
let world: ToyWorld;
let host: CountingHost;
let backend: Backend;
let cooked: RunDetails;

beforeAll(async () => {
  world = makeToyWorld();
  host = countingHost();
  backend = await createBackend({
    workspaceFolder: join(world.folder, 'workspace'),
    processHost: host,
    poolSize: { size: 2, threadsPerEngine: 1 },
  });
  cooked = await cookFile(backend, world.recipe);
});
afterAll(async () => {
  await backend.close();
  world.remove();
});

const accuracy = (details: RunDetails, label: string): number => {
  const row = details.rows.find((candidate) => candidate.label === label)!;
  return row.evaluations[details.splits.findIndex(({ name }) => name === 'clean')]!.accuracy;
};

test('a greedy soup of mediocre classifiers beats the best of them on data it never saw', () => {
  const singles = cooked.rows.filter(({ kind }) => kind === 'ingredient').map(({ label }) => accuracy(cooked, label));
  expect(accuracy(cooked, 'greedy soup')).toBeGreaterThan(Math.max(...singles) + 0.1);
  expect(cooked.run).toMatchObject({ status: 'done', recipe: 'greedy', attempts: 1 });
  expect(cooked.run.used!.length).toBeGreaterThan(1);
});

test('the soup scores on the selection split what the trace says of its last round', () => {
  const accepted = cooked.trace.findLast((step) => step.kind === 'accepted');
  const soup = cooked.rows.find(({ kind }) => kind === 'soup')!;
  const selection = cooked.splits.findIndex(({ role }) => role === 'selection');
  expect(soup.evaluations[selection]).toMatchObject({
    correct: accepted!.score.correct,
    loss: accepted!.score.loss,
  });
});

test('every network ran over every split once and no more', () => {
  const asked = host.tasks.flatMap((task) =>
    task.kind === 'evaluate' ? task.subjects.map((subject) => `${task.split.key} ${subject.logitsPath}`) : [],
  );
  expect(new Set(asked).size).toBe(asked.length);
});

test('the run keeps a recipe that replays to equal results without a single forward pass', async () => {
  const before = host.passes();
  const path = recipePath(backend.paths, cooked.run.id);
  expect(readFileSync(path, 'utf8')).toBe(cooked.run.recipeFile);
  const again = await cookFile(backend, path);
  expect(again.run.id).not.toBe(cooked.run.id);
  expect(again.run.contentKey).toBe(cooked.run.contentKey);
  expect(findings(again)).toEqual(findings(cooked));
  expect(host.passes()).toBe(before);
});

test('another recipe on the same ingredients pays for its own soup only', async () => {
  const before = host.passes();
  const recipe = join(world.folder, 'uniform.yml');
  writeFileSync(recipe, toyRecipe('uniform'));
  const uniform = await cookFile(backend, recipe);
  // The average of all five, on the selection split and two test sets.
  expect(host.passes() - before).toBe(3);
  expect(uniform.run.coefficients?.groups[0]?.weights).toEqual([0.2, 0.2, 0.2, 0.2, 0.2]);
});

test('evaluating files again asks the engines for nothing', async () => {
  const splits = { clean: cooked.splits.find(({ name }) => name === 'clean')!.source } as Parameters<
    typeof evaluateFiles
  >[2]['splits'];
  const request = {
    files: world.checkpoints.map((path) => ({ path, name: path })),
    splits,
    runtime: { runtime: 'onnx', device: 'auto' },
    ensembles: true,
  } as const;
  const before = host.tasks.length;
  const rows = await evaluateFiles(backend.evaluations, backend.paths.splits, request, {});
  expect(host.tasks.length).toBe(before);
  expect(rows.at(-1)!.scores.clean!.accuracy).toBe(accuracy(cooked, 'ensemble, mean probabilities'));
});

test('a damaged prediction is noticed and computed again', async () => {
  const { predictions } = backend.paths;
  for (const file of readdirSync(predictions)) writeFileSync(join(predictions, file), 'damaged');
  const before = host.passes();
  const data = await backend.runs.reportData(cooked.run.id);
  expect(host.passes()).toBeGreaterThan(before);
  const soup = data.soups[0]!.scores.clean!;
  expect(soup.correct / soup.total).toBe(accuracy(cooked, 'greedy soup'));
});

test('the other runtime agrees', async () => {
  const recipe = join(world.folder, 'wasm.yml');
  writeFileSync(recipe, `${toyRecipe('greedy')}runtime: tfjs\ndevice: wasm\n`);
  const wasm = await cookFile(backend, recipe);
  expect(wasm.run.coefficients).toEqual(cooked.run.coefficients);
  expect(accuracy(wasm, 'greedy soup')).toBe(accuracy(cooked, 'greedy soup'));
});

test('a cancelled run is kept as such and goes on under its number', async () => {
  const recipe = join(world.folder, 'performance.yml');
  writeFileSync(recipe, toyRecipe('performance-weighted').replaceAll('{ from: 120', '{ from: 130'));
  const cancel = new AbortController();
  let runId = 0;
  const attempt = cookFile(
    backend,
    recipe,
    (event) => {
      if (event.kind === 'run') runId = event.runId;
      if (event.kind === 'soup') cancel.abort();
    },
    cancel.signal,
  );
  await expect(attempt).rejects.toMatchObject({ code: 'job/cancelled' });
  expect(backend.runs.get(runId).run).toMatchObject({ status: 'cancelled', coefficients: null });

  const before = host.passes();
  const finished = await cookFile(backend, recipe);
  expect(finished.run).toMatchObject({ id: runId, status: 'done', attempts: 2 });
  // The selection scores are known from before; what is new are the shorter test sets: five ingredients and the soup on two.
  expect(host.passes() - before).toBeLessThanOrEqual(6 * 2 + 1);
});

test('stopping to listen cancels the run', async () => {
  const recipe = join(world.folder, 'left.yml');
  writeFileSync(recipe, toyRecipe('uniform').replaceAll('{ from: 120', '{ from: 140'));
  const { planCooking } = await import('../../main/backend/runs/plan-cooking.ts');
  for await (const event of backend.runs.cookPlan(await planCooking(recipe))) if (event.kind === 'run') break;
  expect(backend.runs.list()[0]!.status).toBe('cancelled');
});

test('a test set that is the selection split is refused', async () => {
  const recipe = join(world.folder, 'leak.yml');
  writeFileSync(recipe, toyRecipe('uniform').replaceAll('{ from: 120, to: 360 }', '{ from: 0, to: 120 }'));
  await expect(cookFile(backend, recipe)).rejects.toMatchObject({ code: 'runs/test-is-selection' });
});

test('an ingredient that has changed since the recipe was written is refused', async () => {
  const path = recipePath(backend.paths, cooked.run.id);
  const { sha256 } = cooked.ingredients[0]!.ingredient;
  const other = join(world.folder, 'changed.yml');
  writeFileSync(other, readFileSync(path, 'utf8').replace(sha256, 'f'.repeat(64)));
  const error = await cookFile(backend, other).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StockpotError);
  expect(error).toMatchObject({ code: 'ingredients/changed', kind: 'input' });
});

test('the report stands alone and names what was cooked', () => {
  const html = readFileSync(join(backend.paths.runs, String(cooked.run.id), 'report.html'), 'utf8');
  expect(html).toContain('from torch');
  expect(html).not.toMatch(/(src|href)="https?:/);
});
