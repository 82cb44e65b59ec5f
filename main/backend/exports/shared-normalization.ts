import type { Normalization } from '../../data/split.ts';
import type { RunDetails } from '../runs/run-details.ts';

/** How a run's images were normalised, where all its splits agree: whoever evaluates the soup needs it. */
export function sharedNormalization({ splits }: RunDetails): Normalization | undefined {
  const [first, ...others] = splits.map(({ normalization }) => normalization);
  const text = JSON.stringify(first);
  return others.every((other) => JSON.stringify(other) === text) ? first : undefined;
}
