/**
 * p-values of several tests adjusted so that, with a threshold of 0.05, the chance of even one false alarm among all of them is
 * at most 5 % (S. Holm 1979, A simple sequentially rejective multiple test procedure). Valid however the tests depend on each other.
 * @returns in the order of `pValues`, each at least as large as its own
 */
export function holmAdjusted(pValues: readonly number[]): readonly number[] {
  const order = pValues.map((_, place) => place).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  for (const [rank, place] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[place]!));
    adjusted[place] = largest;
  }
  return adjusted;
}
