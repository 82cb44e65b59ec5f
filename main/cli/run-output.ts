import type { Evaluation } from '../../db/repositories/evaluations.ts';
import type { RunDetails, RunRow } from '../backend/runs/run-details.ts';
import { assertNever } from '../errors.ts';
import { improvement } from '../metrics/improvement.ts';
import type { SelectionScore, TraceStep } from '../recipes/recipe.ts';
import { printable } from './printable.ts';
import { grouped, percent, textTable } from './text-table.ts';

/** A run as machines read it. */
export function runAsJson(details: RunDetails): unknown {
  const { run, project, ingredients, splits, trace, rows, exports } = details;
  return {
    id: run.id,
    project,
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

export function figuresOf({ correct, total, accuracy, loss }: Evaluation): unknown {
  return { correct, total, accuracy, loss: Number.isNaN(loss) ? null : loss };
}

/** Ingredients with their average and best, soup, ensembles; a column for each split that was scored. */
export function runTable({ rows, splits }: RunDetails): string {
  const columns = splits.flatMap((split, index) =>
    rows.some(({ evaluations }) => evaluations[index] !== undefined) ? [{ split, index }] : [],
  );
  const cellsOf = (accuracies: readonly (number | undefined)[]): readonly string[] =>
    accuracies.map((accuracy) => (accuracy === undefined ? '–' : percent(accuracy)));
  const accuracies = (row: RunRow): readonly (number | undefined)[] =>
    columns.map(({ index }) => row.evaluations[index]?.accuracy);
  const ingredients = rows.filter(({ kind }) => kind === 'ingredient');
  const others = rows.filter(({ kind }) => kind !== 'ingredient');
  const standings = columns.map(({ index }) =>
    improvement(
      0,
      ingredients.map((row) => row.evaluations[index]?.accuracy ?? Number.NaN),
    ),
  );
  return textTable(
    [{ title: '', align: 'left' }, ...columns.map(({ split }) => ({ title: split.name, align: 'right' as const }))],
    [
      ...ingredients.map((row) => [row.label, ...cellsOf(accuracies(row))]),
      null,
      ['average ingredient', ...cellsOf(standings.map(({ average }) => average))],
      ['best ingredient', ...cellsOf(standings.map(({ best }) => best))],
      null,
      ...others.map((row) => [row.label, ...cellsOf(accuracies(row))]),
    ],
  );
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
    case 'stopped':
      return `stopped: ${step.reason}`;
    default:
      return assertNever(step);
  }
}

function describeScore({ accuracy, correct, total }: SelectionScore): string {
  return `${percent(accuracy)} (${grouped(correct)} of ${grouped(total)})`;
}
