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

/** Hyper-parameters side by side: a column for each in which ingredients differ, one sentence for those they share. */
export function ingredientsTable(ingredients: readonly ReportIngredient[]): Markup {
  const labels = [...new Set(ingredients.flatMap((one) => one.facts.map((fact) => fact.label)))];
  const factOf = (one: ReportIngredient, label: string): string =>
    one.facts.find((fact) => fact.label === label)?.value ?? '–';
  const isShared = (label: string): boolean => new Set(ingredients.map((one) => factOf(one, label))).size === 1;
  const shared = labels.filter(isShared).map((label) => `${inWords(label)} ${factOf(ingredients[0]!, label)}`);
  const columns = labels.filter((label) => !isShared(label));
  return markup`${columns.length === 0 ? undefined : differences(ingredients, columns, factOf)}
${shared.length === 0 ? undefined : markup`<p class="caption">The same for all: ${shared.join(', ')}.</p>`}
<h3>Files</h3>
<div class="scroll"><table><thead><tr><th scope="col">ingredient</th><th scope="col">file and SHA-256</th></tr></thead>
<tbody>${ingredients.map(
    (one) => markup`<tr><th scope="row">${one.name}</th><td>${one.file}<br><code>${one.sha256}</code></td></tr>`,
  )}</tbody></table></div>`;
}

function differences(
  ingredients: readonly ReportIngredient[],
  columns: readonly string[],
  factOf: (one: ReportIngredient, label: string) => string,
): Markup {
  const heads = columns.map((label) => markup`<th scope="col">${inWords(label)}</th>`);
  const rows = ingredients.map(
    (one) => markup`<tr><th scope="row">${one.name}</th>
${columns.map((label) => markup`<td>${factOf(one, label)}</td>`)}</tr>`,
  );
  return markup`<div class="scroll"><table>
<thead><tr><th scope="col">ingredient</th>${heads}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

/** `learningRate` → `learning rate` */
function inWords(label: string): string {
  return label.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
