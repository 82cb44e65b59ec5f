import { readFileSync } from 'node:fs';

interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** The part of WebAssembly's interface used here; TypeScript describes it only together with a browser's. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
  };
};

interface Kernels {
  readonly memory: WasmMemory;
  /** Said in `assembly/`. */
  innerProducts(rows: number, count: number, stride: number, length: number, result: number): void;
}

/** The first byte that the kernels' own data does not use. */
const FIRST_FREE_BYTE = 65_536;
const PAGE = 65_536;

let loaded: Kernels | undefined;

function kernels(): Kernels {
  if (loaded !== undefined) return loaded;
  const compiled = new WebAssembly.Module(readFileSync(new URL('kernels.wasm', import.meta.url)));
  loaded = new WebAssembly.Instance(compiled, {}).exports as Kernels;
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
  const missing = Math.ceil((FIRST_FREE_BYTE + 8 * (numbers + count * count) - memory.buffer.byteLength) / PAGE);
  if (missing > 0) memory.grow(missing);
  const target = new Float64Array(memory.buffer, FIRST_FREE_BYTE, numbers);
  for (const [index, row] of rows.entries()) {
    target.set(row, index * padded);
    if (padded > length) target[index * padded + length] = 0;
  }
  const result = FIRST_FREE_BYTE + 8 * numbers;
  multiply(FIRST_FREE_BYTE, count, 8 * padded, padded, result);
  return new Float64Array(memory.buffer, result, count * count);
}
