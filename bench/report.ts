import { cpus, release, totalmem, type } from 'node:os';
import type { BenchReport, BenchTable } from './bench.ts';

/** The report as a page for people, with what is needed to judge and repeat it. */
export function describeReport(report: BenchReport, command: string, date: Date): string {
  const parts = [
    `# ${report.title}`,
    `${date.toISOString().slice(0, 10)}, \`${command}\``,
    `${machine()}`,
    ...report.tables.map(describeTable),
  ];
  if (report.targets.length > 0) {
    parts.push(
      describeTable({
        title: 'Targets',
        columns: ['', 'measured', 'at most', ''],
        rows: report.targets.map(({ name, measured, limit, unit }) => [
          name,
          `${round(measured)} ${unit}`,
          `${round(limit)} ${unit}`,
          measured <= limit ? 'met' : 'missed',
        ]),
      }),
    );
  }
  if (report.notes.length > 0) parts.push(report.notes.map((note) => `- ${note}`).join('\n'));
  return `${parts.join('\n\n')}\n`;
}

/** Three significant digits. */
export function round(value: number): string {
  if (value === 0) return '0';
  if (Math.abs(value) < 1e-3) return value.toExponential(2);
  return String(Number(value.toPrecision(3)));
}

function describeTable({ title, columns, rows }: BenchTable): string {
  const cells = [columns, ...rows];
  const widths = columns.map((_, i) => Math.max(3, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, i) => (i === 0 ? (row[i] ?? '').padEnd(width) : (row[i] ?? '').padStart(width))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [`## ${title}`, '', line(columns), rule, ...rows.map(line)].join('\n');
}

function machine(): string {
  const [first] = cpus();
  const memory = (totalmem() / 1e9).toFixed(0);
  const model = first === undefined || first.model === 'unknown' ? process.arch : first.model.trim();
  return `${cpus().length} × ${model}, ${memory} GB, ${type()} ${release()}, Node ${process.versions.node}`;
}
