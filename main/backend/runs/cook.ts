import { mkdirSync } from 'node:fs';
import type { Run } from '../../../db/repositories/runs.ts';
import type { Architecture } from '../../architectures/architecture.ts';
import { buildArchitecture } from '../../architectures/build.ts';
import { factsOf, throwIfCancelled } from '../../errors.ts';
import { writeFileAtomically } from '../../files/atomic-file.ts';
import { withFileErrors } from '../../files/file-errors.ts';
import { type Mixture, plainMixture } from '../../mix/mixture.ts';
import type { OnProgress } from '../../progress.ts';
import { findRecipe, parseOptions } from '../../recipes/index.ts';
import { checkNeeds } from '../../recipes/needs.ts';
import type { Coefficients, CookOutcome, Recipe } from '../../recipes/recipe.ts';
import { contentKey } from '../content-key.ts';
import type { PreparedSplit } from '../datasets/service.ts';
import type { EvaluationService } from '../evaluations/service.ts';
import type { WorkspacePaths } from '../workspace.ts';
import type { CookEvent, CookRequest } from './cook-request.ts';
import { type RunDetails, type RunTables, runDetails } from './run-details.ts';
import { recipePath, recipeTextOf, runFolder } from './run-recipe.ts';
import { scoreTable } from './score-table.ts';
import { selectionOracle } from './selection-oracle.ts';

/** Raise it when the same request would lead to another outcome. */
const COOK_VERSION = 1;

export interface CookRoom {
  readonly tables: RunTables;
  readonly evaluations: EvaluationService;
  readonly paths: WorkspacePaths;
}

/** A request with everything looked up that its parts need. */
interface Kitchen extends CookRoom {
  readonly request: CookRequest;
  readonly recipe: Recipe;
  readonly options: unknown;
  readonly architecture: Architecture;
  readonly job: { readonly signal: AbortSignal; readonly onProgress: OnProgress };
  readonly send: (event: CookEvent) => void;
}

/**
 * Cooks a soup and scores it, the ingredients and their ensembles on every test set. Each score is kept as soon as it is
 * known: when the run fails, is cancelled or its process dies, the same request continues from there.
 * @throws StockpotError `recipe/…` before anything is written; what engines and files throw
 */
export async function cook(
  room: CookRoom,
  request: CookRequest,
  signal: AbortSignal,
  send: (event: CookEvent) => void,
): Promise<RunDetails> {
  const recipe = findRecipe(request.recipe);
  const options = parseOptions(recipe, request.options);
  checkNeeds(recipe, request.ingredients.length, request.selection !== undefined);
  recipe.check?.(options, request.ingredients.length);
  throwIfCancelled(signal);
  const kitchen: Kitchen = {
    ...room,
    request,
    recipe,
    options,
    architecture: buildArchitecture(request.architecture),
    job: { signal, onProgress: (progress) => send({ kind: 'progress', progress }) },
    send,
  };
  const { run, state } = runFor(kitchen);
  send({ kind: 'run', runId: run.id, resumed: state === 'resumed' });
  if (state !== 'finished') await attempt(kitchen, run);
  return runDetails(room.tables, run.id);
}

/** The run that this request is: one that did not finish, one that did where that is wanted, or a new one. */
function runFor(kitchen: Kitchen): { readonly run: Run; readonly state: 'new' | 'resumed' | 'finished' } {
  const { tables, request, options, paths } = kitchen;
  const { projectId } = request;
  const key = runKey(kitchen);
  const finished = request.reuseFinished === true ? tables.runs.withContent(projectId, key, ['done']) : undefined;
  if (finished !== undefined) return { run: finished, state: 'finished' };
  const entry = {
    projectId,
    contentKey: key,
    recipe: request.recipe,
    options,
    recipeFile: recipeTextOf(request, tables.projects.byId(projectId)!.name, options, paths),
    architecture: request.architecture,
    seed: request.seed,
    accumulate: request.accumulate,
    dtype: request.dtype,
    ingredients: request.ingredients.map(({ ingredient, name }) => ({ ingredientId: ingredient.id, name })),
    splitIds: splitsOf(request).map((split) => split.id),
  };
  const unfinished = tables.runs.withContent(projectId, key, ['queued', 'interrupted', 'cancelled', 'failed']);
  if (unfinished === undefined) return { run: tables.runs.add(entry), state: 'new' };
  tables.runs.renew(unfinished.id, entry);
  return { run: tables.runs.byId(unfinished.id)!, state: 'resumed' };
}

