export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The standard normal's 97.5 % quantile. */
const Z_95 = 1.959963984540054;

/**
 * 95 % interval of a proportion by Wilson's score method (E. B. Wilson 1927; recommended by Brown, Cai & DasGupta 2001), without
 * continuity correction: good near 0 and 1, where accuracies live.
 * @param correct of `total`, which is at least 1
 */
export function wilsonInterval(correct: number, total: number): Interval {
  const share = correct / total;
  const square = Z_95 ** 2;
  const center = share + square / (2 * total);
  const reach = Z_95 * Math.sqrt((share * (1 - share)) / total + square / (4 * total ** 2));
  const scale = 1 + square / total;
  return {
    low: correct === 0 ? 0 : (center - reach) / scale,
    high: correct === total ? 1 : (center + reach) / scale,
  };
}
