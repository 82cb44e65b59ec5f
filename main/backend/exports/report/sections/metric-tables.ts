import { METRICS } from '../../../../metrics/index.ts';
import type { Metric } from '../../../../metrics/metric.ts';
import { decimal, percent } from '../format.ts';
import { type Markup, markup } from '../markup.ts';
import type { ReportData } from '../report-data.ts';
import { type Subject, subjectsOf } from '../standing.ts';

/** One table for each metric of the registry beside accuracy that anything here has a figure of. */
export function metricTables(data: ReportData): Markup | undefined {
  const subjects = subjectsOf(data);
  const known = METRICS.filter(
    ({ id }) =>
      id !== 'accuracy' && subjects.some((subject) => data.testSets.some(({ name }) => figure(subject, name, id))),
  );
  if (known.length === 0) return undefined;
  return markup`<section><h2>Other metrics</h2>
${known.map((metric) => metricTable(data, subjects, metric))}</section>`;
}

function metricTable(data: ReportData, subjects: readonly Subject[], metric: Metric): Markup {
  const columns = data.testSets.map(({ name }) => name);
  return markup`<details><summary>${metric.label}: the ${metric.better === 'higher' ? 'larger' : 'smaller'} the better</summary>
<p class="caption">${metric.description} ${metric.source}</p>
<div class="scroll"><table class="scores">
<thead><tr><th scope="col">${metric.label}</th>${columns.map((name) => markup`<th class="number" scope="col">${name}</th>`)}</tr></thead>
<tbody>${subjects.map(
    (subject) => markup`<tr class="${subject.kind}"><th scope="row">${subject.name}</th>
${columns.map((name) => {
  const value = figure(subject, name, metric.id);
  const best = value !== undefined && value === bestOf(subjects, name, metric);
  return markup`<td class="number${best ? ' best' : ''}">${value === undefined ? '–' : textOf(value, metric)}</td>`;
})}</tr>`,
  )}</tbody></table></div></details>`;
}

/** undefined where it is not known. */
function figure(subject: Subject, testSet: string, metric: string): number | undefined {
  return subject.scores[testSet]?.metrics[metric] ?? undefined;
}

function bestOf(subjects: readonly Subject[], testSet: string, { id, better }: Metric): number {
  const values = subjects.flatMap((subject) => figure(subject, testSet, id) ?? []);
  return better === 'higher' ? Math.max(...values) : Math.min(...values);
}

function textOf(value: number, { unit }: Metric): string {
  return unit === 'share' ? percent(value) : decimal(value);
}
