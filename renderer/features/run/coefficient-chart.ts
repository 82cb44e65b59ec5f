import type { HeatmapData } from '../../charts/chart-data.ts';

/** One weight per ingredient and group of tensors. */
export interface CoefficientTable {
  readonly ingredients: readonly string[];
  readonly groups: readonly { readonly group: string; readonly weights: readonly number[] }[];
}

/** The soup's weights: ingredients down, groups of tensors across; where some take away, both sides of zero are told apart. */
export function coefficientChart({ ingredients, groups }: CoefficientTable): HeatmapData {
  return {
    title: 'Weight of each ingredient',
    kind: 'heatmap',
    x: { title: 'Tensors' },
    y: { title: 'Ingredient' },
    value: { title: 'Weight', format: '.4~g' },
    columns: groups.map(({ group }) => groupLabel(group)),
    rows: ingredients,
    values: ingredients.map((_, row) => groups.map(({ weights }) => weights[row] ?? 0)),
    diverging: groups.some(({ weights }) => weights.some((weight) => weight < 0)),
  };
}

/** `all` is the group that a recipe without groups has: every tensor. */
function groupLabel(group: string): string {
  return group === 'all' ? 'all tensors' : group;
}
