import { wilsonInterval } from '../../../../metrics/interval.ts';
import { count, decimal, percent, percentNumber } from '../format.ts';
import { type Markup, markup } from '../markup.ts';
import type { ReportData, ReportScore } from '../report-data.ts';
import { accuracy, ingredientAccuracies, mean, meanAccuracy, ofKind, type Subject, subjectsOf } from '../standing.ts';

/** Rows: ingredients, their average and best, soups, ensembles. Columns: selection, test sets, mean over the shifted ones. */
export function scoresTable(data: ReportData): Markup {
  const subjects = subjectsOf(data);
  const ingredients = subjects.filter((one) => one.kind === 'ingredient');
  const others = subjects.filter((one) => one.kind !== 'ingredient');
  return markup`<div class="scroll"><table class="scores">
${head(data)}
<tbody>
${ingredients.map((subject) => subjectRow(data, subject, subjects))}
${summaryRow(data, 'average', 'Average ingredient', (values) => mean(values))}
${summaryRow(data, 'best', 'Best ingredient on each set', (values) => (values.length === 0 ? undefined : Math.max(...values)))}
${others.map((subject) => subjectRow(data, subject, subjects))}
</tbody></table></div>`;
}

/** Names, and below them how many images each set has. */
function head(data: ReportData): Markup {
  const columns = [
    ...(data.selection === undefined ? [] : [{ ...data.selection, description: 'held out; recipes looked at it' }]),
    ...data.testSets,
  ];
  const overShifted = ofKind(data, 'shifted').length > 1;
  return markup`<thead><tr><th scope="col">accuracy, %</th>
${columns.map((set) => markup`<th class="number" scope="col" title="${set.description}">${set.name}</th>`)}
${overShifted ? markup`<th class="number" scope="col">mean of shifted</th>` : undefined}</tr>
<tr class="sizes"><td>images</td>${columns.map((set) => markup`<td class="number">${count(set.sampleCount)}</td>`)}${overShifted ? markup`<td></td>` : undefined}</tr></thead>`;
}

function subjectRow(data: ReportData, subject: Subject, subjects: readonly Subject[]): Markup {
  const shifted = ofKind(data, 'shifted');
  const shiftedMean = meanAccuracy(subject, shifted);
  return markup`<tr class="${subject.kind}"><th scope="row">${subject.name}</th>
${data.selection === undefined ? undefined : cell(subject.selectionScore, false)}
${data.testSets.map((set) => cell(subject.scores[set.name], isBest(subject, subjects, set.name)))}
${shifted.length > 1 ? markup`<td class="number">${shiftedMean === undefined ? '–' : percentNumber(shiftedMean)}</td>` : undefined}</tr>`;
}

function cell(score: ReportScore | undefined, best: boolean): Markup {
  if (score === undefined) return markup`<td class="number">–</td>`;
  const { low, high } = wilsonInterval(score.correct, score.total);
  const title = `${count(score.correct)} of ${count(score.total)}; 95 % interval ${percent(low)} to ${percent(high)}; cross-entropy ${decimal(score.loss)}`;
  return markup`<td class="number${best ? ' best' : ''}" title="${title}">${percentNumber(accuracy(score))}</td>`;
}

function isBest(subject: Subject, subjects: readonly Subject[], testSet: string): boolean {
  const own = subject.scores[testSet];
  return own !== undefined && subjects.every((other) => (other.scores[testSet]?.correct ?? -1) <= own.correct);
}

function summaryRow(
  data: ReportData,
  kind: 'average' | 'best',
  name: string,
  summary: (values: readonly number[]) => number | undefined,
): Markup {
  const shifted = ofKind(data, 'shifted');
  const ofSelection = data.ingredients.flatMap(({ selectionScore }) =>
    selectionScore === undefined ? [] : [accuracy(selectionScore)],
  );
  const shiftedMeans = data.ingredients.map((one) => meanAccuracy(one, shifted)).filter((value) => value !== undefined);
  const values = [
    ...(data.selection === undefined ? [] : [summary(ofSelection)]),
    ...data.testSets.map((set) => summary(ingredientAccuracies(data, set.name))),
    ...(shifted.length > 1 ? [summary(shiftedMeans)] : []),
  ];
  return markup`<tr class="derived${kind === 'average' ? ' rule' : ''}"><th scope="row">${name}</th>
${values.map((value) => markup`<td class="number">${value === undefined ? '–' : percentNumber(value)}</td>`)}</tr>`;
}
