import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type RunReplay, runReplay } from '../../../preload/contract/reports.ts';
import type { EnginePool } from '../../engine/pool.ts';
import { StockpotError, throwIfCancelled } from '../../errors.ts';
import { writeFileAtomically } from '../../files/atomic-file.ts';
import { withFileErrors } from '../../files/file-errors.ts';
import { groupInWords, stepsOfBlend, weightGroups } from '../../mix/describe-blend.ts';
import type { Coefficients, TraceStep } from '../../recipes/recipe.ts';
import type { EvaluationService } from '../evaluations/service.ts';
import type { WorkspacePaths } from '../workspace.ts';
import type { StatisticsEstimator } from './batch-norm.ts';
import type { CookRequest } from './cook-request.ts';
import { type Course, followCourse, planCourse } from './course.ts';
import { stateInMemory } from './kept-state.ts';
import { type CookPlan, planRecipe } from './plan-cooking.ts';
import { parseRecipeFile } from './recipe-file.ts';
import { coefficientsOf, type RunDetails, type RunTables } from './run-details.ts';
import { optionsAsCooked } from './run-key.ts';
import { recipePath, runFolder } from './run-recipe.ts';
import type { TableCell } from './score-table.ts';

/** How a run came out when it was computed once more. */
export type Replay = RunReplay;

interface ReplayRoom {
  readonly tables: RunTables;
  readonly paths: WorkspacePaths;
  readonly engines: EnginePool;
  readonly afresh: (folder: string) => EvaluationService;
  readonly statisticsIn: (folder: string) => StatisticsEstimator;
}

/** So many differences are told one by one. */
const MOST_TOLD = 20;

/**
 * The run's own recipe file, read as `cook` would.
 * @throws StockpotError `runs/unfinished`, `recipe-file/…`, as `planRecipe`
 */
export function planReplay(details: RunDetails, paths: WorkspacePaths): Promise<CookPlan> {
  coefficientsOf(details);
  const { run, project } = details;
  return planRecipe({ ...parseRecipeFile(run.recipeFile, recipePath(paths, run.id)), project });
}

