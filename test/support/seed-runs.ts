import type { Database } from '../../db/open.ts';
import { datasetRepository } from '../../db/repositories/datasets.ts';
import { evaluationRepository } from '../../db/repositories/evaluations.ts';
import { ingredientRepository } from '../../db/repositories/ingredients.ts';
import { projectRepository } from '../../db/repositories/projects.ts';
import { runRepository } from '../../db/repositories/runs.ts';
import { Random } from '../../main/random.ts';

const INGREDIENTS = 12;
const TEST_SETS = [
  'clean',
  'blur',
  'contrast',
  'gaussian-noise',
  'impulse-noise',
  'pixelate',
  'rotation',
  'shot-noise',
];
const SAMPLES = 10_000;
const SEEDS = 5;
const TAGS = ['paper', 'baseline', 'rerun'];

/**
 * A project with `count` runs such as a long search leaves behind: four recipes with options over many choices of ingredients,
 * five seeds of each setting, scores on eight test sets, some failures and tags. Everything goes through the repositories that cooking uses.
 */
export function seedRuns(database: Database, count: number, project = 'search'): number {
  return database.transaction(() => {
    const world = makeWorld(database, project);
    for (let index = 0; index < count; index++) addRun(database, world, index);
    return world.projectId;
  });
}

interface World {
  readonly projectId: number;
  readonly ingredients: readonly { readonly ingredientId: number; readonly name: string }[];
  readonly splits: readonly { readonly id: number; readonly key: string }[];
  readonly random: Random;
}

function makeWorld(database: Database, project: string): World {
  const projectId = projectRepository(database).ensure(project).id;
  const random = new Random(7, project);
  const table = ingredientRepository(database);
  const ingredients = Array.from({ length: INGREDIENTS }, (_, place) => {
    const name = `model-${place}`;
    const { id } = table.add({
      projectId,
      name,
      path: `/models/${project}/${name}.safetensors`,
      format: 'safetensors',
      sha256: `${place}`.padStart(64, 'a'),
      byteSize: 221_944,
      parameterCount: 55_482,
      architecture: { family: 'mlp', inputShape: [1, 8, 8], hidden: [], classes: 10 },
      hyperparameters: { learningRate: 0.001 * (place + 1) },
      origin: 'imported',
      baseId: null,
      trainingKey: null,
      training: null,
    });
    return { ingredientId: id, name };
  });
  const datasets = datasetRepository(database);
  const dataset = datasets.ensure(projectId, project);
  const splits = TEST_SETS.map((name) =>
    datasets.ensureSplit({
      datasetId: dataset.id,
      role: 'test',
      name,
      key: `${project} ${name}`,
      source: name === 'clean' ? { format: 'mnist' } : { format: 'mnist', corruption: { kind: name, severity: 3 } },
      normalization: { mean: [0.1], std: [0.3] },
      sampleCount: SAMPLES,
      sampleShape: [1, 28, 28],
      classCount: 10,
    }),
  );
  return { projectId, ingredients, splits, random };
}

function addRun(database: Database, world: World, index: number): void {
  const { projectId, splits, random } = world;
  const runs = runRepository(database);
  const setting = Math.floor(index / SEEDS);
  const ingredients = chosenFor(setting, world.ingredients);
  const { recipe, options } = settingOf(setting);
  const run = runs.add({
    projectId,
    contentKey: `${projectId} ${index}`,
    recipe,
    options,
    recipeFile: `recipe: ${recipe}\n`,
    architecture: { family: 'mlp', inputShape: [1, 8, 8], hidden: [], classes: 10 },
    seed: index % SEEDS,
    accumulate: 'f64',
    dtype: 'keep',
    ingredients,
    splitIds: splits.map(({ id }) => id),
  });
  runs.start(run.id);
  if (index % 41 === 40) {
    runs.stop(run.id, 'failed', { code: 'engine/crashed', what: 'The engine ended', kind: 'failure' });
    return;
  }
  const used = 1 + random.integer(ingredients.length);
  runs.finish(run.id, {
    summary: `${used} of ${ingredients.length} ingredients.`,
    coefficients: {
      groups: [{ name: 'all', tensors: 'rest', weights: ingredients.map((_, i) => (i < used ? 1 / used : 0)) }],
    },
    used: ingredients.slice(0, used).map(({ name }) => name),
    results: resultsOf(database, world, index, setting),
    seconds: 1 + 200 * random.uniform(),
  });
  if (index % 17 === 0) {
    database.query('UPDATE runs SET tags = ? WHERE id = ?').run(JSON.stringify([TAGS[setting % 3]!]), run.id);
  }
}

/** Hardly any two settings have the same ones: bit for bit of a number that counts through the choices of at least two. */
function chosenFor(setting: number, all: World['ingredients']): World['ingredients'] {
  const choices = 2 ** all.length;
  let number = (setting * 5 + choices - 1) % choices;
  if (number.toString(2).replaceAll('0', '').length < 2) number = choices - 1;
  return all.filter((_, place) => (number >> place) % 2 === 1);
}

function settingOf(setting: number): { readonly recipe: string; readonly options: Readonly<Record<string, unknown>> } {
  switch (setting % 4) {
    case 0:
      return { recipe: 'uniform', options: {} };
    case 1:
      return { recipe: 'performance-weighted', options: { temperature: (1 + (setting % 50)) / 1000 } };
    case 2:
      return { recipe: 'greedy', options: { order: 'article', maxModels: 2 + (setting % 9) } };
    default:
      return { recipe: 'greedy', options: { order: 'sorted', tolerance: (setting % 100) / 10_000 } };
  }
}

/** As far from each other, and from accuracy, as they are where something was measured. */
function metricsOf(accuracy: number): Readonly<Record<string, number>> {
  return {
    accuracy,
    loss: 1.2 - accuracy,
    'top-5': 1 - (1 - accuracy) / 4,
    'balanced-accuracy': accuracy - 0.003,
    'macro-f1': accuracy - 0.004,
    brier: 1.6 * (1 - accuracy),
    'calibration-error': (1 - accuracy) / 5,
  };
}

function resultsOf(database: Database, { ingredients, splits, random }: World, index: number, setting: number) {
  const evaluations = evaluationRepository(database);
  const evaluate = (kind: 'soup' | 'ingredient', key: string, split: World['splits'][number], correct: number) =>
    evaluations.save({
      subjectId: evaluations.ensureSubject(kind, key, {}),
      splitKey: split.key,
      preprocessing: '{}',
      runtimeIdentity: 'onnxruntime',
      correct,
      total: SAMPLES,
      accuracy: correct / SAMPLES,
      loss: 1.2 - correct / SAMPLES,
      metrics: metricsOf(correct / SAMPLES),
      seconds: 0.4,
    });
  return splits.flatMap((split, place) => {
    const level = 9800 - 400 * place + (setting % 40);
    const soup = evaluate('soup', `soup ${split.key} ${index}`, split, level + random.integer(60));
    // Of the ingredients the best one is enough: the others are never the best.
    const best = evaluate('ingredient', `best ${split.key}`, split, level - 20 + (place % 7));
    return [
      { kind: 'ingredient' as const, label: ingredients[0]!.name, splitId: split.id, evaluationId: best.id },
      { kind: 'soup' as const, label: 'soup', splitId: split.id, evaluationId: soup.id },
    ];
  });
}
