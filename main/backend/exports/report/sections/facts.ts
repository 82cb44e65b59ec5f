import { count, duration } from '../format.ts';
import { compareHyperparameters, type Hyperparameters } from '../hyperparameters.ts';
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
  const { differing, shared } = compareHyperparameters(ingredients);
  const files = ingredients.map(
    (one) => markup`<tr><th scope="row">${one.name}</th><td>${one.file}<br><code>${one.sha256}</code></td></tr>`,
  );
  return markup`${differing.length === 0 ? undefined : differences(ingredients, differing)}
${shared.length === 0 ? undefined : markup`<p class="caption">The same for all: ${shared.map(({ label, value }) => `${label} ${value}`).join(', ')}.</p>`}
<h3>Files</h3>
<div class="scroll"><table><thead><tr><th scope="col">ingredient</th><th scope="col">file and SHA-256</th></tr></thead>
<tbody>${files}</tbody></table></div>`;
}

function differences(ingredients: readonly ReportIngredient[], differing: Hyperparameters['differing']): Markup {
  const heads = differing.map(({ label }) => markup`<th scope="col">${label}</th>`);
  const rows = ingredients.map(
    (one, i) => markup`<tr><th scope="row">${one.name}</th>
${differing.map(({ values }) => markup`<td>${values[i]}</td>`)}</tr>`,
  );
  return markup`<div class="scroll"><table>
<thead><tr><th scope="col">ingredient</th>${heads}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}
