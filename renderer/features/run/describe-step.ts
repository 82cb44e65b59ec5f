import type { JobTraceStep } from '../../../preload/contract/jobs.ts';
import type { Metric } from '../../../preload/contract/metrics.ts';
import { scoreText } from './decisive.ts';

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
    case 'trial': {
      const round = step.round === 0 ? 'At first' : `Round ${step.round}`;
      const fate = step.fate === 'tried' ? '' : `; ${step.fate}`;
      return `${round}, ${step.what}: ${scoreText(step.score, metrics)}${fate}`;
    }
    case 'epoch': {
      const loss = step.loss === null ? 'the loss is no number' : `loss ${step.loss.toFixed(4)}`;
      const score = step.score === undefined ? '' : `, ${scoreText(step.score, metrics)}`;
      return `Epoch ${step.epoch} of ${step.of}: ${loss}${score}${step.best ? '; the best so far' : ''}`;
    }
    case 'remark':
      return `Note: ${step.text}`;
    case 'stopped':
      return `Stops: ${step.reason}`;
  }
}

/** Whether a step changed what the recipe goes on with. */
export function isStepForward(step: JobTraceStep): boolean {
  switch (step.kind) {
    case 'accepted':
    case 'started':
      return true;
    case 'trial':
      return step.fate === 'kept';
    case 'epoch':
      return step.best;
    default:
      return false;
  }
}
