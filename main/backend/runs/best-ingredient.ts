import { DEFAULT_METRIC } from '../../metrics/index.ts';
import type { Metric } from '../../metrics/metric.ts';
import type { RunDetails } from './run-details.ts';

/** The ingredient of a run that one would have taken without a soup. */
export interface BestIngredient {
  readonly name: string;
  /** By which it is the best: the project's or, where no ingredient's score by that is known, accuracy. */
  readonly metric: Metric;
  /** `test` only where the run has no selection split. */
  readonly chosenOn: 'selection' | 'test';
}

/**
 * The best one on the selection split, on the first test set where there is none; ties: the earlier. It is what every lead,
 * standing and verdict is over: one could have known it before the test.
 */
export function bestIngredient(details: RunDetails): BestIngredient {
  const rows = details.rows.filter(({ kind }) => kind === 'ingredient');
  const selection = details.splits.findIndex(({ role }) => role === 'selection');
  const column = selection === -1 ? details.splits.findIndex(({ role }) => role === 'test') : selection;
  const scoresBy = ({ id, better }: Metric): readonly number[] =>
    rows.map(({ evaluations }) => {
      const value = evaluations[column]?.metrics[id] ?? null;
      return value === null ? Number.NEGATIVE_INFINITY : better === 'higher' ? value : -value;
    });
  const own = scoresBy(details.metric);
  const metric = own.some(Number.isFinite) ? details.metric : DEFAULT_METRIC;
  const scores = metric === details.metric ? own : scoresBy(metric);
  return {
    name: rows[scores.indexOf(Math.max(...scores))]?.label ?? details.ingredients[0]!.name,
    metric,
    chosenOn: selection === -1 ? 'test' : 'selection',
  };
}
