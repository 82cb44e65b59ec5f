import type { Metric } from '../../../preload/contract/metrics.ts';
import type { RunEvaluations } from '../../../preload/contract/reports.ts';
import { figureOf } from '../../lib/metric-format.ts';

const HEADS = ['subject', 'kind', 'split', 'role', 'correct', 'total', 'low', 'high'];

/** One line per subject and split (RFC 4180), a column per metric; shares as fractions, full precision. Low and high are of the accuracy. */
export function evaluationsCsv({ splits, rows }: RunEvaluations, metrics: readonly Pick<Metric, 'id'>[]): string {
  const ids = metrics.map(({ id }) => id);
  const lines = rows.flatMap(({ kind, label, scores }) =>
    scores.flatMap((score, column) => {
      if (score === null) return [];
      const { name, role } = splits[column]!;
      const { correct, total, interval } = score;
      const figures = ids.map((id) => figureOf(score, id) ?? '');
      return [[label, kind, name, role, correct, total, interval.low, interval.high, ...figures]];
    }),
  );
  return [[...HEADS, ...ids], ...lines].map((cells) => `${cells.map(field).join(',')}\r\n`).join('');
}

function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
