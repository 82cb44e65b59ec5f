import type { NumericOption, WantedAxis } from '../../../preload/contract/sweeps.ts';
import { readNumbers } from '../kitchen/option-fields.ts';

export type Spread = 'linear' | 'log' | 'list';

/** An option to sweep over, as it stands in the form. */
export interface AxisDraft {
  readonly name: string;
  readonly spread: Spread;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly steps: number | undefined;
  /** Of a list: the values as they are typed. */
  readonly list: string;
}

/** To begin with: over all that is allowed. */
export function draftOf({ name, proposed }: NumericOption): AxisDraft {
  return { name, spread: 'linear', ...proposed, list: '' };
}

/** undefined while something is missing or is no number. */
export function wantedAxis({ name, spread, from, to, steps, list }: AxisDraft): WantedAxis | undefined {
  if (spread === 'list') {
    const values = readNumbers(list);
    return values === undefined || values.length < 2 ? undefined : { name, range: { values } };
  }
  if (from === undefined || to === undefined || steps === undefined) return undefined;
  return { name, range: { from, to, steps, scale: spread } };
}

/** How many values there will be, at most: of whole numbers those that are the same count once. */
export function valueCount(axes: readonly WantedAxis[]): number {
  return axes.reduce((product, { range }) => product * ('values' in range ? range.values.length : range.steps), 1);
}
