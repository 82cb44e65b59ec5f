import type { JobTraceStep, TriedScore } from '../../../preload/contract/jobs.ts';

/** Everything of a trace that was scored, by what became of it. */
interface ScoredStep {
  readonly ordinal: number;
  /** Of ingredients `taken`, `left out` or still `candidate`; of other trials `kept`, `dropped` or merely `tried`. */
  readonly fate: 'alone' | 'taken' | 'left out' | 'candidate' | 'kept' | 'dropped' | 'tried';
  /** An ingredient, or what else was tried. */
  readonly what: string;
  /** In whole, or as far as a candidate went that was given up. */
  readonly score: TriedScore;
}

/**
 * Numbers the scores of a trace in the order in which they were computed. A candidate appears once, as what was decided of it;
 * until that is known it is merely tried.
 */
export function scoredSteps(trace: readonly JobTraceStep[]): readonly ScoredStep[] {
  const steps: ScoredStep[] = [];
  const open = new Map<string, number>();
  const decide = (key: string, fate: ScoredStep['fate'], what: string, score: TriedScore): void => {
    const at = open.get(key) ?? steps.length;
    steps[at] = { ordinal: at + 1, fate, what, score };
    open.set(key, at);
  };
  for (const step of trace) {
    switch (step.kind) {
      case 'ingredient-scored':
        steps.push({ ordinal: steps.length + 1, fate: 'alone', what: step.ingredient, score: step.score });
        break;
      case 'candidate-scored':
      case 'accepted':
      case 'rejected':
        decide(`${step.round} ${step.ingredient}`, INGREDIENT_FATES[step.kind], step.ingredient, step.score);
        break;
      case 'trial':
        decide(`trial ${step.round} ${step.what}`, step.fate, step.what, step.score);
        break;
      case 'started':
      case 'epoch':
      case 'remark':
      case 'stopped':
        break;
    }
  }
  return steps;
}

const INGREDIENT_FATES = { 'candidate-scored': 'candidate', accepted: 'taken', rejected: 'left out' } as const;

/** What is told of a trace line by line: what was decided of a candidate stands for the candidate. */
export function toldSteps(trace: readonly JobTraceStep[]): readonly JobTraceStep[] {
  const decided = new Set(
    trace.flatMap((step) => (step.kind === 'trial' && step.fate !== 'tried' ? [`${step.round} ${step.what}`] : [])),
  );
  return trace.filter(
    (step) =>
      step.kind !== 'candidate-scored' &&
      (step.kind !== 'trial' || step.fate !== 'tried' || !decided.has(`${step.round} ${step.what}`)),
  );
}
