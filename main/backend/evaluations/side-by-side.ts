import { StockpotError } from '../../errors.ts';

/**
 * Starts all works at once and waits for every one of them. The first failure ends the others too: their results would go nowhere.
 * @throws what failed first, rather than the cancellations that followed from it
 */
export async function sideBySide<T>(
  works: readonly ((signal: AbortSignal) => Promise<T>)[],
  outer: AbortSignal | undefined,
): Promise<readonly T[]> {
  const abort = new AbortController();
  const signal = outer === undefined ? abort.signal : AbortSignal.any([outer, abort.signal]);
  const results = await Promise.allSettled(
    works.map((work) =>
      work(signal).catch((thrown: unknown) => {
        abort.abort();
        throw thrown;
      }),
    ),
  );
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  if (failures.length > 0) {
    throw failures.find((reason) => !(reason instanceof StockpotError && reason.kind === 'cancelled')) ?? failures[0];
  }
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}
