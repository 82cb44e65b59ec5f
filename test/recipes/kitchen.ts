import type {
  Coefficients,
  CookOutcome,
  MeasuredScore,
  Recipe,
  SelectionOracle,
  TraceStep,
} from '../../main/recipes/recipe.ts';

/**
 * Scores plain averages from a table: the number of correct predictions by the set of ingredients, as bits; of other metrics their
 * values.
 */
export function oracleOf(
  correctBySubset: readonly number[],
  total: number,
  figures: Readonly<Record<string, readonly (number | null)[]>> = {},
): SelectionOracle {
  const score = (coefficients: Coefficients): MeasuredScore => {
    const [group] = coefficients.groups;
    const subset = group!.weights.reduce((bits, weight, i) => (weight === 0 ? bits : bits | (1 << i)), 0);
    const correct = correctBySubset[subset]!;
    const own = Object.entries(figures).map(([metric, bySubset]) => [metric, bySubset[subset]!] as const);
    return { correct, total, accuracy: correct / total, loss: 0, figures: Object.fromEntries(own) };
  };
  return {
    score: async (coefficients) => score(coefficients),
    scoreAll: async (candidates) => candidates.map(score),
  };
}

/** Cooks with ingredients `i0`, `i1`, … and collects what the recipe told on the way. */
export async function cook<Options>(
  recipe: Recipe<Options>,
  options: Options,
  count: number,
  selection?: SelectionOracle,
  signal: AbortSignal = new AbortController().signal,
): Promise<{ readonly trace: readonly TraceStep[]; readonly outcome: CookOutcome }> {
  const ingredients = Array.from({ length: count }, (_, i) => ({ id: `i${i}`, name: `Ingredient ${i}` }));
  const context = {
    ingredients,
    tensors: ['w', 'b'],
    hasSelection: selection !== undefined,
    selection,
    seed: 0,
    aligner: { align: async () => [] },
    signal,
  };
  const steps = recipe.cook(context, options);
  const trace: TraceStep[] = [];
  for (;;) {
    const step = await steps.next();
    if (step.done === true) return { trace, outcome: step.value };
    trace.push(step.value);
  }
}
