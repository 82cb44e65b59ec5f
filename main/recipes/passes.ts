import { isWhole } from './decisive-metric.ts';
import type { TraceStep, TriedScore } from './recipe.ts';

/** Samples that candidates were run on. */
interface ForwardPasses {
  readonly made: number;
  /** Had every candidate been run on all of them. */
  readonly exhaustive: number;
}

/** What a recipe's comparisons of candidates took, from its trace; undefined where it compared none. */
export function passesOf(trace: readonly TraceStep[]): ForwardPasses | undefined {
  // A trial may be told of twice: when it was scored, and when it was decided.
  const scores = new Map<string, TriedScore>();
  for (const step of trace) {
    if (step.kind === 'candidate-scored') scores.set(JSON.stringify([step.round, step.ingredient]), step.score);
    else if (step.kind === 'trial') scores.set(JSON.stringify(['trial', step.round, step.what]), step.score);
  }
  if (scores.size === 0) return undefined;
  const all = [...scores.values()];
  return {
    made: all.reduce((sum, score) => sum + (isWhole(score) ? score.total : score.seen), 0),
    exhaustive: all.reduce((sum, { total }) => sum + total, 0),
  };
}
