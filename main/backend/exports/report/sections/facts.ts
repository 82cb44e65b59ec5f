import { count, duration } from '../format.ts';
import { type Markup, markup } from '../markup.ts';
import type { ReportData, ReportIngredient } from '../report-data.ts';

export function definitionList(
  entries: readonly { readonly label: string; readonly value: string | Markup }[],
): Markup {
  return markup`<dl>${entries.map(({ label, value }) => markup`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`;
}

export function architectureFacts(data: ReportData): Markup {
  const { architecture } = data;
  return definitionList([
    { label: 'Architecture', value: `${architecture.name}, ${count(architecture.parameterCount)} parameters` },
    { label: 'Graph, SHA-256', value: markup`<code>${architecture.graphHash}</code>` },
    ...data.testSets.map((set) => ({ label: set.name, value: `${set.description} (${count(set.sampleCount)})` })),
    { label: 'Time', value: duration(data.run.seconds) },
    ...data.environment,
  ]);
}

/** Hyper-parameters side by side: a column for every label that any ingredient has. */
export function ingredientsTable(ingredients: readonly ReportIngredient[]): Markup {
  const labels = [...new Set(ingredients.flatMap((one) => one.facts.map((fact) => fact.label)))];
  return markup`<div class="scroll"><table>
<thead><tr><th scope="col">ingredient</th>${labels.map((label) => markup`<th scope="col">${label}</th>`)}</tr></thead>
<tbody>${ingredients.map(
    (one) => markup`<tr><th scope="row">${one.name}</th>
${labels.map((label) => markup`<td>${one.facts.find((fact) => fact.label === label)?.value ?? '–'}</td>`)}</tr>`,
  )}</tbody></table></div>
<h3>Files</h3>
<div class="scroll"><table><thead><tr><th scope="col">ingredient</th><th scope="col">file and SHA-256</th></tr></thead>
<tbody>${ingredients.map(
    (one) => markup`<tr><th scope="row">${one.name}</th><td>${one.file}<br><code>${one.sha256}</code></td></tr>`,
  )}</tbody></table></div>`;
}
