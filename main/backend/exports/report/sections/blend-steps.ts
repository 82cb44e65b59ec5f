import { type BlendStep, groupInWords, stepsOfBlend } from '../../../../mix/describe-blend.ts';
import { decimal } from '../format.ts';
import { type Markup, markup } from '../markup.ts';
import type { ReportIngredient, ReportSoup } from '../report-data.ts';

/** What a soup that is no plain weighted sum was made by: each mixing with its methods and parameters, by group of tensors. */
export function blendStepTables(soup: ReportSoup, ingredients: readonly ReportIngredient[]): Markup {
  const steps = stepsOfBlend(
    soup.coefficients,
    ingredients.map(({ name }) => name),
  );
  return markup`${steps.map(stepTable)}`;
}

function stepTable({ name, inputs, groups }: BlendStep): Markup {
  const rows = groups.map(
    (group) =>
      markup`<tr><th scope="row">${group.name}</th><td>${groupInWords(group)}</td><td>${group.each.map(
        ({ name: parameter, values }) => markup`<div>${parameter}: ${parts(inputs, values, group.base)}</div>`,
      )}</td></tr>`,
  );
  return markup`<div class="scroll"><table>${name === '' ? undefined : markup`<caption>${name} of ${inputs.join(', ')}</caption>`}
<thead><tr><th scope="col">tensors</th><th scope="col">method</th><th scope="col">by ingredient</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

/** One value where all inputs have the same, each input's own where they differ; the base has none. */
function parts(inputs: readonly string[], values: readonly number[], base: string | null): string {
  const own = inputs.flatMap((input, i) => (input === base ? [] : [{ input, value: values[i] ?? 0 }]));
  const counting = own.filter(({ value }) => value !== 0);
  if (own.length > 1 && new Set(own.map(({ value }) => value)).size === 1) return `${decimal(own[0]!.value)} for all`;
  if (own.length > 1 && counting.length === 1 && counting[0]!.value === 1) return `${counting[0]!.input} alone`;
  return own.map(({ input, value }) => `${input} ${decimal(value)}`).join(', ');
}
