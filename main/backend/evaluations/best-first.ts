import type { AcceptanceRule } from '../../recipes/recipe.ts';

/** How many samples a first heat goes over for each one that the incumbent gets wrong. */
const SAMPLES_PER_MISS = 4;
/** The first heat has at least this many samples, and every later one is a multiple of it long. */
const LEAST_HEAT = 50;

/** A stretch of samples that a candidate is to be run on. */
export interface Heat {
  readonly candidate: number;
  /** Places in the order of samples. */
  readonly from: number;
  readonly to: number;
  /** It may end as soon as it has missed more than this. */
  readonly mayMiss?: number | undefined;
}

/** Runs heats, side by side where it can, and says of each how many samples it went over and how many were predicted rightly. */
export type RunHeats = (heats: readonly Heat[]) => Promise<readonly Placing[]>;

export interface RaceTrack {
  readonly candidates: number;
  readonly samples: number;
  readonly incumbentCorrect: number;
  readonly rule: AcceptanceRule;
  /** The longest heat. */
  readonly longestHeat: number;
}

/** Samples that a candidate was run on, and how many of them it was right about. */
export interface Placing {
  readonly seen: number;
  readonly correct: number;
}

interface RaceResult {
  readonly winner: number | undefined;
  readonly placings: readonly Placing[];
}

/**
 * Finds the candidate with the most correct predictions, the earlier one of equals, if it has as many as the rule asks for, running as
 * few samples as it can tell: best-first search (Dechter & Pearl, "Generalized best-first search strategies and the optimality of A*",
 * JACM 1985) with hits so far + samples not seen as the bound. First every candidate runs until it has lost to the incumbent or for
 * as many samples as show most misses, in samples' order that has the hard ones first; then always the one that could come to the
 * most goes on, until one of them is at its end.
 *
 * Which heats are run depends on the predictions alone: not on how many engines there are, how fast they are or what is known already.
 */
export async function bestFirst(track: RaceTrack, run: RunHeats): Promise<RaceResult> {
  const { candidates, samples, incumbentCorrect, rule } = track;
  const placings: Placing[] = Array.from({ length: candidates }, () => ({ seen: 0, correct: 0 }));
  const mayMiss = samples - incumbentCorrect - (rule === 'better' ? 1 : 0);
  // Nothing is better than an incumbent that is always right.
  if (mayMiss < 0) return { winner: undefined, placings };
  const advance = async (heats: readonly Heat[]): Promise<void> => {
    const results = await run(heats);
    for (const [k, { candidate }] of heats.entries()) {
      const { seen, correct } = placings[candidate]!;
      placings[candidate] = { seen: seen + results[k]!.seen, correct: correct + results[k]!.correct };
    }
  };
  const first = Math.min(samples, track.longestHeat, firstHeat(samples - incumbentCorrect));
  await advance(placings.map((_, candidate) => ({ candidate, from: 0, to: first, mayMiss })));
  for (;;) {
    const leader = leaderOf(placings, mayMiss);
    if (leader === undefined) return { winner: undefined, placings };
    const { seen } = placings[leader]!;
    if (seen === samples) return { winner: leader, placings };
    const length = Math.min(samples - seen, track.longestHeat, seen);
    await advance([{ candidate: leader, from: seen, to: seen + length }]);
  }
}

function firstHeat(incumbentMissed: number): number {
  return Math.max(1, Math.ceil((SAMPLES_PER_MISS * incumbentMissed) / LEAST_HEAT)) * LEAST_HEAT;
}

/** Of those that can still win, the one that could come to the most correct predictions; the earlier one of equals. */
function leaderOf(placings: readonly Placing[], mayMiss: number): number | undefined {
  let leader: number | undefined;
  let fewest = mayMiss + 1;
  for (const [candidate, { seen, correct }] of placings.entries()) {
    if (seen - correct >= fewest) continue;
    fewest = seen - correct;
    leader = candidate;
  }
  return leader;
}
