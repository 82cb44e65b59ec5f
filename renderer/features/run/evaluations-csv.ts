import type { RunEvaluations } from '../../../preload/contract/reports.ts';

const HEADS = ['subject', 'kind', 'split', 'role', 'correct', 'total', 'accuracy', 'low', 'high', 'cross_entropy'];

/** One line per subject and split (RFC 4180); shares as fractions, full precision. */
export function evaluationsCsv({ splits, rows }: RunEvaluations): string {
  const lines = rows.flatMap(({ kind, label, scores }) =>
    scores.flatMap((score, column) => {
      if (score === null) return [];
      const { name, role } = splits[column]!;
      const { correct, total, accuracy, interval, loss } = score;
      return [[label, kind, name, role, correct, total, accuracy, interval.low, interval.high, loss ?? '']];
    }),
  );
  return [HEADS, ...lines].map((cells) => `${cells.map(field).join(',')}\r\n`).join('');
}

function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
