import type { JobTraceStep } from '../../../preload/contract/jobs.ts';
import type { ChartData, Series } from '../../charts/chart-data.ts';

/** Everything of a trace that was scored, by what became of it. */
interface ScoredStep {
  readonly ordinal: number;
  readonly fate: 'alone' | 'taken' | 'left out' | 'tried';
  readonly ingredient: string;
  readonly accuracy: number;
  readonly total: number;
}

/**
 * Numbers the scores of a trace in the order in which they were computed. A candidate appears once, as what was decided of it;
 * until that is known it is merely tried.
 */
export function scoredSteps(trace: readonly JobTraceStep[]): readonly ScoredStep[] {
  const steps: ScoredStep[] = [];
  const open = new Map<string, number>();
  for (const step of trace) {
    switch (step.kind) {
      case 'ingredient-scored':
        steps.push(stepOf(steps.length, 'alone', step));
        break;
      case 'candidate-scored':
        open.set(`${step.round} ${step.ingredient}`, steps.length);
        steps.push(stepOf(steps.length, 'tried', step));
        break;
      case 'accepted':
      case 'rejected': {
        const at = open.get(`${step.round} ${step.ingredient}`) ?? steps.length;
        steps[at] = stepOf(at, step.kind === 'accepted' ? 'taken' : 'left out', step);
        break;
      }
      case 'started':
      case 'stopped':
        break;
    }
  }
  return steps;
}

function stepOf(
  index: number,
  fate: ScoredStep['fate'],
  { ingredient, score }: Extract<JobTraceStep, { readonly score: unknown }>,
): ScoredStep {
  return { ordinal: index + 1, fate, ingredient, accuracy: score.accuracy, total: score.total };
}

const FATES = [
  { fate: 'alone', label: 'ingredient alone', kind: 'ingredient', ordinal: 0, mark: 'circle' },
  { fate: 'taken', label: 'added to the soup', kind: 'soup', ordinal: 0, mark: 'star' },
  { fate: 'left out', label: 'tried and left out', kind: 'other', ordinal: 7, mark: 'x' },
  { fate: 'tried', label: 'being tried', kind: 'other', ordinal: 4, mark: 'circle-open' },
] as const;

/** The highest accuracy up to each step. */
function bestSoFar(steps: readonly ScoredStep[]): Series {
  let best = 0;
  const points = steps.map(({ ordinal, accuracy, total }) => {
    best = Math.max(best, accuracy);
    return { x: ordinal, y: 100 * best, n: total };
  });
  return { subject: { kind: 'other', label: 'best so far', ordinal: 2 }, points, drawn: 'steps' };
}

/** Accuracy on the selection split, step by step. undefined where the recipe scored nothing. */
export function traceChart(trace: readonly JobTraceStep[]): ChartData | undefined {
  const steps = scoredSteps(trace);
  if (steps.length === 0) return undefined;
  const tried = FATES.flatMap(({ fate, label, kind, ordinal, mark }): readonly Series[] => {
    const points = steps
      .filter((step) => step.fate === fate)
      .map((step) => ({ x: step.ordinal, y: 100 * step.accuracy, n: step.total, note: step.ingredient }));
    return points.length === 0 ? [] : [{ subject: { kind, label, ordinal }, points, mark }];
  });
  return {
    title: 'What was tried',
    kind: 'scatter',
    x: { title: 'Step' },
    y: { title: 'Accuracy on the selection split', unit: '%', format: '.2f' },
    series: [bestSoFar(steps), ...tried],
  };
}

/** A step as a sentence. */
export function describeStep(step: JobTraceStep): string {
  switch (step.kind) {
    case 'ingredient-scored':
      return `${step.ingredient} alone: ${scoreText(step)}`;
    case 'started':
      return `Starts with ${step.ingredient}: ${scoreText(step)}`;
    case 'candidate-scored':
      return `Round ${step.round}, with ${step.ingredient}: ${scoreText(step)}`;
    case 'accepted':
      return `Round ${step.round}: ${step.ingredient} is added, ${scoreText(step)}`;
    case 'rejected':
      return `Round ${step.round}: ${step.ingredient} is left out, ${scoreText(step)}`;
    case 'stopped':
      return `Stops: ${step.reason}`;
  }
}

function scoreText({ score }: Extract<JobTraceStep, { readonly score: unknown }>): string {
  return `${(100 * score.accuracy).toFixed(2)} % (${score.correct.toLocaleString('en')} of ${score.total.toLocaleString('en')})`;
}
