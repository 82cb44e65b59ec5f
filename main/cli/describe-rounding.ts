import type { RoundingReport } from '../mix/rounding.ts';
import { printable } from './printable.ts';

/** Tensors named when numbers became infinite. */
const NAMED = 5;

/** Lines for people; none where nothing was rounded to a type that is worth a word. */
export function describeRounding(report: RoundingReport | undefined): readonly string[] {
  if (report === undefined || report.overall.elements + report.overall.overflowed === 0) return [];
  const { overall, tensors } = report;
  const worst = tensors.reduce((a, b) => (b.largestError > a.largestError ? b : a));
  const lines = [
    `rounding: mean error ${short(overall.meanError)}, largest ${short(overall.largestError)} (${printable(worst.tensor)}); ` +
      comparison(overall),
  ];
  if (overall.overflowed === 0) return lines;
  const names = tensors.filter(({ overflowed }) => overflowed > 0).map(({ tensor }) => printable(tensor));
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more tensors` : '';
  return [
    ...lines,
    `warning: ${overall.overflowed} numbers are too large for the type and became infinite, in ${names.slice(0, NAMED).join(', ')}${more}`,
  ];
}

function comparison({ meanError, meanDifference }: RoundingReport['overall']): string {
  if (meanDifference === 0) return 'the soup does not differ from its heaviest ingredient';
  const share = (100 * meanError) / meanDifference;
  return `${share < 0.01 ? 'below 0.01' : share.toPrecision(2)} % of the mean difference from the heaviest ingredient, ${short(meanDifference)}`;
}

function short(value: number): string {
  return value === 0 ? '0' : value.toPrecision(3);
}
