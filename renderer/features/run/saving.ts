import type { JobTraceStep } from '../../../preload/contract/jobs.ts';
import { formatCount } from '../../lib/format.ts';
import { isWhole } from './decisive.ts';
import { scoredSteps } from './scored-steps.ts';

/** What was saved by giving candidates up that could no longer win; undefined where none was given up. */
export function describeSaving(trace: readonly JobTraceStep[]): string | undefined {
  const scores = scoredSteps(trace).flatMap(({ fate, score }) => (fate === 'alone' ? [] : [score]));
  const givenUp = scores.filter((score) => !isWhole(score)).length;
  if (givenUp === 0) return undefined;
  const made = scores.reduce((sum, score) => sum + (isWhole(score) ? score.total : score.seen), 0);
  const all = scores.reduce((sum, { total }) => sum + total, 0);
  return (
    `${givenUp} of ${scores.length} candidates were given up as soon as they could no longer win, so they have no point here. ` +
    `The choice is that of scoring them all, with ${formatCount(made)} of ${formatCount(all)} forward passes (${Math.round((100 * made) / all)} %).`
  );
}
