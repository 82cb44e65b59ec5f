import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EvaluationRepository, evaluationRepository } from '../../db/repositories/evaluations.ts';
import { type Ingredient, ingredientRepository } from '../../db/repositories/ingredients.ts';
import { runRepository } from '../../db/repositories/runs.ts';
import type { ArchitectureSpec } from '../../main/architectures/architecture.ts';
import { buildArchitecture } from '../../main/architectures/build.ts';
import type { Backend } from '../../main/backend/backend.ts';
import type { PreparedSplit } from '../../main/backend/datasets/service.ts';
import { conditionsOf, predictionKey } from '../../main/backend/evaluations/predictions.ts';
import { ingredientSubject, soupSubject, type WeightsSubject } from '../../main/backend/evaluations/subject.ts';
import { mnistSplits } from '../../main/data/mnist.ts';
import { openSplit } from '../../main/data/open-split.ts';
import { scoreLogits } from '../../main/metrics/classification.ts';
import { plainMixture } from '../../main/mix/mixture.ts';
import { Random } from '../../main/random.ts';

const NAME = 'comparison';
const INGREDIENTS = 10;
const SOUPS = 40;
const CLASSES = 10;
const RUNTIME = 'onnxruntime, made up for a benchmark';
const SPEC: ArchitectureSpec = {
  family: 'cnn',
  inputShape: [1, 28, 28],
  channels: [16, 32],
  hidden: 32,
  classes: CLASSES,
};
const ARCHITECTURE = buildArchitecture(SPEC);

/**
 * Ten ingredients and forty soups with scores on ten sets: MNIST's 10,000 test images, clean and damaged, and the selection split. Their
 * logits are made up, but lie where an engine would have laid them, image by image, for all of the clean set.
 */
export async function makeComparison(
  backend: Backend,
): Promise<{ readonly id: number; readonly subjects: readonly string[] }> {
  const { id } = backend.projects.create(NAME, '');
  const splits = await prepareSplits(backend, id);
  const made = new Predictions(backend, splits);
  const ingredients = addIngredients(backend, id);
  const measured = ingredients.map((ingredient, place) => ({
    ingredient,
    evaluations: made.of(ingredientSubject(ARCHITECTURE, ingredient), 1.6 + place / 20, place),
  }));
  const runs = Array.from({ length: SOUPS }, (_, place) => addSoup(backend, id, { measured, splits, made }, place));
  return {
    id,
    subjects: [...ingredients.map((ingredient) => `ingredient:${ingredient.id}`), ...runs.map((run) => `run:${run}`)],
  };
}

async function prepareSplits({ datasets }: Backend, projectId: number): Promise<readonly PreparedSplit[]> {
  const { selection, tests } = mnistSplits(1);
  const prepare = (role: PreparedSplit['role'], name: string, source: PreparedSplit['source']) =>
    datasets.prepare({ projectId, dataset: 'MNIST', role, name, source });
  const prepared = [await prepare('selection', 'selection', selection)];
  for (const { name, source } of tests) prepared.push(await prepare('test', name, source));
  return prepared;
}

function addIngredients({ database }: Backend, projectId: number): readonly Ingredient[] {
  const table = ingredientRepository(database);
  return Array.from({ length: INGREDIENTS }, (_, place) =>
    table.add({
      projectId,
      name: `fine-tuned-${place}`,
      path: `/models/fine-tuned-${place}.safetensors`,
      format: 'safetensors',
      sha256: createHash('sha256').update(`ingredient ${place}`).digest('hex'),
      byteSize: 221_944,
      parameterCount: 55_482,
      architecture: SPEC,
      hyperparameters: { learningRate: 0.001 * (place + 1), epochs: 3 + (place % 4) },
      origin: 'imported',
      baseId: null,
      trainingKey: null,
      training: null,
    }),
  );
}

type Evaluations = readonly { readonly id: number; readonly splitId: number }[];

interface Kitchen {
  readonly measured: readonly { readonly ingredient: Ingredient; readonly evaluations: Evaluations }[];
  readonly splits: readonly PreparedSplit[];
  readonly made: Predictions;
}

