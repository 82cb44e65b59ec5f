import type { BlendStep } from '../../../preload/contract/runs.ts';
import type { HeatmapData } from '../../charts/chart-data.ts';

/**
 * Parameters of a method that differ among ingredients or groups of tensors, each as a heatmap: ingredients down, groups across. What
 * is the same everywhere is said in a word elsewhere.
 */
export function parameterCharts({ inputs, groups, name }: BlendStep): readonly HeatmapData[] {
  const methods = [...new Set(groups.flatMap(({ method }) => method ?? []))];
  return methods.flatMap((method) => {
    const own = groups.filter((group) => group.method === method);
    const parameters = [...new Set(own.flatMap(({ each }) => each.map((one) => one.name)))];
    // A base that all groups share has no parameters of its own.
    const rows = inputs.flatMap((input, place) => (own.every(({ base }) => base === input) ? [] : [{ input, place }]));
    return parameters.flatMap((parameter): readonly HeatmapData[] => {
      const values = rows.map(({ input, place }) =>
        own.map(({ base, each }) =>
          base === input ? null : (each.find((one) => one.name === parameter)?.values[place] ?? null),
        ),
      );
      const known = values.flat().filter((value) => value !== null);
      if (new Set(known).size <= 1) return [];
      return [
        {
          title: `${labelOf(parameter)} by ingredient, ${method}${name === '' ? '' : `, ${name}`}`,
          kind: 'heatmap',
          x: { title: 'Tensors' },
          y: { title: 'Ingredient' },
          value: { title: labelOf(parameter), format: '.4~g' },
          columns: own.map((group) => (group.name === 'all' ? 'all tensors' : group.name)),
          rows: rows.map(({ input }) => input),
          values,
          diverging: known.some((value) => value < 0),
        },
      ];
    });
  });
}

/** What a group says of a parameter: one value where all inputs have the same, each input's own where they differ. */
export function parameterInWords(
  inputs: readonly string[],
  values: readonly number[],
  base: string | null,
  format: (value: number) => string,
): string {
  const own = inputs.flatMap((input, i) => (input === base ? [] : [{ input, value: values[i] ?? 0 }]));
  const [first] = own;
  if (first === undefined) return '';
  if (own.length > 1 && own.every(({ value }) => value === first.value)) return `${format(first.value)} for all`;
  const counting = own.filter(({ value }) => value !== 0);
  if (counting.length === 1 && counting[0]!.value === 1 && own.length > 1) return `${counting[0]!.input} alone`;
  return own.map(({ input, value }) => `${input} ${format(value)}`).join(', ');
}

/** `weight` → `Weight`. */
function labelOf(parameter: string): string {
  const words = parameter.replace(/_/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
