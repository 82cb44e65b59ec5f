import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Backend, createBackend } from '../../../main/backend/backend.ts';
import { isWhole } from '../../../main/recipes/decisive-metric.ts';
import { passesOf } from '../../../main/recipes/passes.ts';
import { cookFile, findings } from '../cooking.ts';
import { type CountingHost, countingHost } from '../counting-host.ts';
import { makeToyWorld, type ToyWorld, toyRecipe } from '../toy-world.ts';

let world: ToyWorld;
const open: Backend[] = [];

beforeEach(() => {
  world = makeToyWorld();
});
afterEach(async () => {
  for (const backend of open.splice(0)) await backend.close();
  world.remove();
});

async function backendIn(workspace: string, engines = 2): Promise<{ backend: Backend; host: CountingHost }> {
  const host = countingHost();
  const backend = await createBackend({
    workspaceFolder: join(world.folder, workspace),
    processHost: host,
    poolSize: { size: engines, threadsPerEngine: 1 },
  });
  open.push(backend);
  return { backend, host };
}

/** Selection and test set change places, so that there is something to save. */
function recipe(name: string, options = '', runtime = ''): string {
  const path = join(world.folder, `${name}.yml`);
  const text = toyRecipe('greedy')
    .replace('from: 0, to: 120', 'from: 0, to: 300')
    .replaceAll('from: 120, to: 360', 'from: 300, to: 360');
  writeFileSync(path, `${text}${options === '' ? '' : `options: { ${options} }\n`}${runtime}`);
  return path;
}

test.each(['article', 'sorted'])('the order %s: the choice of exhaustive scoring, with fewer passes', async (order) => {
  const { backend } = await backendIn('raced');
  const raced = await cookFile(backend, recipe('raced', `order: ${order}`));
  const { backend: other } = await backendIn('exhaustive');
  const whole = await cookFile(other, recipe('exhaustive', `order: ${order}, exhaustive: true`));
  expect(raced.run.coefficients).toEqual(whole.run.coefficients);
  expect(raced.run.summary).toBe(whole.run.summary);
  const passes = passesOf(raced.trace)!;
  expect(passes.made).toBeLessThan(passes.exhaustive);
  expect(passesOf(whole.trace)).toEqual({ made: passes.exhaustive, exhaustive: passes.exhaustive });
  // What a stopped candidate could still have come to is no less than what it comes to.
  const scores = whole.trace.flatMap((step) => (step.kind === 'candidate-scored' ? [step.score] : []));
  const tried = raced.trace.flatMap((step) => (step.kind === 'candidate-scored' ? [step.score] : []));
  for (const [i, score] of tried.entries()) {
    const real = scores[i]!;
    if (!isWhole(real)) throw new Error('every candidate was to be scored');
    if (isWhole(score)) expect(score).toEqual(real);
    else expect(score.atMost).toBeGreaterThanOrEqual(real.correct);
  }
});

test('the same trace whatever is known already and however many engines there are', async () => {
  const alone = await backendIn('alone', 1);
  const first = await cookFile(alone.backend, recipe('first'));
  const { backend } = await backendIn('three', 3);
  await cookFile(backend, recipe('known', 'exhaustive: true'));
  expect(findings(await cookFile(backend, recipe('second')))).toEqual(findings(first));
});

test('what was given up is not kept as if it were whole, and what ran to its end is', async () => {
  const { backend, host } = await backendIn('workspace');
  const { run, trace } = await cookFile(backend, recipe('raced'));
  const whole = trace.filter((step) => step.kind === 'candidate-scored' && isWhole(step.score)).length;
  const stopped = trace.filter((step) => step.kind === 'candidate-scored' && !isWhole(step.score)).length;
  expect(stopped).toBeGreaterThan(0);
  const before = host.passes();
  const exhaustive = await cookFile(backend, recipe('exhaustive', 'exhaustive: true'));
  expect(exhaustive.run.coefficients).toEqual(run.coefficients);
  expect(host.passes() - before).toBe(stopped);
  expect(whole).toBeGreaterThan(0);
});

test('computed again without anything that was kept, it comes to the same, step by step', async () => {
  const { backend } = await backendIn('workspace');
  const { run } = await cookFile(backend, recipe('raced'));
  const replay = await backend.runs.replay(run.id);
  expect(replay).toMatchObject({ steps: { same: true }, scores: { differing: 0 }, coefficients: { differing: 0 } });
});

test('interrupted in the middle of a race and cooked again, it comes to the same', async () => {
  const reference = await backendIn('reference');
  const expected = findings(await cookFile(reference.backend, recipe('reference')));
  const { backend } = await backendIn('workspace');
  const abort = new AbortController();
  const stopped = cookFile(
    backend,
    recipe('raced'),
    (event) => {
      if (event.kind === 'progress' && event.progress.stage.startsWith('Racing')) abort.abort();
    },
    abort.signal,
  );
  await expect(stopped).rejects.toMatchObject({ code: 'job/cancelled' });
  expect(findings(await cookFile(backend, recipe('raced')))).toEqual(expected);
});

test('the other runtime races to the same soup', async () => {
  const { backend } = await backendIn('workspace');
  const raced = await cookFile(backend, recipe('raced'));
  const wasm = await cookFile(backend, recipe('wasm', '', 'runtime: tfjs\ndevice: wasm\n'));
  expect(wasm.run.coefficients).toEqual(raced.run.coefficients);
});
