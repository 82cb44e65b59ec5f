import { kernels, reserve } from './kernels.ts';

export interface Assignment {
  /** The column of each row. */
  readonly columns: Int32Array;
  /** Prices of the columns, to start a similar problem from. */
  readonly prices: Float64Array;
}

/** Four arrays of doubles beside the gains, four of 32-bit integers: see `assembly/assign.ts`. */
const WORK_ARRAYS = 4;

/**
 * A column for each row so that the sum of gains is largest: the linear assignment problem, by shortest augmenting paths
 * (Jonker & Volgenant, Computing 38, 1987).
 * @param gains [count, count] from `offset` on, rows `rowLength` numbers apart; finite
 * @param prices as an earlier call returned them for a problem of this size; only speed depends on them
 */
export function assignRows(
  gains: Float64Array,
  count: number,
  {
    offset = 0,
    rowLength = count,
    prices,
  }: { readonly offset?: number; readonly rowLength?: number; readonly prices?: Float64Array | undefined } = {},
): Assignment {
  const stride = count + (count % 2);
  const [matrix, work, integers] = reserve(8 * count * stride, 8 * WORK_ARRAYS * stride, 4 * 4 * stride) as [
    number,
    number,
    number,
  ];
  const { memory, assign } = kernels();
  const target = new Float64Array(memory.buffer, matrix, count * stride);
  for (let row = 0; row < count; row += 1) {
    const start = offset + row * rowLength;
    target.set(gains.subarray(start, start + count), row * stride);
    if (stride > count) target[row * stride + count] = Number.NEGATIVE_INFINITY;
  }
  const shared = new Float64Array(memory.buffer, work, stride);
  shared.fill(0);
  if (prices !== undefined) shared.set(prices);
  assign(matrix, count, stride, work, integers, prices === undefined ? 0 : 1);
  return {
    columns: new Int32Array(memory.buffer, integers, count).slice(),
    prices: shared.slice(0, count),
  };
}
