import { expect, test } from 'vitest';
import type { Database } from '../../db/open.ts';
import { datasetRepository } from '../../db/repositories/datasets.ts';
import { evaluationRepository } from '../../db/repositories/evaluations.ts';
import { exportRepository } from '../../db/repositories/exports.ts';
import { ingredientRepository, type NewIngredient } from '../../db/repositories/ingredients.ts';
import { projectRepository } from '../../db/repositories/projects.ts';
import { type NewRun, runRepository } from '../../db/repositories/runs.ts';
import type { TraceStep } from '../../main/recipes/recipe.ts';
import { temporaryDatabase } from './temporary.ts';

const ARCHITECTURE = { family: 'mlp', inputShape: [4], hidden: [], classes: 2 } as const;
const HASH = 'c'.repeat(64);
const CONDITIONS = { splitKey: 's', preprocessing: 'p', runtimeIdentity: 'r' };

function imported(projectId: number, overrides: Partial<NewIngredient> = {}): NewIngredient {
  return {
    projectId,
    name: 'a',
    path: '/a.safetensors',
    format: 'safetensors',
    sha256: HASH,
    byteSize: 40,
    parameterCount: 10,
    architecture: ARCHITECTURE,
    hyperparameters: { learningRate: 0.1 },
    origin: 'imported',
    baseId: null,
    trainingKey: null,
    training: null,
    ...overrides,
  };
}

function newRun(projectId: number, ingredientIds: readonly number[]): NewRun {
  return {
    projectId,
    contentKey: 'key',
    recipe: 'greedy',
    options: { order: 'article' },
    recipeFile: 'recipe: greedy\n',
    architecture: ARCHITECTURE,
    seed: 3,
    accumulate: 'f32',
    dtype: 'keep',
    ingredients: ingredientIds.map((ingredientId, i) => ({ ingredientId, name: `i${i}` })),
    splitIds: [],
  };
}

function withRun(database: Database) {
  const project = projectRepository(database).ensure('p');
  const ingredient = ingredientRepository(database).add(imported(project.id));
  const runs = runRepository(database);
  return { project, ingredient, runs, run: runs.add(newRun(project.id, [ingredient.id])) };
}

test('a project of a name is made once', async () => {
  const projects = projectRepository(await temporaryDatabase());
  const first = projects.ensure('digits');
  expect(projects.ensure('digits')).toEqual(first);
  expect(projects.byName('digits')).toEqual(first);
  expect(projects.byId(first.id)).toEqual(first);
  expect(projects.byName('letters')).toBeUndefined();
  expect(projects.list()).toEqual([first]);
});

test('ingredients come back as they went in, and are found by their content', async () => {
  const database = await temporaryDatabase();
  const project = projectRepository(database).ensure('p');
  const ingredients = ingredientRepository(database);
  const added = ingredients.add(imported(project.id));
  expect(added).toMatchObject(imported(project.id));
  expect(ingredients.byId(added.id)).toEqual(added);
  expect(ingredients.imported(project.id, HASH)).toEqual(added);
  expect(ingredients.withHash(HASH)).toEqual([added]);
  expect(ingredients.list(project.id)).toEqual([added]);
  ingredients.relocate(added.id, '/moved.safetensors');
  expect(ingredients.byId(added.id)?.path).toBe('/moved.safetensors');
});

test('of a training that was repeated the latest outcome counts', async () => {
  const database = await temporaryDatabase();
  const project = projectRepository(database).ensure('p');
  const ingredients = ingredientRepository(database);
  const training = { trainKey: 't', selectionKey: 's' } as unknown as NonNullable<NewIngredient['training']>;
  const trained = { origin: 'trained', trainingKey: 'k', training } as const;
  ingredients.add(imported(project.id, trained));
  const second = ingredients.add(imported(project.id, { ...trained, sha256: 'd'.repeat(64) }));
  expect(ingredients.trained(project.id, 'k')).toEqual(second);
});

test('a split with the same role, name, key and normalization is one split', async () => {
  const database = await temporaryDatabase();
  const project = projectRepository(database).ensure('p');
  const datasets = datasetRepository(database);
  const dataset = datasets.ensure(project.id, 'digits');
  const split = {
    datasetId: dataset.id,
    role: 'test',
    name: 'clean',
    key: 'k',
    source: { format: 'mnist', part: 'test' },
    normalization: { mean: [0.5], std: [0.25] },
    sampleCount: 10,
    sampleShape: [1, 8, 8],
    classCount: 3,
  } as const;
  const first = datasets.ensureSplit(split);
  expect(first).toMatchObject(split);
  expect(datasets.ensureSplit(split)).toEqual(first);
  expect(datasets.ensureSplit({ ...split, key: 'k2' }).id).not.toBe(first.id);
  expect(datasets.splitById(first.id)).toEqual(first);
  expect(datasets.splits(dataset.id)).toHaveLength(2);
});