/** Computes the run again, with none of its kept predictions, compares every figure, and keeps the outcome with the run. */
export async function replayRun(
  { paths, engines, afresh, statisticsIn }: ReplayRoom,
  details: RunDetails,
  request: CookRequest,
  job: Course['job'],
): Promise<Replay> {
  const { run, trace } = details;
  const folder = join(dirname(paths.predictions), `replay-${run.id}`);
  rmSync(folder, { recursive: true, force: true });
  withFileErrors(folder, () => mkdirSync(folder, { recursive: true }));
  try {
    const startedAt = performance.now();
    const steps: TraceStep[] = [];
    let runtime: string | null = null;
    const asCooked = { ...request, options: optionsAsCooked(request.recipe, request.options) };
    const kitchen = { evaluations: afresh(folder), engines, statistics: statisticsIn(folder) };
    const { outcome, cells } = await followCourse(planCourse(kitchen, asCooked, job), {
      kept: stateInMemory(),
      onRuntime(identity) {
        runtime = identity;
      },
      onStep: (step) => void steps.push(step),
      onOutcome: () => {},
    });
    throwIfCancelled(job.signal);
    const replay: Replay = {
      at: new Date().toISOString(),
      seconds: (performance.now() - startedAt) / 1000,
      runtime: { before: run.runtimeIdentity, now: runtime },
      steps: { total: trace.length, same: isDeepStrictEqual(steps, trace) },
      coefficients: compareWeights(details, outcome.coefficients),
      scores: compareScores(details, cells),
    };
    keepReplay(paths, run.id, replay);
    return replay;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compareWeights({ run, ingredients }: RunDetails, now: Coefficients): Replay['coefficients'] {
  const before = run.coefficients ?? { groups: [] };
  const names = [...new Set([...before.groups, ...now.groups].map(({ name }) => name))];
  if (weightGroups(before) === undefined || weightGroups(now) === undefined) {
    return tally(
      parametersOf(
        before,
        now,
        ingredients.map(({ name }) => name),
      ),
    );
  }
  const weightIn = ({ groups }: Coefficients, group: string, row: number): number | null =>
    groups.find(({ name }) => name === group)?.weights[row] ?? null;
  const pairs = names.flatMap((group) =>
    ingredients.map(({ name }, row) => ({
      what: names.length === 1 ? name : `${name}, ${group}`,
      before: weightIn(before, group, row),
      now: weightIn(now, group, row),
    })),
  );
  return tally(pairs);
}

/** Every number that the two blends are made with; what is a word counts as the same or not. */
function parametersOf(before: Coefficients, now: Coefficients, ingredients: readonly string[]): readonly Figure[] {
  const [old, fresh] = [before, now].map((blend) => new Map(figuresOf(blend, ingredients)));
  return [...new Set([...old!.keys(), ...fresh!.keys()])].map((what) => ({
    what,
    before: old!.get(what) ?? null,
    now: fresh!.get(what) ?? null,
  }));
}

function figuresOf(blend: Coefficients, ingredients: readonly string[]): readonly (readonly [string, number])[] {
  return stepsOfBlend(blend, ingredients).flatMap(({ name, inputs, groups }) =>
    groups.flatMap((group) => {
      const place = [name, group.name].filter((part) => part !== '').join(', ');
      return [
        [`${place}: ${groupInWords(group)}`, 1] as const,
        ...group.each.flatMap(({ name: parameter, values }) =>
          values.map((value, i) => [`${place}: ${parameter} of ${inputs[i]}`, value] as const),
        ),
      ];
    }),
  );
}

function compareScores({ rows, splits }: RunDetails, cells: readonly TableCell[]): Replay['scores'] {
  const keyOf = (kind: string, label: string, splitKey: string): string => JSON.stringify([kind, label, splitKey]);
  const fresh = new Map(
    cells.map(({ kind, label, split, evaluation }) => [keyOf(kind, label, split.ref.key), evaluation]),
  );
  const pairs = rows.flatMap(({ kind, label, evaluations }) =>
    evaluations.flatMap((before, column) => {
      if (before === undefined) return [];
      const { key, name } = splits[column]!;
      const now = fresh.get(keyOf(kind, label, key));
      return [
        { what: `${label} on ${name}, correct`, before: before.correct, now: now?.correct ?? null },
        { what: `${label} on ${name}, cross-entropy`, before: before.loss, now: now?.loss ?? null },
      ];
    }),
  );
  return tally(pairs);
}

interface Figure {
  readonly what: string;
  readonly before: number | null;
  readonly now: number | null;
}

/** Equal means every bit, so that a diverged loss equals itself. */
function tally(figures: readonly Figure[]): Replay['scores'] {
  const differing = figures.filter(({ before, now }) => !Object.is(before, now));
  return {
    total: figures.length,
    differing: differing.length,
    differences: differing
      .slice(0, MOST_TOLD)
      .map(({ what, before, now }) => ({ what, before: told(before), now: told(now) })),
  };
}

/** JSON has no word for what is no number. */
function told(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : value;
}

function replayPath(paths: WorkspacePaths, runId: number): string {
  return join(runFolder(paths, runId), 'replay.json');
}

function keepReplay(paths: WorkspacePaths, runId: number, replay: Replay): void {
  const path = replayPath(paths, runId);
  withFileErrors(path, () => mkdirSync(dirname(path), { recursive: true }));
  writeFileAtomically(path, `${JSON.stringify(replay, undefined, 2)}\n`);
}

/** @throws StockpotError `runs/bad-replay` when its file was changed by hand */
export function readReplay(paths: WorkspacePaths, runId: number): Replay | undefined {
  const path = replayPath(paths, runId);
  if (!existsSync(path)) return undefined;
  const text = withFileErrors(path, () => readFileSync(path, 'utf8'));
  try {
    return runReplay.parse(JSON.parse(text));
  } catch (thrown) {
    throw new StockpotError({
      code: 'runs/bad-replay',
      what: 'What is kept of the last replay cannot be read',
      where: path,
      details: [thrown instanceof Error ? thrown.message : String(thrown)],
      remedy: 'Replay the run again: the file is written anew.',
    });
  }
}
