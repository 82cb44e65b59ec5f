import { compileKernels, FIRST_FREE_BYTE, growTo, instantiate, type WasmExports } from '../../wasm-kernels.ts';

interface Kernels extends WasmExports {
  /** Said in `assembly/`. */
  innerProducts(rows: number, count: number, stride: number, length: number, result: number): void;
}

let loaded: Kernels | undefined;

function kernels(): Kernels {
  loaded ??= instantiate<Kernels>(compileKernels(new URL('kernels.wasm', import.meta.url)));
  return loaded;
}

/**
 * Inner products of every two rows, in double precision.
 * @param rows of `length` numbers each
 * @returns [rows, rows], row-major, of which only the places with a column up to the row count; good until the next call
 */
export function innerProducts(rows: readonly (Float32Array | Float64Array)[], length: number): Float64Array {
  const { memory, innerProducts: multiply } = kernels();
  const count = rows.length;
  const padded = length + (length % 2);
  const numbers = count * padded;
  growTo(memory, FIRST_FREE_BYTE + 8 * (numbers + count * count));
  const target = new Float64Array(memory.buffer, FIRST_FREE_BYTE, numbers);
  for (const [index, row] of rows.entries()) {
    target.set(row, index * padded);
    if (padded > length) target[index * padded + length] = 0;
  }
  const result = FIRST_FREE_BYTE + 8 * numbers;
  multiply(FIRST_FREE_BYTE, count, 8 * padded, padded, result);
  return new Float64Array(memory.buffer, result, count * count);
}
