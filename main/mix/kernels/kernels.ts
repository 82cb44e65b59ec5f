import { StockpotError } from '../../errors.ts';
import { compileKernels, growTo, instantiate, LARGEST_MEMORY, type WasmExports } from '../../wasm-kernels.ts';
import type { Arithmetic } from './arithmetic.ts';

/** The compiled kernels; what each does is said in `assembly/`. Addresses and counts are unsigned 32-bit numbers. */
export interface Kernels extends WasmExports {
  sumSinglesInSingles(inputs: number, weights: number, count: number, elements: number, result: number): void;
  sumSinglesInDoubles(
    inputs: number,
    weights: number,
    count: number,
    elements: number,
    result: number,
    single: number,
  ): void;
  sumDoubles(inputs: number, weights: number, count: number, elements: number, result: number): void;
  widenHalfs(source: number, target: number, elements: number): void;
  widenBrains(source: number, target: number, elements: number): void;
  widenByTable(source: number, target: number, elements: number, table: number): void;
  promoteSingles(source: number, target: number, elements: number): void;
  doublesToSingles(source: number, target: number, elements: number): void;
  doublesToHalfs(source: number, target: number, elements: number): void;
  doublesToBrains(source: number, target: number, elements: number): void;
  singlesToHalfs(source: number, target: number, elements: number): void;
  singlesToBrains(source: number, target: number, elements: number): void;
  measureSums(
    sums: number,
    rounded: number,
    reference: number,
    elements: number,
    doubleSums: number,
    doubleReference: number,
    finite: number,
    totals: number,
  ): void;
  settleSingles(values: number, elements: number): number;
  settleDoubles(values: number, elements: number): number;
  hasSpecialExponent(values: number, elements: number, exponent: number): number;
  readonly subtractSingles: Arithmetic['subtract'];
  readonly subtractDoubles: Arithmetic['subtract'];
  readonly keepSinglesBetween: Arithmetic['keepBetween'];
  readonly keepDoublesBetween: Arithmetic['keepBetween'];
  readonly keepDrawnSingles: Arithmetic['keepDrawn'];
  readonly keepDrawnDoubles: Arithmetic['keepDrawn'];
  readonly countSingleDigits: Arithmetic['countDigits'];
  readonly countDoubleDigits: Arithmetic['countDigits'];
  readonly findSingle: Arithmetic['find'];
  readonly findDouble: Arithmetic['find'];
  readonly addSinglesToBase: Arithmetic['addToBase'];
  readonly addDoublesToBase: Arithmetic['addToBase'];
  readonly electSingles: Arithmetic['elect'];
  readonly electDoubles: Arithmetic['elect'];
  readonly swapNearSingles: Arithmetic['swapNear'];
  readonly swapNearDoubles: Arithmetic['swapNear'];
  readonly addOverlapsSingles: Arithmetic['addOverlaps'];
  readonly addOverlapsDoubles: Arithmetic['addOverlaps'];
  readonly countOverlapsSingles: Arithmetic['countOverlaps'];
  readonly countOverlapsDoubles: Arithmetic['countOverlaps'];
  readonly gramSingles: Arithmetic['gram'];
  readonly gramDoubles: Arithmetic['gram'];
  readonly sumMagnitudesOfSingles: Arithmetic['sumMagnitudes'];
  readonly sumMagnitudesOfDoubles: Arithmetic['sumMagnitudes'];
  readonly varianceOfSingles: Arithmetic['variance'];
  readonly varianceOfDoubles: Arithmetic['variance'];
  readonly keepSinglesByRank: Arithmetic['keepByRank'];
  readonly keepDoublesByRank: Arithmetic['keepByRank'];
}

let compiled: object | undefined;

/** A fresh instance whose memory reaches to `bytes` at least. */
export function instantiateKernels(bytes: number): Kernels {
  compiled ??= compileKernels(new URL('kernels.wasm', import.meta.url));
  const kernels = instantiate<Kernels>(compiled);
  growKernels(kernels, bytes);
  return kernels;
}

/**
 * Makes an instance's memory reach to `bytes` at least; views on it are lost when it grows.
 * @throws StockpotError `mix/too-large-at-once`, when a method wants more of a tensor at once than fits
 */
export function growKernels({ memory }: Kernels, bytes: number): void {
  try {
    if (bytes > LARGEST_MEMORY) throw new RangeError('Beyond what can be addressed');
    growTo(memory, bytes);
  } catch (thrown) {
    throw new StockpotError({
      code: 'mix/too-large-at-once',
      kind: 'failure',
      what: `The merge needs ${(bytes / 1e9).toFixed(1)} GB of memory for one tensor, which is more than there is (4.3 GB at most)`,
      remedy: 'Merge fewer models at once, or by a method that needs no whole rows or tensors.',
      cause: thrown,
    });
  }
}
