import { px } from '../charts/frame.ts';
import { decimal } from '../format.ts';
import { type Markup, markup } from '../markup.ts';
import type { ReportIngredient, ReportSoup } from '../report-data.ts';

const TRACK = 200;

/** The weight of each ingredient in each group of tensors, with a bar to compare them by eye. */
export function coefficientsTable(soup: ReportSoup, ingredients: readonly ReportIngredient[]): Markup {
  const { groups } = soup.coefficients;
  const largest = Math.max(...groups.flatMap((group) => group.weights.map(Math.abs)), 1e-12);
  const single = groups.length === 1;
  const rows = groups.flatMap((group) =>
    ingredients.map((ingredient, i) => {
      const weight = group.weights[i] ?? 0;
      return markup`<tr>${single ? undefined : markup`<td>${group.name}</td>`}<th scope="row">${ingredient.name}</th>
<td class="number">${decimal(weight)}</td><td class="weight-bar">${bar(weight, largest)}</td></tr>`;
    }),
  );
  return markup`<div class="scroll"><table>
<thead><tr>${single ? undefined : markup`<th scope="col">tensors</th>`}<th scope="col">ingredient</th><th class="number" scope="col">weight</th><th scope="col"></th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function bar(weight: number, largest: number): Markup {
  const width = px((TRACK * Math.abs(weight)) / largest);
  return markup`<svg viewBox="0 0 ${TRACK} 12" aria-hidden="true" preserveAspectRatio="none"><rect class="weight-track" y="4" width="${TRACK}" height="4"/><rect class="weight${weight < 0 ? ' negative' : ''}" y="2" width="${width}" height="8"/></svg>`;
}
