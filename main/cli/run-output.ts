import type { Evaluation } from '../../db/repositories/evaluations.ts';
import { bestIngredient } from '../backend/runs/best-ingredient.ts';
import type { RunDetails, RunRow } from '../backend/runs/run-details.ts';
import { assertNever } from '../errors.ts';
import { findMetric, METRICS } from '../metrics/index.ts';
import type { Metric } from '../metrics/metric.ts';
import { isWhole } from '../recipes/decisive-metric.ts';
import { passesOf } from '../recipes/passes.ts';
import type { TraceStep, TriedScore } from '../recipes/recipe.ts';
import { printable } from './printable.ts';
import { grouped, percent, textTable } from './text-table.ts';

/** A run as machines read it. */
export function runAsJson(details: RunDetails): unknown {
  const { run, project, metric, ingredients, splits, trace, rows, exports } = details;
  return {
    id: run.id,
    project,
    metric: metric.id,
    bestIngredient: bestIngredient(details).name,
    recipe: run.recipe,
    options: run.options,
    status: run.status,
    attempts: run.attempts,
    summary: run.summary,
    used: run.used,
    coefficients: run.coefficients,
    runtime: run.runtimeIdentity,
    seed: run.seed,
    createdAt: run.createdAt,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    seconds: run.seconds,
    error: run.error,
    ingredients: ingredients.map(({ name, ingredient: { path, sha256 } }) => ({ name, path, sha256 })),
    splits: splits.map(({ role, name, key, sampleCount }) => ({ role, name, key, sampleCount })),
    trace,
    forwardPasses: passesOf(trace) ?? null,
    rows: rows.map((row) => ({ kind: row.kind, label: row.label, scores: scoresOf(row, splits) })),
    exports: exports.map(({ path, format, dtype, sha256 }) => ({ path, format, dtype, sha256 })),
  };
}

function scoresOf({ evaluations }: RunRow, splits: RunDetails['splits']): unknown {
  return Object.fromEntries(
    evaluations.flatMap((evaluation, i) =>
      evaluation === undefined ? [] : [[splits[i]!.name, figuresOf(evaluation)] as const],
    ),
  );
}

/** Scores as machines read them; metrics that are not known are left out. */
export function figuresOf({ correct, total, accuracy, loss, metrics }: Evaluation): unknown {
  return { correct, total, accuracy, loss: Number.isNaN(loss) ? null : loss, metrics };
}

/** A score by a metric in a table of text. */
export function scoreText({ metrics }: Pick<Evaluation, 'metrics'>, { id, unit }: Metric): string {
  const value = metrics[id];
  if (value === undefined) return '–';
  if (value === null) return 'none';
  return unit === 'share' ? percent(value) : value.toFixed(4);
}

/**
 * Ingredients with their average and the best one, soup, ensembles; a column for each split that was scored. The best ingredient is
 * the one that one would have taken without a soup: the same on every split.
 */
export function runTable(details: RunDetails): string {
  const { rows, splits } = details;
  const best = bestIngredient(details).name;
  const columns = splits.flatMap((split, index) =>
    rows.some(({ evaluations }) => evaluations[index] !== undefined) ? [{ split, index }] : [],
  );
  const cellsOf = (accuracies: readonly (number | undefined)[]): readonly string[] =>
    accuracies.map((accuracy) => (accuracy === undefined ? '–' : percent(accuracy)));
  const accuracies = (row: RunRow): readonly (number | undefined)[] =>
    columns.map(({ index }) => row.evaluations[index]?.accuracy);
  const ingredients = rows.filter(({ kind }) => kind === 'ingredient');
  const others = rows.filter(({ kind }) => kind !== 'ingredient');
  const average = columns.map(({ index }) => {
    const known = ingredients.map((row) => row.evaluations[index]?.accuracy ?? Number.NaN);
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  });
  const chosen = ingredients.find(({ label }) => label === best);
  return textTable(
    [{ title: '', align: 'left' }, ...columns.map(({ split }) => ({ title: split.name, align: 'right' as const }))],
    [
      ...ingredients.map((row) => [row.label, ...cellsOf(accuracies(row))]),
      null,
      ['average ingredient', ...cellsOf(average)],
      ...(chosen === undefined ? [] : [[`best ingredient (${best})`, ...cellsOf(accuracies(chosen))]]),
      null,
      ...others.map((row) => [row.label, ...cellsOf(accuracies(row))]),
    ],
  );
}

