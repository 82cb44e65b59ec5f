import { mkdirSync } from 'node:fs';
import type { Run } from '../../../db/repositories/runs.ts';
import type { EnginePool } from '../../engine/pool.ts';
import { factsOf, throwIfCancelled } from '../../errors.ts';
import { writeFileAtomically } from '../../files/atomic-file.ts';
import { withFileErrors } from '../../files/file-errors.ts';
import type { Progress } from '../../progress.ts';
import type { EvaluationService } from '../evaluations/service.ts';
import type { WorkspacePaths } from '../workspace.ts';
import type { StatisticsEstimator } from './batch-norm.ts';
import type { CookEvent, CookRequest } from './cook-request.ts';
import { type Course, followCourse, planCourse } from './course.ts';
import { type RunState, runState } from './kept-state.ts';
import { type RunDetails, type RunTables, runDetails } from './run-details.ts';
import { runKey, splitsOf } from './run-key.ts';
import { recipePath, recipeTextOf, runFolder } from './run-recipe.ts';

export interface CookRoom {
  readonly tables: RunTables;
  readonly evaluations: EvaluationService;
  readonly engines: EnginePool;
  readonly paths: WorkspacePaths;
  readonly statistics: StatisticsEstimator;
}

/** A request with everything looked up that its parts need. */
interface Kitchen extends CookRoom, Course {
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
  const job = { signal, onProgress: (progress: Progress) => send({ kind: 'progress', progress }) };
  const course = planCourse(room, request, job);
  throwIfCancelled(signal);
  const kitchen: Kitchen = { ...room, ...course, send };
  const { run, state } = runFor(kitchen);
  send({ kind: 'run', runId: run.id, resumed: state === 'resumed' });
  if (state !== 'finished') await attempt(kitchen, run);
  return runDetails(room.tables, run.id);
}

/** The run that this request is: one that did not finish, one that did where that is wanted, or a new one. */
function runFor(kitchen: Kitchen): { readonly run: Run; readonly state: 'new' | 'resumed' | 'finished' } {
  const { tables, request, options, paths } = kitchen;
  const { projectId } = request;
  const key = runKey(request, options, kitchen.architecture.graphHash);
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

async function attempt(kitchen: Kitchen, run: Run): Promise<void> {
  const { runs } = kitchen.tables;
  const kept = runState(kitchen.paths, run.id);
  try {
    await perform(kitchen, run, kept);
    kept.drop();
  } catch (thrown) {
    kept.flush();
    const facts = factsOf(thrown);
    runs.stop(run.id, facts.kind === 'cancelled' ? 'cancelled' : 'failed', facts);
    throw thrown;
  }
}

async function perform(kitchen: Kitchen, run: Run, kept: RunState): Promise<void> {
  const { tables, job, send } = kitchen;
  const startedAt = performance.now();
  tables.runs.start(run.id);
  const { outcome, cells } = await followCourse(kitchen, {
    kept,
    onRuntime: (identity) => tables.runs.setRuntime(run.id, identity),
    onStep(step, ordinal) {
      tables.runs.addStep(run.id, ordinal, step);
      send({ kind: 'trace', step });
    },
    onOutcome: (reached) => send({ kind: 'soup', outcome: reached }),
  });
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

/** The recipe stands in the database as well; as a file it can be read and replayed without Stockpot's help. */
function writeRecipe({ paths }: Kitchen, run: Run): void {
  const folder = runFolder(paths, run.id);
  withFileErrors(folder, () => mkdirSync(folder, { recursive: true }));
  writeFileAtomically(recipePath(paths, run.id), run.recipeFile);
}
