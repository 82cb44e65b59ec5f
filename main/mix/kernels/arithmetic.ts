import type { Kernels } from './kernels.ts';

/** The kernels that there are for f32 and f64 alike, for one of the two. What each does is said in `assembly/`. */
export interface Arithmetic {
  /** Bytes of an element. */
  readonly size: 4 | 8;
  subtract(values: number, base: number, elements: number): void;
  keepBetween(
    values: number,
    criterion: number,
    elements: number,
    low: number,
    lowTies: boolean,
    high: number,
    highTies: boolean,
    scale: number,
  ): void;
  keepDrawn(
    values: number,
    start: number,
    elements: number,
    key: number,
    secondKey: number,
    threshold: number,
    scale: number,
  ): void;
  keepByRank(
    values: number,
    start: number,
    length: number,
    stride: number,
    low: number,
    reach: number,
    key: number,
    secondKey: number,
    isInverse: boolean,
    scale: number,
    scratch: number,
  ): void;
  countDigits(values: number, elements: number, high: number, low: number, shift: number, counts: number): void;
  find(values: number, elements: number, high: number, low: number, skip: number): number;
  addToBase(
    inputs: number,
    factors: number,
    count: number,
    base: number,
    fromBase: boolean,
    elements: number,
    result: number,
  ): void;
  elect(
    inputs: number,
    shares: number,
    weights: number,
    count: number,
    base: number,
    byCount: boolean,
    normalize: boolean,
    floor: number,
    factor: number,
    elements: number,
    result: number,
  ): void;
  swapNear(base: number, other: number, t: number, elements: number, result: number): void;
  addOverlaps(
    inputs: number,
    factors: number,
    count: number,
    base: number,
    epsilon: number,
    elements: number,
    result: number,
  ): void;
  countOverlaps(inputs: number, count: number, base: number, epsilon: number, elements: number, totals: number): void;
  gram(
    inputs: number,
    count: number,
    base: number,
    start: number,
    elements: number,
    lanes: number,
    scratch: number,
  ): void;
  sumMagnitudes(values: number, start: number, elements: number, lanes: number): void;
  variance(inputs: number, count: number, elements: number, result: number): void;
}

export function arithmeticOf(kernels: Kernels, precision: 'f32' | 'f64'): Arithmetic {
  return precision === 'f32'
    ? {
        size: 4,
        subtract: kernels.subtractSingles,
        keepBetween: kernels.keepSinglesBetween,
        keepDrawn: kernels.keepDrawnSingles,
        keepByRank: kernels.keepSinglesByRank,
        countDigits: kernels.countSingleDigits,
        find: kernels.findSingle,
        addToBase: kernels.addSinglesToBase,
        elect: kernels.electSingles,
        swapNear: kernels.swapNearSingles,
        addOverlaps: kernels.addOverlapsSingles,
        countOverlaps: kernels.countOverlapsSingles,
        gram: kernels.gramSingles,
        sumMagnitudes: kernels.sumMagnitudesOfSingles,
        variance: kernels.varianceOfSingles,
      }
    : {
        size: 8,
        subtract: kernels.subtractDoubles,
        keepBetween: kernels.keepDoublesBetween,
        keepDrawn: kernels.keepDrawnDoubles,
        keepByRank: kernels.keepDoublesByRank,
        countDigits: kernels.countDoubleDigits,
        find: kernels.findDouble,
        addToBase: kernels.addDoublesToBase,
        elect: kernels.electDoubles,
        swapNear: kernels.swapNearDoubles,
        addOverlaps: kernels.addOverlapsDoubles,
        countOverlaps: kernels.countOverlapsDoubles,
        gram: kernels.gramDoubles,
        sumMagnitudes: kernels.sumMagnitudesOfDoubles,
        variance: kernels.varianceOfDoubles,
      };
}
