import { z } from 'zod';
import { type DecisiveMetric, isWhole } from './decisive-metric.ts';
import type { AcceptanceRule, Coefficients, MeasuredScore, SelectionOracle, TriedScore } from './recipe.ts';

/** An option of recipes that hold candidates against each other. */
export const exhaustiveOption = z
  .boolean()
  .default(false)
  .describe(
    'Score every candidate on every sample, though it can no longer win. The choice is the same either way; only figures of the losers are won by it, at several times the forward passes',
  );

interface Contest {
  /** In the order that decides between equals. */
  readonly candidates: readonly Coefficients[];
  /** What there is if none of them is taken, and its score. */
  readonly incumbent: Coefficients;
  readonly present: MeasuredScore;
  readonly rule: AcceptanceRule;
  readonly metric: DecisiveMetric;
  /** The recipe's option `exhaustive`. */
  readonly exhaustive: boolean;
}

interface ContestOutcome {
  /** The candidate that takes the incumbent's place, by its index, and its score; undefined where none does. */
  readonly winner: { readonly index: number; readonly score: MeasuredScore } | undefined;
  /** One for each candidate, for the trace. */
  readonly told: readonly TriedScore[];
}

/**
 * Lets candidates compete for the place of an incumbent: the best by the metric wins if the rule accepts it; ties go to the earlier.
 * By accuracy they race: a candidate is given up as soon as it can no longer win, which never changes the choice, and then its score
 * in the trace is a partial one. Any other metric needs them all in whole.
 *
 * For a recipe that compares candidates: score what it starts from with `selection.score`, then hold one contest for each decision,
 * with the candidates of a round as the list, or a single one where each is decided by itself.
 */
export async function contest(
  selection: SelectionOracle,
  { candidates, incumbent, present, rule, metric, exhaustive }: Contest,
): Promise<ContestOutcome> {
  if (metric.isAccuracy && !exhaustive) {
    const { winner, scores } = await selection.race({ candidates, incumbent, rule });
    const told = scores.map((score) => metric.told(score));
    const score = winner === undefined ? undefined : scores[winner]!;
    if (score === undefined) return { winner: undefined, told };
    if (!isWhole(score)) throw new RangeError('A race has to run its winner to the end');
    return { winner: { index: winner!, score }, told };
  }
  const scores = await selection.scoreAll(candidates);
  const told = scores.map((score) => metric.told(score));
  const merits = scores.map((score) => metric.merit(score));
  // The first of the largest.
  const index = merits.indexOf(Math.max(...merits));
  const needed = metric.merit(present);
  const accepted = index !== -1 && (rule === 'better' ? merits[index]! > needed : merits[index]! >= needed);
  return { winner: accepted ? { index, score: scores[index]! } : undefined, told };
}
