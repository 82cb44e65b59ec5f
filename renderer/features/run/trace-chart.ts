import type { JobTraceStep } from '../../../preload/contract/jobs.ts';
import type { Metric } from '../../../preload/contract/metrics.ts';
import type { ChartData, Series } from '../../charts/chart-data.ts';
import { advantage, scaled, scoreAxis } from '../../lib/metric-format.ts';
import { type DecisiveMetric, decisiveMetric, decisiveValue, scoreText } from './decisive.ts';

/** Everything of a trace that was scored, by what became of it. */
interface ScoredStep {
  readonly ordinal: number;
  readonly fate: 'alone' | 'taken' | 'left out' | 'tried';
  readonly ingredient: string;
  /** By what decided: the accuracy, or another metric; null where it has no figure. */
  readonly value: number | null;
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
  return { ordinal: index + 1, fate, ingredient, value: decisiveValue(score), total: score.total };
}

const FATES = [
  { fate: 'alone', label: 'ingredient alone', kind: 'ingredient', ordinal: 0, mark: 'circle' },
  { fate: 'taken', label: 'added to the soup', kind: 'soup', ordinal: 0, mark: 'star' },
  { fate: 'left out', label: 'tried and left out', kind: 'other', ordinal: 7, mark: 'x' },
  { fate: 'tried', label: 'being tried', kind: 'other', ordinal: 4, mark: 'circle-open' },
] as const;

/** The best score up to each step. */
function bestSoFar(steps: readonly ScoredStep[], metric: DecisiveMetric): Series {
  let best: number | null = null;
  const points = steps.flatMap(({ ordinal, value, total }) => {
    if (value !== null && (best === null || advantage(value, best, metric) > 0)) best = value;
    return best === null ? [] : [{ x: ordinal, y: scaled(best, metric), n: total }];
  });
  return { subject: { kind: 'other', label: 'best so far', ordinal: 2 }, points, drawn: 'steps' };
}

/** Scores on the selection split by what decided, step by step. undefined where the recipe scored nothing. */
export function traceChart(trace: readonly JobTraceStep[], metrics: readonly Metric[]): ChartData | undefined {
  const steps = scoredSteps(trace);
  if (steps.length === 0) return undefined;
  const metric = decisiveMetric(trace, metrics);
  const tried = FATES.flatMap(({ fate, label, kind, ordinal, mark }): readonly Series[] => {
    const points = steps.flatMap((step) =>
      step.fate !== fate || step.value === null
        ? []
        : [{ x: step.ordinal, y: scaled(step.value, metric), n: step.total, note: step.ingredient }],
    );
    return points.length === 0 ? [] : [{ subject: { kind, label, ordinal }, points, mark }];
  });
  return {
    title: 'What was tried',
    kind: 'scatter',
    x: { title: 'Step' },
    y: { title: `${metric.label} on the selection split`, ...scoreAxis(metric) },
    series: [bestSoFar(steps, metric), ...tried],
  };
}

/** A step as a sentence. */
export function describeStep(step: JobTraceStep, metrics: readonly Metric[]): string {
  switch (step.kind) {
    case 'ingredient-scored':
      return `${step.ingredient} alone: ${scoreText(step.score, metrics)}`;
    case 'started':
      return `Starts with ${step.ingredient}: ${scoreText(step.score, metrics)}`;
    case 'candidate-scored':
      return `Round ${step.round}, with ${step.ingredient}: ${scoreText(step.score, metrics)}`;
    case 'accepted':
      return `Round ${step.round}: ${step.ingredient} is added, ${scoreText(step.score, metrics)}`;
    case 'rejected':
      return `Round ${step.round}: ${step.ingredient} is left out, ${scoreText(step.score, metrics)}`;
    case 'stopped':
      return `Stops: ${step.reason}`;
  }
}
