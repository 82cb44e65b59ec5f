export const ENSEMBLES = [
  { kind: 'logits', combine: 'mean-logits', label: 'mean logits' },
  { kind: 'probabilities', combine: 'mean-probabilities', label: 'mean probabilities' },
] as const;

/** `greedy, run 4`: short, and tells two runs of one recipe apart. */
export function soupName({ recipe, id }: { readonly recipe: string; readonly id: number }): string {
  return `${recipe}, run ${id}`;
}

export function ensembleName(size: number, label: string): string {
  return `ensemble of ${size}, ${label}`;
}

/** By the run alone, so that its colour stays when others are cooked. */
export function ensembleOrdinal(runId: number, kind: string): number {
  return 2 * (runId - 1) + ENSEMBLES.findIndex((ensemble) => ensemble.kind === kind);
}
