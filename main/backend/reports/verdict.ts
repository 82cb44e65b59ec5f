import type { StoredSplit } from '../../../db/repositories/datasets.ts';
import type { PredictionFiles } from '../../../db/repositories/prediction-files.ts';
import type { DataSource } from '../../data/source.ts';
import { compareBy, judge, type MetricComparison } from '../../metrics/compare.ts';
import type { Metric } from '../../metrics/metric.ts';
import type { Predictions } from '../../metrics/predictions.ts';
import { combinationOf } from '../evaluations/combinations.ts';
import { KeptPredictions } from '../evaluations/kept-predictions.ts';
import { bestIngredient } from '../runs/best-ingredient.ts';
import type { RunDetails, RunRow } from '../runs/run-details.ts';
import type { WorkspacePaths } from '../workspace.ts';

interface SoupComparison {
  readonly rival: string;
  readonly split: string;
  readonly isClean: boolean;
  readonly total: number;
  readonly onlySoup: number;
  readonly onlyRival: number;
  readonly difference: number;
  readonly interval: { readonly low: number; readonly high: number };
  readonly pValue: number;
  readonly verdict: 'better' | 'worse' | 'undecided';
}

export interface Verdict {
  readonly soup: string;
  /** By what all of it is measured. */
  readonly metric: string;
  readonly bestIngredient: string;
  readonly chosenOn: 'selection' | 'test';
  readonly isBestIngredient: boolean;
  readonly comparisons: readonly SoupComparison[];
}

export interface VerdictRoom {
  readonly files: PredictionFiles;
  readonly paths: Pick<WorkspacePaths, 'predictions' | 'splits'>;
}

/**
 * A finished run's soup against its best ingredient and its ensembles on every test set, sample by sample, from kept predictions:
 * no forward pass, no engine. null where the run is not finished or scored no test set.
 */
export function verdictOn(room: VerdictRoom, details: RunDetails): Verdict | null {
  const { run, rows, splits } = details;
  const soup = rows.find(({ kind }) => kind === 'soup');
  const tests = splits.flatMap((split, column) => (split.role === 'test' ? [{ split, column }] : []));
  if (run.status !== 'done' || soup === undefined || tests.length === 0) return null;
  const best = bestIngredient(details);
  const { metric } = best;
  const ingredient = rows.find(({ kind, label }) => kind === 'ingredient' && label === best.name);
  const ensembles = rows.filter(({ kind }) => combinationOf(kind) !== undefined);
  const rivals = [ingredient, ...ensembles].filter((row) => row !== undefined);
  const read = reader(room, details);
  const ours = new Map(tests.map(({ column }) => [column, read(soup, column)]));
  return {
    soup: soup.label,
    metric: metric.id,
    bestIngredient: best.name,
    chosenOn: best.chosenOn,
    isBestIngredient:
      ingredient !== undefined &&
      tests.every(({ column }) => ingredient.evaluations[column]?.subjectId === soup.evaluations[column]?.subjectId),
    comparisons: rivals.flatMap((rival) =>
      tests.flatMap(({ split, column }) => {
        const [first, second] = [ours.get(column), read(rival, column)];
        const result = first && second && compareBy(metric, first, second, run.seed);
        return result === undefined ? [] : [described(rival.label, split, { metric, result })];
      }),
    ),
  };
}

type Read = (row: RunRow, column: number) => Predictions | undefined;

/** Undefined where a row was not measured or a file is gone. */
function reader({ files, paths }: VerdictRoom, { rows }: RunDetails): Read {
  const kept = new KeptPredictions(files, paths);
  const members = rows.filter(({ kind }) => kind === 'ingredient');
  return (row, column) => {
    const combine = combinationOf(row.kind);
    const measured = (combine === undefined ? [row] : members).map(({ evaluations }) => evaluations[column]);
    const known = measured.filter((evaluation) => evaluation !== undefined);
    if (known.length === 0 || known.length !== measured.length) return undefined;
    return combine === undefined ? kept.of(known[0]!) : kept.ensemble(combine, known);
  };
}

function described(
  rival: string,
  split: StoredSplit,
  { metric, result }: { readonly metric: Metric; readonly result: MetricComparison },
): SoupComparison {
  const { total, onlyFirst, onlySecond, difference, interval, pValue } = result;
  return {
    rival,
    split: split.name,
    isClean: (split.source as DataSource).corruption === undefined,
    total,
    onlySoup: onlyFirst,
    onlyRival: onlySecond,
    difference,
    interval: { low: interval.low, high: interval.high },
    pValue,
    verdict: judge(metric, result),
  };
}
