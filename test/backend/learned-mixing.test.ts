import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evaluationRepository } from '../../db/repositories/evaluations.ts';
import { predictionFiles } from '../../db/repositories/prediction-files.ts';
import { buildArchitecture } from '../../main/architectures/build.ts';
import { type Backend, createBackend } from '../../main/backend/backend.ts';
import { KeptPredictions } from '../../main/backend/evaluations/kept-predictions.ts';
import { outcomeOf, type RunDetails } from '../../main/backend/runs/run-details.ts';
import { cookFile, findings } from './cooking.ts';
import { type CountingHost, countingHost } from './counting-host.ts';
import { makeToyWorld, type ToyWorld, toyRecipe } from './toy-world.ts';

// The tests build on one another: what one has computed, the next finds.
let world: ToyWorld;
let host: CountingHost;
let backend: Backend;
let cooked: RunDetails;

/** Learns from samples that are in no other split. */
function recipeFile(name: string, text = ''): string {
  const path = join(world.folder, `${name}.yml`);
  const rows = 'format: idx, images: images.idx, labels: labels.idx, rows: { from: 240, to: 360 }';
  const recipe = toyRecipe('learned-mixing')
    .replaceAll('to: 360', 'to: 240')
    .replace('splits:\n', `splits:\n  train: { ${rows} }\n`);
  writeFileSync(path, `${recipe}${text}`);
  return path;
}

beforeAll(async () => {
  world = makeToyWorld();
  host = countingHost();
  backend = await createBackend({
    workspaceFolder: join(world.folder, 'workspace'),
    processHost: host,
    poolSize: { size: 2, threadsPerEngine: 1 },
  });
  cooked = await cookFile(backend, recipeFile('learned'));
});
afterAll(async () => {
  await backend.close();
  world.remove();
});

const rowOf = ({ rows }: RunDetails) => rows.find(({ kind }) => kind === 'soup')!;
const columnOf = ({ splits }: RunDetails, name: string) => splits.findIndex((split) => split.name === name);

test('its row in the table is the ensemble, and scores on the selection split what the best epoch did', () => {
  const best = cooked.trace.findLast((step) => step.kind === 'epoch' && step.best);
  const selection = cooked.splits.findIndex(({ role }) => role === 'selection');
  expect(rowOf(cooked).label).toBe('learned-mixing ensemble');
  expect(rowOf(cooked).evaluations[selection]).toMatchObject({
    correct: best?.kind === 'epoch' ? best.score?.correct : undefined,
  });
  expect(cooked.run.coefficients?.groups[0]?.weights).toHaveLength(5);
});

test('each network ran over each split once and no mixture ran at all', () => {
  const passes = host.tasks.flatMap((task) => (task.kind === 'evaluate' ? task.subjects : []));
  // Five networks on train, selection and two test sets.
  expect(passes).toHaveLength(20);
});

test('learning again with other settings makes no forward pass', async () => {
  const before = host.tasks.length;
  const again = await cookFile(backend, recipeFile('longer', 'options: { epochs: 30, batchSize: 16 }\n'));
  expect(again.trace.filter(({ kind }) => kind === 'epoch')).toHaveLength(30);
  expect(host.tasks.slice(before).filter(({ kind }) => kind !== 'evaluate')).toEqual([]);
  expect(host.passes()).toBe(20);
});

test('what it predicts is kept, so that whoever compares runs needs no engine for it', async () => {
  const clean = columnOf(cooked, 'clean');
  const evaluation = rowOf(cooked).evaluations[clean]!;
  const kept = new KeptPredictions(predictionFiles(backend.database), backend.paths).of(evaluation)!;
  expect(kept.hits.reduce((sum, hit) => sum + hit, 0)).toBe(evaluation.correct);
  const repository = evaluationRepository(backend.database);
  const subject = outcomeOf(cooked, buildArchitecture(cooked.run.architecture));
  expect(repository.ensureSubject(subject.kind, subject.key, {})).toBe(evaluation.subjectId);
  const data = await backend.runs.reportData(cooked.run.id);
  expect(data.soups[0]!.scores.clean).toMatchObject({ correct: evaluation.correct });
});

test('it cannot be written as one model, and the error says what can be done', async () => {
  const request = { runId: cooked.run.id, folder: join(world.folder, 'export'), format: 'safetensors' } as const;
  await expect(backend.exports.export(request)).rejects.toMatchObject({
    code: 'runs/no-single-model',
    remedy: expect.stringContaining(String(cooked.run.coefficients!.groups[0]!.weights[0])),
  });
});

test('computed again from nothing it comes to the same', async () => {
  const replay = await backend.runs.replay(cooked.run.id);
  expect(replay).toMatchObject({ steps: { same: true }, scores: { differing: 0 }, coefficients: { differing: 0 } });
});

test('interrupted and cooked again it comes to the same', async () => {
  const abort = new AbortController();
  const path = recipeFile('interrupted', 'seed: 9\noptions: { epochs: 5 }\n');
  const stopped = cookFile(
    backend,
    path,
    (event) => {
      if (event.kind === 'trace' && event.step.kind === 'epoch' && event.step.epoch === 2) abort.abort();
    },
    abort.signal,
  );
  await expect(stopped).rejects.toMatchObject({ code: 'job/cancelled' });
  const resumed = await cookFile(backend, path);
  expect(resumed.run.attempts).toBe(2);
  const other = await cookFile(backend, recipeFile('whole', 'seed: 9\noptions: { epochs: 5 }\n'));
  expect(findings(resumed)).toEqual(findings(other));
});

test('it is no step of a chain, and takes no scope', async () => {
  const chain = join(world.folder, 'chain.yml');
  writeFileSync(chain, `${toyRecipe('chain')}options: { steps: [{ recipe: learned-mixing }] }\n`);
  await expect(cookFile(backend, chain)).rejects.toMatchObject({ code: 'recipe/bad-option' });
  const scoped = recipeFile('scoped', 'scope: { only: [classifier] }\n');
  await expect(cookFile(backend, scoped)).rejects.toMatchObject({ code: 'recipe/bad-option' });
});