test('an evaluation under the same conditions replaces the earlier one; a loss may be no number', async () => {
  const evaluations = evaluationRepository(await temporaryDatabase());
  const subjectId = evaluations.ensureSubject('soup', 'key', {});
  expect(evaluations.ensureSubject('soup', 'key', {})).toBe(subjectId);
  const figures = { correct: 5, total: 10, accuracy: 0.5, loss: Number.NaN, seconds: 0.1 };
  const first = evaluations.save({ subjectId, ...CONDITIONS, ...figures });
  expect(first.loss).toBeNaN();
  const second = evaluations.save({ subjectId, ...CONDITIONS, ...figures, correct: 6, accuracy: 0.6, loss: 0.4 });
  expect(second.id).toBe(first.id);
  expect(evaluations.find(subjectId, CONDITIONS)).toEqual(second);
  expect(evaluations.find(subjectId, { ...CONDITIONS, runtimeIdentity: 'other' })).toBeUndefined();
});

test('predictions are kept, replaced and forgotten by their key', async () => {
  const evaluations = evaluationRepository(await temporaryDatabase());
  const subjectId = evaluations.ensureSubject('ingredient', 'key', {});
  const entry = {
    key: 'k',
    subjectId,
    ...CONDITIONS,
    file: 'k.f32',
    sha256: HASH,
    byteSize: 8,
    sampleCount: 1,
    classCount: 2,
    seconds: 1,
  };
  evaluations.savePrediction(entry);
  evaluations.savePrediction({ ...entry, seconds: 2 });
  expect(evaluations.prediction('k')).toMatchObject({ ...entry, seconds: 2 });
  expect(evaluations.predictionFiles()).toEqual(['k.f32']);
  evaluations.forgetPrediction('k');
  expect(evaluations.prediction('k')).toBeUndefined();
});

test('a run goes from queued over running to done with its trace and results', async () => {
  const database = await temporaryDatabase();
  const { run, runs, project, ingredient } = withRun(database);
  expect(run).toMatchObject({ status: 'queued', attempts: 0, options: { order: 'article' } });
  runs.start(run.id);
  runs.setRuntime(run.id, 'onnx');
  const step: TraceStep = { kind: 'stopped', reason: 'enough' };
  runs.addStep(run.id, 0, step);
  expect(runs.byId(run.id)).toMatchObject({ status: 'running', attempts: 1, runtimeIdentity: 'onnx' });
  const coefficients = { groups: [{ name: 'all', tensors: 'rest', weights: [1] }] } as const;
  runs.finish(run.id, { summary: 'done', coefficients, used: ['i0'], results: [], seconds: 2 });
  expect(runs.byId(run.id)).toMatchObject({ status: 'done', coefficients, used: ['i0'], seconds: 2 });
  expect(runs.steps(run.id)).toEqual([step]);
  expect(runs.ingredients(run.id)).toEqual([{ ordinal: 0, ingredientId: ingredient.id, name: 'i0' }]);
  expect(runs.withContent(project.id, 'key', ['done'])?.id).toBe(run.id);
  expect(runs.withContent(project.id, 'key', ['failed', 'interrupted'])).toBeUndefined();
  expect(runs.list()).toHaveLength(1);
  expect(runs.list(project.id + 1)).toEqual([]);
});

test('a run whose process died is interrupted, and starts over with an empty trace', async () => {
  const { run, runs } = withRun(await temporaryDatabase());
  runs.start(run.id);
  runs.addStep(run.id, 0, { kind: 'stopped', reason: 'never' });
  expect(runs.interruptRunning()).toEqual([run.id]);
  expect(runs.interruptRunning()).toEqual([]);
  expect(runs.byId(run.id)?.status).toBe('interrupted');
  runs.start(run.id);
  expect(runs.steps(run.id)).toEqual([]);
  expect(runs.byId(run.id)).toMatchObject({ status: 'running', attempts: 2, error: null });
});

test('a run that failed keeps its error', async () => {
  const { run, runs } = withRun(await temporaryDatabase());
  const error = { code: 'engine/crashed', kind: 'failure', what: 'The engine died' } as const;
  runs.stop(run.id, 'failed', error);
  expect(runs.byId(run.id)).toMatchObject({ status: 'failed', error });
});

test('removing a project removes its runs, ingredients and exports', async () => {
  const database = await temporaryDatabase();
  const { run, project } = withRun(database);
  const exported = {
    runId: run.id,
    path: '/s',
    format: 'safetensors',
    dtype: 'keep',
    sha256: HASH,
    byteSize: 1,
  } as const;
  exportRepository(database).add(exported);
  expect(exportRepository(database).ofRun(run.id)).toMatchObject([exported]);
  projectRepository(database).remove(project.id);
  for (const table of ['runs', 'ingredients', 'exports', 'run_ingredients']) {
    expect(database.query(`SELECT count(*) AS count FROM ${table}`).get()).toEqual({ count: 0 });
  }
});
