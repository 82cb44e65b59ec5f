import { join } from 'node:path';
import type { Ingredient } from '../../../db/repositories/ingredients.ts';
import type { Progress } from '../../progress.ts';
import type { TraceStep } from '../../recipes/recipe.ts';
import type { Backend } from '../backend.ts';
import type { PreparedSplit } from '../datasets/service.ts';
import type { Exported } from '../exports/service.ts';
import { type Verification, verifyFile } from '../exports/verify.ts';
import type { Trained, TrainRequest } from '../ingredients/training.ts';
import { streamEvents } from '../jobs/channel.ts';
import { JointProgress } from '../jobs/joint-progress.ts';
import type { RunDetails } from '../runs/run-details.ts';
import { type DemoPlan, type DemoRequest, demoPlan } from './demo-plan.ts';

export type DemoEvent =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'prepared'; readonly splits: readonly PreparedSplit[]; readonly seconds: number }
  /** `base` is what the others are fine-tuned from. */
  | { readonly kind: 'trained'; readonly role: 'base' | 'ingredient'; readonly trained: Trained }
  | { readonly kind: 'trace'; readonly soup: string; readonly step: TraceStep }
  | { readonly kind: 'cooked'; readonly cooked: DemoSoup };

export interface DemoSoup {
  /** What the demo calls it; unlike the recipe's name it tells the two greedy orders apart. */
  readonly name: string;
  readonly details: RunDetails;
}

export interface DemoResult {
  readonly plan: DemoPlan;
  readonly base: Ingredient;
  readonly ingredients: readonly Ingredient[];
  readonly soups: readonly DemoSoup[];
  /** The soup with the best selection accuracy (ties: the earlier), which was exported. */
  readonly best: DemoSoup;
  readonly exported: Exported;
  readonly verification: Verification;
  /** HTML report with all the soups. */
  readonly report: string;
}

interface Kitchen {
  readonly backend: Backend;
  readonly plan: DemoPlan;
  readonly projectId: number;
  readonly device: string;
  readonly signal: AbortSignal;
  readonly send: (event: DemoEvent) => void;
}

/**
 * The main job from nothing: prepares MNIST, trains a base and fine-tunes ingredients from it, cooks every recipe, scores
 * everything on all test sets, reports, exports the best soup and verifies it. What an earlier attempt finished is used.
 * @throws StockpotError what its parts throw
 */
export function runDemo(
  backend: Backend,
  request: DemoRequest,
  outer: AbortSignal,
): AsyncGenerator<DemoEvent, DemoResult> {
  const stop = new AbortController();
  const signal = AbortSignal.any([outer, stop.signal]);
  return streamEvents(
    (send) => {
      const plan = demoPlan(request);
      const projectId = backend.projects.ensure(plan.project).id;
      return cookEverything({ backend, plan, projectId, device: request.trainingDevice, signal, send });
    },
    () => stop.abort(),
  );
}

async function cookEverything(kitchen: Kitchen): Promise<DemoResult> {
  const { backend, plan, send, signal } = kitchen;
  const { train, selection, tests } = await prepareSplits(kitchen);
  const base = await trainBase(kitchen, train, selection);
  const ingredients = await trainIngredients(kitchen, base, train, selection);
  const soups: DemoSoup[] = [];
  for (const recipe of plan.recipes) {
    const details = await cookOne(kitchen, recipe, ingredients, { train, selection, tests });
    const cooked = { name: recipe.name, details };
    soups.push(cooked);
    send({ kind: 'cooked', cooked });
  }
  const best = bestBySelection(soups, selection.id);
  const others = soups.filter((soup) => soup !== best).map(({ details }) => details.run.id);
  const folder = join(backend.paths.exports, `run-${best.details.run.id}`);
  const exported = await backend.exports.export(
    { runId: best.details.run.id, folder, format: 'safetensors', replace: true },
    { signal },
  );
  const verification = await verifyFile({ file: exported.soup }, { signal });
  const report = await backend.runs.writeReport(best.details.run.id, others, { signal });
  return { plan, base, ingredients, soups, best, exported, verification, report };
}

interface DemoSplits {
  readonly train: PreparedSplit;
  readonly selection: PreparedSplit;
  readonly tests: readonly PreparedSplit[];
}