function addSoup({ database }: Backend, projectId: number, { measured, splits, made }: Kitchen, place: number): number {
  const runs = runRepository(database);
  const run = runs.add({
    projectId,
    contentKey: `comparison ${place}`,
    recipe: place % 2 === 0 ? 'greedy' : 'performance-weighted',
    options: place % 2 === 0 ? { maxModels: 2 + place } : { temperature: (1 + place) / 1000 },
    recipeFile: 'recipe: greedy\n',
    architecture: SPEC,
    seed: place,
    accumulate: 'f64',
    dtype: 'keep',
    ingredients: measured.map(({ ingredient }) => ({ ingredientId: ingredient.id, name: ingredient.name })),
    splitIds: splits.map((split) => split.id),
  });
  runs.start(run.id);
  const random = new Random(3, 'coefficients', place);
  const raw = measured.map(() => random.uniform());
  const sum = raw.reduce((total, weight) => total + weight, 0);
  const coefficients = {
    groups: [{ name: 'all', tensors: 'rest' as const, weights: raw.map((weight) => weight / sum) }],
  };
  const sources = measured.map(({ ingredient: { path, sha256 } }) => ({ path, sha256 }));
  const soup = soupSubject(ARCHITECTURE, {
    ...plainMixture(sources, []),
    groups: coefficients.groups,
    accumulate: run.accumulate,
    dtype: run.dtype,
  });
  const results = [
    ...measured.map(({ ingredient, evaluations }) => ({
      kind: 'ingredient' as const,
      label: ingredient.name,
      evaluations,
    })),
    { kind: 'soup' as const, label: `${run.recipe} soup`, evaluations: made.of(soup, 2.2 + place / 80, 100 + place) },
  ];
  runs.finish(run.id, {
    summary: `${measured.length} of ${measured.length} ingredients.`,
    coefficients,
    used: measured.map(({ ingredient }) => ingredient.name),
    results: results.flatMap(({ kind, label, evaluations }) =>
      evaluations.map(({ id, splitId }) => ({ kind, label, splitId, evaluationId: id })),
    ),
    seconds: 20 + place,
  });
  return run.id;
}

/** Logits of subjects that are right more or less often, on images that are hard or easy for all of them alike. */
class Predictions {
  readonly #backend: Backend;
  readonly #evaluations: EvaluationRepository;
  readonly #splits: readonly PreparedSplit[];
  readonly #labels: Int32Array;
  readonly #hardness: Float64Array;

  constructor(backend: Backend, splits: readonly PreparedSplit[]) {
    this.#backend = backend;
    this.#evaluations = evaluationRepository(backend.database);
    this.#splits = splits;
    const clean = openSplit(splits.find(({ name }) => name === 'clean')!.ref, 0);
    this.#labels = clean.labels;
    clean.close();
    const random = new Random(2, 'hardness');
    this.#hardness = Float64Array.from(this.#labels, () => 2.5 + 1.5 * random.normal());
  }

  /** @param skill by how much the logit of the right class stands out */
  of(subject: WeightsSubject, skill: number, seed: number): Evaluations {
    const subjectId = this.#evaluations.ensureSubject(subject.kind, subject.key, subject.weights);
    const random = new Random(4, 'scores', seed);
    return this.#splits.map((split, place) => {
      const conditions = conditionsOf(split.ref, RUNTIME);
      const total = split.ref.sampleCount;
      const share = Math.min(0.999, 0.78 + 0.06 * skill - 0.02 * place + 0.004 * random.normal());
      const correct = Math.round(share * total);
      const score =
        split.name === 'clean'
          ? this.#write(subject, subjectId, split, { skill, seed })
          : { correct, total, accuracy: correct / total, loss: 1.1 - share };
      const { id } = this.#evaluations.save({ subjectId, ...conditions, ...score, seconds: 0.4 });
      return { id, splitId: split.id };
    });
  }

  #write(
    subject: WeightsSubject,
    subjectId: number,
    split: PreparedSplit,
    { skill, seed }: { readonly skill: number; readonly seed: number },
  ): ReturnType<typeof scoreLogits> {
    const random = new Random(5, 'logits', seed);
    const labels = this.#labels;
    const logits = Float32Array.from({ length: labels.length * CLASSES }, (_, at) => {
      const row = Math.floor(at / CLASSES);
      return random.normal() + (at % CLASSES === labels[row] ? skill + this.#hardness[row]! : 0);
    });
    const conditions = conditionsOf(split.ref, RUNTIME);
    const key = predictionKey(subject.key, conditions);
    const bytes = new Uint8Array(logits.buffer);
    const file = `${key}.f32`;
    writeFileSync(join(this.#backend.paths.predictions, file), bytes);
    this.#evaluations.savePrediction({
      key,
      subjectId,
      ...conditions,
      file,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      byteSize: bytes.length,
      sampleCount: labels.length,
      classCount: CLASSES,
      seconds: 0.4,
    });
    return scoreLogits(logits, labels);
  }
}
