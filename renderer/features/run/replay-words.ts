import type { RunReplay } from '../../../preload/contract/reports.ts';
import { formatCount, formatNumberOf } from '../../lib/format.ts';

interface ReplayTold {
  readonly same: boolean;
  readonly title: string;
  readonly sentences: readonly string[];
}

/** What a replay has shown, in words. */
export function replayInWords({ steps, coefficients, scores, runtime }: RunReplay): ReplayTold {
  const same = steps.same && coefficients.differing === 0 && scores.differing === 0;
  if (same) {
    const traced = steps.total === 0 ? '' : `all ${formatNumberOf(steps.total, 'step')} of the recipe, `;
    return {
      same,
      title: 'The same came out again, bit for bit',
      sentences: [
        `Every network was run anew: ${traced}${formatNumberOf(coefficients.total, 'coefficient')} and ${formatNumberOf(scores.total, 'score')} are equal to the last digit.`,
      ],
    };
  }
  return {
    same,
    title: 'Not everything came out the same',
    sentences: [
      ...(steps.same ? [] : ['The recipe took other steps, or saw other scores on the way.']),
      `${shareOf(coefficients, 'coefficient')} and ${shareOf(scores, 'score')} differ.`,
      runtime.before === runtime.now
        ? 'The runtime is the same, which promises the same bits: an ingredient, the data or the machine may not be what they were.'
        : `It was cooked with ${runtime.before ?? 'no runtime'} and replayed with ${runtime.now ?? 'no runtime'}; only the same runtime promises the same bits.`,
    ],
  };
}

function shareOf({ differing, total }: RunReplay['scores'], word: string): string {
  return `${formatCount(differing)} of ${formatNumberOf(total, word)}`;
}