async function prepareSplits({ backend, plan, projectId, signal, send }: Kitchen): Promise<DemoSplits> {
  const started = performance.now();
  const prepare = (role: PreparedSplit['role'], name: string, source: PreparedSplit['source']) =>
    backend.datasets.prepare(
      { projectId, dataset: 'MNIST', role, name, source },
      { signal, onProgress: (progress) => send({ kind: 'progress', progress }) },
    );
  const train = await prepare('train', 'train', plan.splits.train);
  const selection = await prepare('selection', 'selection', plan.splits.selection);
  const tests: PreparedSplit[] = [];
  for (const { name, source } of plan.splits.tests) tests.push(await prepare('test', name, source));
  send({ kind: 'prepared', splits: [train, selection, ...tests], seconds: (performance.now() - started) / 1000 });
  return { train, selection, tests };
}

async function trainBase(kitchen: Kitchen, train: PreparedSplit, selection: PreparedSplit): Promise<Ingredient> {
  const { backend, plan, send, signal } = kitchen;
  const trained = await backend.ingredients.train(
    {
      ...commonTraining(kitchen, train, selection),
      name: 'base',
      initial: { kind: 'fresh', seed: plan.base.seed },
      config: plan.base,
    },
    {
      signal,
      onProgress: (progress) => send({ kind: 'progress', progress: { ...progress, stage: 'Training the base' } }),
    },
  );
  send({ kind: 'trained', role: 'base', trained });
  return trained.ingredient;
}

/** Side by side, as many at once as there are engines; one that fails ends the others. */
async function trainIngredients(
  kitchen: Kitchen,
  base: Ingredient,
  train: PreparedSplit,
  selection: PreparedSplit,
): Promise<readonly Ingredient[]> {
  const { backend, plan, send } = kitchen;
  const failed = new AbortController();
  const signal = AbortSignal.any([kitchen.signal, failed.signal]);
  const sizes = plan.ingredients.map(({ config }) => config.epochs * (config.samplesPerEpoch || train.ref.sampleCount));
  const joint = new JointProgress(
    `Fine-tuning ${sizes.length} ingredients, ${Math.min(sizes.length, backend.engines.size)} at once`,
    'images',
    sizes,
    (progress) => send({ kind: 'progress', progress }),
  );
  const work = plan.ingredients.map(async ({ name, config }, index) => {
    const trained = await backend.ingredients.train(
      { ...commonTraining(kitchen, train, selection), name, initial: { kind: 'from', base }, config },
      { signal, onProgress: joint.part(index) },
    );
    joint.finish(index);
    send({ kind: 'trained', role: 'ingredient', trained });
    return trained.ingredient;
  });
  try {
    return await Promise.all(work);
  } catch (thrown) {
    failed.abort();
    await Promise.allSettled(work);
    throw thrown;
  }
}

function commonTraining(
  { projectId, plan, device }: Kitchen,
  train: PreparedSplit,
  selection: PreparedSplit,
): Omit<TrainRequest, 'name' | 'initial' | 'config'> {
  return { projectId, architecture: plan.architecture, train, selection, device };
}

async function cookOne(
  { backend, plan, projectId, signal, send }: Kitchen,
  { name, recipe, options }: DemoPlan['recipes'][number],
  ingredients: readonly Ingredient[],
  splits: DemoSplits,
): Promise<RunDetails> {
  const events = backend.runs.cook(
    {
      projectId,
      recipe,
      options,
      architecture: plan.architecture,
      ingredients: ingredients.map((ingredient) => ({ ingredient, name: ingredient.name })),
      ...splits,
      runtime: { runtime: 'onnx', device: 'cpu' },
      seed: plan.base.seed,
      accumulate: 'f32',
      dtype: 'keep',
      reuseFinished: true,
    },
    { signal },
  );
  for (;;) {
    const next = await events.next();
    if (next.done === true) return next.value;
    const event = next.value;
    if (event.kind === 'progress') send({ kind: 'progress', progress: event.progress });
    if (event.kind === 'trace') send({ kind: 'trace', soup: name, step: event.step });
  }
}

function bestBySelection(soups: readonly DemoSoup[], selectionId: number): DemoSoup {
  const correct = ({ details }: DemoSoup): number => {
    const column = details.splits.findIndex(({ id }) => id === selectionId);
    return details.rows.find(({ kind }) => kind === 'soup')?.evaluations[column]?.correct ?? 0;
  };
  return soups.reduce((best, soup) => (correct(soup) > correct(best) ? soup : best));
}
