import type {
  Coefficients,
  CookOutcome,
  Recipe,
  SelectionOracle,
  SelectionScore,
  TraceStep,
} from '../../main/recipes/recipe.ts';

/** Scores plain averages from a table: the number of correct predictions by the set of ingredients, as bits. */
export function oracleOf(correctBySubset: readonly number[], total: number): SelectionOracle {
  const score = (coefficients: Coefficients): SelectionScore => {
    const [group] = coefficients.groups;
    const subset = group!.weights.reduce((bits, weight, i) => (weight === 0 ? bits : bits | (1 << i)), 0);
    const correct = correctBySubset[subset]!;
    return { correct, total, accuracy: correct / total, loss: 0 };
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
  const steps = recipe.cook({ ingredients, selection, signal }, options);
  const trace: TraceStep[] = [];
  for (;;) {
    const step = await steps.next();
    if (step.done === true) return { trace, outcome: step.value };
    trace.push(step.value);
  }
}
