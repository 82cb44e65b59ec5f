/** Sums over elements of one tensor, or of a part of it; plain data. */
export interface RoundingSums {
  /** Largest |rounded − sum|. */
  readonly largest: number;
  /** Σ |rounded − sum|. */
  readonly error: number;
  /** Σ |sum − heaviest ingredient|. */
  readonly difference: number;
  /** Elements that the above are of: finite before and after. */
  readonly counted: number;
  /** Elements that were finite and became infinite. */
  readonly overflowed: number;
  /** Elements that were NaN or infinite before they were rounded. */
  readonly nonFinite: number;
}

interface RoundingCost {
  /** Elements that the errors are of: finite before and after. */
  readonly elements: number;
  /** Largest and mean absolute error of the one rounding to the written type. */
  readonly largestError: number;
  readonly meanError: number;
  /** Mean |soup − heaviest ingredient| before rounding: what averaging changed. Errors near it undo the averaging. */
  readonly meanDifference: number;
  /** Elements too large for the written type, which became infinite. */
  readonly overflowed: number;
}

/** What writing sums in a narrower type cost; tensors taken over as they are have no part in it. */
export interface RoundingReport {
  readonly overall: RoundingCost;
  /** In the soup's order. */
  readonly tensors: readonly (RoundingCost & { readonly tensor: string })[];
}

const NOTHING: RoundingSums = { largest: 0, error: 0, difference: 0, counted: 0, overflowed: 0, nonFinite: 0 };

export function addRoundings(parts: readonly RoundingSums[]): RoundingSums {
  return parts.reduce(
    (sum, part) => ({
      largest: Math.max(sum.largest, part.largest),
      error: sum.error + part.error,
      difference: sum.difference + part.difference,
      counted: sum.counted + part.counted,
      overflowed: sum.overflowed + part.overflowed,
      nonFinite: sum.nonFinite + part.nonFinite,
    }),
    NOTHING,
  );
}

/** Undefined where nothing was measured. */
export function roundingReport(sums: ReadonlyMap<string, RoundingSums>): RoundingReport | undefined {
  if (sums.size === 0) return undefined;
  return {
    overall: costOf(addRoundings([...sums.values()])),
    tensors: [...sums].map(([tensor, sum]) => ({ tensor, ...costOf(sum) })),
  };
}

function costOf({ largest, error, difference, counted, overflowed }: RoundingSums): RoundingCost {
  const mean = (sum: number): number => (counted === 0 ? 0 : sum / counted);
  return {
    elements: counted,
    largestError: largest,
    meanError: mean(error),
    meanDifference: mean(difference),
    overflowed,
  };
}