/** Every metric of a run's subjects on one of its splits, the first test set where there is one. */
export function metricTable({ rows, splits }: RunDetails): string | undefined {
  const scored = splits.flatMap(({ role, name }, index) =>
    role === 'train' || rows.every(({ evaluations }) => evaluations[index] === undefined)
      ? []
      : [{ role, name, index }],
  );
  const shown = scored.find(({ role }) => role === 'test') ?? scored[0];
  if (shown === undefined) return undefined;
  return textTable(
    [{ title: shown.name, align: 'left' }, ...METRICS.map(({ label }) => ({ title: label, align: 'right' as const }))],
    rows.map(({ label, evaluations }) => {
      const evaluation = evaluations[shown.index];
      return [label, ...METRICS.map((metric) => (evaluation === undefined ? '–' : scoreText(evaluation, metric)))];
    }),
  );
}

/** What was saved by giving candidates up that could no longer win; undefined where none was. */
export function describeSaving(trace: readonly TraceStep[]): string | undefined {
  const passes = passesOf(trace);
  if (passes === undefined || passes.made === passes.exhaustive) return undefined;
  const { made, exhaustive } = passes;
  return `${grouped(made)} of ${grouped(exhaustive)} forward passes of candidates were enough to choose as all of them would (${percent(made / exhaustive)})`;
}

/** A step of a recipe as a line of text. */
export function describeStep(step: TraceStep): string {
  switch (step.kind) {
    case 'ingredient-scored':
      return `${printable(step.ingredient)}: ${describeScore(step.score)}`;
    case 'started':
      return `start with ${printable(step.ingredient)}: ${describeScore(step.score)}`;
    case 'candidate-scored':
      return `round ${step.round}, with ${printable(step.ingredient)}: ${describeScore(step.score)}`;
    case 'accepted':
      return `round ${step.round}: added ${printable(step.ingredient)}, ${describeScore(step.score)}`;
    case 'rejected':
      return `round ${step.round}: left out ${printable(step.ingredient)}, ${describeScore(step.score)}`;
    case 'trial': {
      const round = step.round === 0 ? 'at first' : `round ${step.round}`;
      const fate = step.fate === 'tried' ? '' : `, ${step.fate}`;
      return `${round}, ${printable(step.what)}: ${describeScore(step.score)}${fate}`;
    }
    case 'epoch': {
      const score = step.score === undefined ? '' : `, ${describeScore(step.score)}`;
      return `epoch ${step.epoch} of ${step.of}: loss ${decimals(step.loss)}${score}${step.best ? ', best so far' : ''}`;
    }
    case 'remark':
      return `note: ${printable(step.text)}`;
    case 'stopped':
      return `stopped: ${step.reason}`;
    default:
      return assertNever(step);
  }
}

/** Kept traces have null for what was no number. */
function decimals(value: number | null): string {
  return value === null || Number.isNaN(value) ? 'none' : value.toFixed(4);
}

function describeScore(score: TriedScore): string {
  if (!isWhole(score)) {
    const [seen, total, atMost] = [score.seen, score.total, score.atMost].map(grouped);
    return `stopped after ${seen} of ${total}, at most ${atMost} correct`;
  }
  const { accuracy, correct, total, decisive } = score;
  const share = `${percent(accuracy)} (${grouped(correct)} of ${grouped(total)})`;
  if (decisive === undefined) return share;
  const metric = findMetric(decisive.metric);
  return `${metric.phrase} ${scoreText({ metrics: { [metric.id]: decisive.value } }, metric)}, ${share}`;
}
