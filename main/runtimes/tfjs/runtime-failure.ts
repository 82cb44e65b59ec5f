import { StockpotError } from '../../errors.ts';

/** Runs `compute`; what a backend throws becomes the `runtime/failed` error. */
export function runtimeFailure<Result>(compute: () => Result): Result {
  try {
    return compute();
  } catch (cause) {
    if (cause instanceof StockpotError) throw cause;
    throw new StockpotError({
      code: 'runtime/failed',
      kind: 'failure',
      what: `The tfjs runtime failed: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'Use smaller batches if memory ran out, or another runtime or device',
      cause,
    });
  }
}
