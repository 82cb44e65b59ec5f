import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredSplit } from '../../../db/repositories/datasets.ts';
import type { PredictionFiles } from '../../../db/repositories/prediction-files.ts';
import { LABELS_FILE } from '../../data/prepared-folder.ts';
import type { DataSource } from '../../data/source.ts';
import { withFileErrors } from '../../files/file-errors.ts';
import { correctness } from '../../metrics/classification.ts';
import { type EnsembleKind, ensembleLogits } from '../../metrics/ensemble.ts';
import { comparePaired, type PairedComparison } from '../../metrics/paired.ts';
import { bestOf } from '../runs/gather-report.ts';
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
  readonly bestIngredient: string;
  readonly chosenOn: 'selection' | 'test';
  readonly isBestIngredient: boolean;
  readonly comparisons: readonly SoupComparison[];
}

export interface VerdictRoom {
  readonly files: PredictionFiles;
  readonly paths: Pick<WorkspacePaths, 'predictions' | 'splits'>;
}

const COMBINATIONS: Readonly<Partial<Record<RunRow['kind'], EnsembleKind>>> = {
  'ensemble-logits': 'mean-logits',
  'ensemble-probabilities': 'mean-probabilities',
};

/**
 * A finished run's soup against its best ingredient and its ensembles on every test set, sample by sample, from kept predictions:
 * no forward pass, no engine. null where the run is not finished or scored no test set.
 */
export function verdictOn(room: VerdictRoom, details: RunDetails): Verdict | null {
  const { run, rows, splits } = details;
  const soup = rows.find(({ kind }) => kind === 'soup');
  const tests = splits.flatMap((split, column) => (split.role === 'test' ? [{ split, column }] : []));
  if (run.status !== 'done' || soup === undefined || tests.length === 0) return null;
  const best = bestOf(details);
  const ingredient = rows.find(({ kind, label }) => kind === 'ingredient' && label === best);
  const ensembles = rows.filter(({ kind }) => COMBINATIONS[kind] !== undefined);
  const rivals = [ingredient, ...ensembles].filter((row) => row !== undefined);
  const hits = hitReader(room, details);
  const ours = new Map(tests.map(({ split, column }) => [column, hits(soup, split, column)]));
  return {
    soup: soup.label,
    bestIngredient: best,
    chosenOn: splits.some(({ role }) => role === 'selection') ? 'selection' : 'test',
    isBestIngredient:
      ingredient !== undefined &&
      tests.every(({ column }) => ingredient.evaluations[column]?.subjectId === soup.evaluations[column]?.subjectId),
    comparisons: rivals.flatMap((rival) =>
      tests.flatMap(({ split, column }) => {
        const [first, second] = [ours.get(column), hits(rival, split, column)];
        if (first === undefined || second === undefined) return [];
        return [described(rival.label, split, comparePaired(first, second, run.seed))];
      }),
    ),
  };
}

type Hits = (row: RunRow, split: StoredSplit, column: number) => Uint8Array | undefined;

/** Which samples a row gets right; labels are read once a split, undefined where a file is gone. */
function hitReader({ files, paths }: VerdictRoom, { rows }: RunDetails): Hits {
  const labels = new Map<string, Int32Array | undefined>();
  const labelsOf = ({ key }: StoredSplit): Int32Array | undefined => {
    if (!labels.has(key)) {
      const bytes = bytesOf(join(paths.splits, key, LABELS_FILE));
      labels.set(key, bytes && new Int32Array(bytes));
    }
    return labels.get(key);
  };
  const stored = (row: RunRow, column: number): Float32Array | undefined => {
    const evaluation = row.evaluations[column];
    const file = evaluation && files.of(evaluation);
    const bytes = file === undefined ? undefined : bytesOf(join(paths.predictions, file));
    return bytes && new Float32Array(bytes);
  };
  const members = rows.filter(({ kind }) => kind === 'ingredient');
  const logitsOf = (row: RunRow, { classCount }: StoredSplit, column: number): Float32Array | undefined => {
    const combine = COMBINATIONS[row.kind];
    if (combine === undefined) return stored(row, column);
    const logits = members.map((member) => stored(member, column)).filter((part) => part !== undefined);
    return logits.length === members.length ? ensembleLogits(combine, logits, classCount) : undefined;
  };
  return (row, split, column) => {
    const [logits, truth] = [logitsOf(row, split, column), labelsOf(split)];
    return logits === undefined || truth === undefined ? undefined : correctness(logits, truth);
  };
}

function described(rival: string, split: StoredSplit, result: PairedComparison): SoupComparison {
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
    verdict: judged(result),
  };
}

/** Whether a difference is more than chance would explain, both by the test and by the interval. */
function judged({ pValue, interval, difference }: PairedComparison): SoupComparison['verdict'] {
  if (pValue >= 0.05 || (interval.low <= 0 && interval.high >= 0)) return 'undecided';
  return difference > 0 ? 'better' : 'worse';
}

/** In memory of their own; the numbers in them are little-endian, as on every processor that Stockpot runs on. */
function bytesOf(path: string): ArrayBuffer | undefined {
  if (!existsSync(path)) return undefined;
  return Uint8Array.from(withFileErrors(path, () => readFileSync(path))).buffer;
}
