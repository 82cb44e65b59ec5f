import { type Granularity, type LayerGroup, namedLayerGroups } from '../../main/architectures/layer-groups.ts';
import type {
  Coefficients,
  CookOutcome,
  Larder,
  MeasuredScore,
  Recipe,
  SelectionOracle,
  TraceStep,
  WeightFacts,
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
  return oracleBy(score, total);
}

/** Losers of a race are told with nothing known of them, so that whoever needs more than the choice is found out. */
function oracleBy(score: (coefficients: Coefficients) => MeasuredScore, total: number): SelectionOracle {
  return {
    score: async (coefficients) => score(coefficients),
    scoreAll: async (candidates) => candidates.map(score),
    async race({ candidates, incumbent, rule }) {
      const scores = candidates.map(score);
      const best = scores.reduce((index, { correct }, i) => (correct > scores[index]!.correct ? i : index), 0);
      const present = score(incumbent).correct;
      const accepted = rule === 'better' ? scores[best]!.correct > present : scores[best]!.correct >= present;
      const winner = accepted ? best : undefined;
      return { winner, scores: scores.map((each, i) => (i === winner ? each : { seen: 0, total, atMost: total })) };
    },
  };
}

/** Scores mixtures by computing them; the loss is a figure like others. */
export function scoringOracle(
  total: number,
  figuresOf: (coefficients: Coefficients) => Pick<MeasuredScore, 'correct' | 'loss' | 'figures'>,
): SelectionOracle {
  const score = (coefficients: Coefficients): MeasuredScore => {
    const found = figuresOf(coefficients);
    return { total, accuracy: found.correct / total, ...found };
  };
  return oracleBy(score, total);
}

/** Of recipes that read no weights. */
export const NO_WEIGHTS: WeightFacts = {
  families: async (models) => [models.map((_, i) => i)],
  changeProducts: async () => new Map(),
};

interface LarderFacts {
  readonly tensors?: readonly string[];
  /** Groups by granularity; others are told from the names. */
  readonly groups?: Partial<Record<Granularity, readonly LayerGroup[]>>;
}

/** Ingredients of these names, without a selection split. */
export function larderOf(names: readonly string[], { tensors = ['w', 'b'], groups = {} }: LarderFacts = {}): Larder {
  return {
    ingredients: names.map((name) => ({ id: name, name })),
    tensors,
    hasSelection: false,
    learnsFrom: [],
    layerGroups: (granularity) => groups[granularity] ?? namedLayerGroups(tensors, granularity) ?? [],
  };
}

/** Cooks with what a larder has and collects what the recipe told on the way. */
export async function cookIn<Options>(
  recipe: Recipe<Options>,
  options: Options,
  larder: Larder,
  selection?: SelectionOracle,
  signal: AbortSignal = new AbortController().signal,
): Promise<{ readonly trace: readonly TraceStep[]; readonly outcome: CookOutcome }> {
  const context = {
    ...larder,
    hasSelection: selection !== undefined,
    selection,
    slopes: undefined,
    kept: { read: () => undefined, write: () => {} },
    seed: 0,
    aligner: { align: async () => [] },
    weights: NO_WEIGHTS,
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

/** The same with ingredients `i0`, `i1`, … */
export function cook<Options>(
  recipe: Recipe<Options>,
  options: Options,
  count: number,
  selection?: SelectionOracle,
  signal?: AbortSignal,
): ReturnType<typeof cookIn> {
  const ingredients = Array.from({ length: count }, (_, i) => ({ id: `i${i}`, name: `Ingredient ${i}` }));
  return cookIn(recipe, options, { ...larderOf([]), ingredients }, selection, signal);
}
