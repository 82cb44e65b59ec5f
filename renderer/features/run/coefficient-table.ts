/** One weight per ingredient and group of tensors. */
export interface CoefficientTable {
  readonly ingredients: readonly string[];
  readonly groups: readonly { readonly group: string; readonly weights: readonly number[] }[];
}

/** How strongly a cell is coloured, 0 … 1, by its weight's size among all; and whether it takes away. */
export function shadeOf(
  weight: number,
  { groups }: CoefficientTable,
): { readonly share: number; readonly negative: boolean } {
  const largest = Math.max(...groups.flatMap(({ weights }) => weights.map(Math.abs)), 0);
  return { share: largest === 0 ? 0 : Math.abs(weight) / largest, negative: weight < 0 };
}

/** `all` is the group that a recipe without groups has: every tensor. */
export function groupLabel(group: string): string {
  return group === 'all' ? 'all tensors' : group;
}

export function formatWeight(weight: number): string {
  if (weight === 0) return '0';
  return weight.toLocaleString('en', { maximumSignificantDigits: 4 });
}