function runKey({ request, options, architecture }: Kitchen): string {
  return contentKey([
    COOK_VERSION,
    request.recipe,
    options,
    architecture.graphHash,
    request.ingredients.map(({ name, ingredient }) => [name, ingredient.sha256]),
    splitsOf(request).map(({ role, name, ref }) => [role, name, ref.key, ref.normalization]),
    request.runtime,
    request.seed,
    request.accumulate,
    request.dtype,
  ]);
}

function splitsOf({ train, selection, tests }: CookRequest): readonly PreparedSplit[] {
  return [train, selection, ...tests].filter((split) => split !== undefined);
}

async function attempt(kitchen: Kitchen, run: Run): Promise<void> {
  const { runs } = kitchen.tables;
  try {
    await perform(kitchen, run);
  } catch (thrown) {
    const facts = factsOf(thrown);
    runs.stop(run.id, facts.kind === 'cancelled' ? 'cancelled' : 'failed', facts);
    throw thrown;
  }
}

async function perform(kitchen: Kitchen, run: Run): Promise<void> {
  const { tables, evaluations, request, architecture, job, send } = kitchen;
  const startedAt = performance.now();
  const [someSplit] = [request.selection, ...request.tests].filter((split) => split !== undefined);
  tables.runs.start(run.id);
  if (someSplit !== undefined) {
    const identity = await evaluations.identify(request.runtime, architecture.spec, someSplit.ref, job.signal);
    tables.runs.setRuntime(run.id, identity);
  }
  const outcome = await followRecipe(kitchen, run);
  send({ kind: 'soup', outcome });
  const cells = await scoreTable(evaluations, request, architecture, mixtureOf(kitchen, outcome.coefficients), job);
  for (const { kind, label, split, evaluation } of cells) {
    send({ kind: 'evaluated', row: { kind, label }, split: split.name, evaluation });
  }
  throwIfCancelled(job.signal);
  writeRecipe(kitchen, run);
  tables.runs.finish(run.id, {
    ...outcome,
    results: cells.map(({ kind, label, split, evaluation }) => ({
      kind,
      label,
      splitId: split.id,
      evaluationId: evaluation.id,
    })),
    seconds: (performance.now() - startedAt) / 1000,
  });
}

async function followRecipe(kitchen: Kitchen, run: Run): Promise<CookOutcome> {
  const { tables, evaluations, request, recipe, options, architecture, job, send } = kitchen;
  const selection =
    request.selection &&
    selectionOracle(
      evaluations,
      architecture,
      request.runtime,
      request.selection,
      (coefficients) => mixtureOf(kitchen, coefficients),
      job,
    );
  // Within a run an ingredient's name says which one it is, in traces as in tables.
  const ingredients = request.ingredients.map(({ name }) => ({ id: name, name }));
  const course = recipe.cook({ ingredients, selection, signal: job.signal }, options);
  for (let ordinal = 0; ; ordinal++) {
    const next = await course.next();
    if (next.done === true) return next.value;
    tables.runs.addStep(run.id, ordinal, next.value);
    send({ kind: 'trace', step: next.value });
  }
}

function mixtureOf({ request }: Kitchen, coefficients: Coefficients): Mixture {
  const { accumulate, dtype } = request;
  const ingredients = request.ingredients.map(({ ingredient: { path, sha256 } }) => ({ path, sha256 }));
  return { ...plainMixture(ingredients, []), groups: coefficients.groups, accumulate, dtype };
}

/** The recipe stands in the database as well; as a file it can be read and replayed without Stockpot's help. */
function writeRecipe({ paths }: Kitchen, run: Run): void {
  const folder = runFolder(paths, run.id);
  withFileErrors(folder, () => mkdirSync(folder, { recursive: true }));
  writeFileAtomically(recipePath(paths, run.id), run.recipeFile);
}
