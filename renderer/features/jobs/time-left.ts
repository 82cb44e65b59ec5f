import type { Job } from '../../../preload/contract/jobs.ts';
import { formatSeconds } from '../../lib/format.ts';

/** How long it will take from here, and whether that is all of it, to be put after what is being done; empty while nothing can be said. */
export function timeLeft({ progress, secondsLeft }: Pick<Job, 'progress' | 'secondsLeft'>): string {
  if (progress === null || secondsLeft === null) return '';
  const time = formatSeconds(secondsLeft);
  if (progress.whole === undefined) return ` · about ${time} left of this step`;
  return ` · ${progress.whole.atMost ? 'at most' : 'about'} ${time} left`;
}

/** How far it is, in percent: all of it where that is known, else the present step. */
export function percentDone(progress: Job['progress']): number {
  if (progress === null) return 0;
  const { done, total } = progress.whole ?? progress;
  return total > 0 ? (100 * done) / total : 0;
}
