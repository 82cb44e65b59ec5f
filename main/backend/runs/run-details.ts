import type { DatasetRepository, StoredSplit } from '../../../db/repositories/datasets.ts';
import type { Evaluation, EvaluationRepository } from '../../../db/repositories/evaluations.ts';
import type { ExportedFile, ExportRepository } from '../../../db/repositories/exports.ts';
import type { Ingredient, IngredientRepository } from '../../../db/repositories/ingredients.ts';
import type { ProjectRepository } from '../../../db/repositories/projects.ts';
import type { ResultKind, Run, RunRepository } from '../../../db/repositories/runs.ts';
import type { Architecture } from '../../architectures/architecture.ts';
import { StockpotError } from '../../errors.ts';
import { DEFAULT_METRIC, METRICS } from '../../metrics/index.ts';
import type { Metric } from '../../metrics/metric.ts';
import type { Mixture } from '../../mix/mixture.ts';
import type { Coefficients, TraceStep } from '../../recipes/recipe.ts';
import type { Subject } from '../evaluations/subject.ts';
import { makesEnsemble, mixtureOf, outcomeSubject } from './outcome.ts';

interface RunIngredientDetails {
  readonly name: string;
  readonly ingredient: Ingredient;
}

/** A row of a run's table: a subject, and its evaluation on each of the run's splits. */
export interface RunRow {
  readonly kind: ResultKind;
  readonly label: string;
  /** In the order of `RunDetails.splits`; undefined where it was not evaluated (the train split). */
  readonly evaluations: readonly (Evaluation | undefined)[];
}

/** All that is known of a run. */
export interface RunDetails {
  readonly run: Run;
  readonly project: string;
  /** Of the project: what decides which ingredient is the best one, and by what the soup is compared with it. */
  readonly metric: Metric;
  readonly ingredients: readonly RunIngredientDetails[];
  /** Train, selection, then the test sets. */
  readonly splits: readonly StoredSplit[];
  readonly trace: readonly TraceStep[];
  readonly rows: readonly RunRow[];
  readonly exports: readonly ExportedFile[];
}

export interface RunTables {
  readonly projects: ProjectRepository;
  readonly ingredients: IngredientRepository;
  readonly datasets: DatasetRepository;
  readonly evaluations: EvaluationRepository;
  readonly runs: RunRepository;
  readonly exports: ExportRepository;
}

/** What a run was given. @throws StockpotError `runs/unknown` */
export function runWithIngredients(tables: RunTables, id: number): Pick<RunDetails, 'run' | 'ingredients'> {
  const run = tables.runs.byId(id);
  if (run === undefined) {
    throw new StockpotError({
      code: 'runs/unknown',
      what: 'There is no such run in this workspace',
      where: `run ${id}`,
      remedy: 'stockpot runs lists them.',
    });
  }
  const ingredients = tables.runs
    .ingredients(id)
    .map(({ name, ingredientId }) => ({ name, ingredient: tables.ingredients.byId(ingredientId)! }));
  return { run, ingredients };
}

/** @throws StockpotError `runs/unknown` */
export function runDetails(tables: RunTables, id: number): RunDetails {
  const { run, ingredients } = runWithIngredients(tables, id);
  const splits = tables.runs.splitIds(id).map((splitId) => tables.datasets.splitById(splitId)!);
  const project = tables.projects.byId(run.projectId)!;
  return {
    run,
    project: project.name,
    metric: METRICS.find((metric) => metric.id === project.metric) ?? DEFAULT_METRIC,
    ingredients,
    splits,
    trace: tables.runs.steps(id),
    rows: rowsOf(tables, id, splits),
    exports: tables.exports.ofRun(id),
  };
}

function rowsOf(tables: RunTables, id: number, splits: readonly StoredSplit[]): readonly RunRow[] {
  const byRow = Map.groupBy(tables.runs.results(id), ({ kind, label }) => JSON.stringify([kind, label]));
  return [...byRow.values()].map((results) => ({
    kind: results[0]!.kind,
    label: results[0]!.label,
    evaluations: splits.map((split) => {
      const result = results.find(({ splitId }) => splitId === split.id);
      return result === undefined ? undefined : tables.evaluations.byId(result.evaluationId);
    }),
  }));
}

/**
 * What a finished run came to.
 * @throws StockpotError `runs/unfinished`
 */
export function coefficientsOf({ run }: Pick<RunDetails, 'run'>): Coefficients {
  if (run.coefficients !== null) return run.coefficients;
  throw new StockpotError({
    code: 'runs/unfinished',
    what: `The run is ${run.status}; it has no soup yet`,
    where: `run ${run.id}`,
    remedy: 'Cook its recipe again: it continues from what is done.',
  });
}

/**
 * The single model that a finished run came to.
 * @throws StockpotError `runs/unfinished`, `runs/no-single-model`
 */
export function soupOf(details: Pick<RunDetails, 'run' | 'ingredients'>): Mixture {
  const { run, ingredients } = details;
  const coefficients = coefficientsOf(details);
  if (makesEnsemble(run.recipe)) {
    throw new StockpotError({
      code: 'runs/no-single-model',
      what: 'The run mixes what its ingredients say, not their weights: there is no single model that could be written',
      where: `run ${run.id}`,
      remedy: `Cook the recipe weighted with the weights that it learned: [${coefficients.groups[0]!.weights.join(', ')}]. That is a model, and another one: it need not score the same.`,
    });
  }
  return mixtureOf({ ...run, ingredients }, coefficients);
}

/**
 * The same as something that can be evaluated, whatever it is.
 * @throws StockpotError `runs/unfinished`
 */
export function outcomeOf(details: Pick<RunDetails, 'run' | 'ingredients'>, architecture: Architecture): Subject {
  const { run, ingredients } = details;
  return outcomeSubject(architecture, { ...run, ingredients }, coefficientsOf(details));
}
