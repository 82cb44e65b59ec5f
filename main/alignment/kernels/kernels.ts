import { compileKernels, FIRST_FREE_BYTE, growTo, instantiate, type WasmExports } from '../../wasm-kernels.ts';

/** Said in `assembly/`. */
interface Compiled extends WasmExports {
  multiplyPanels(a: number, b: number, c: number, rows: number, columns: number, depth: number): void;
  assign(gains: number, count: number, stride: number, work: number, integers: number, warm: number): void;
}

let loaded: Compiled | undefined;

/** The kernels of this thread. Their memory belongs to one call at a time. */
export function kernels(): Compiled {
  loaded ??= instantiate<Compiled>(compileKernels(new URL('kernels.wasm', import.meta.url)));
  return loaded;
}

/**
 * Makes room in the kernels' memory for arrays of so many bytes, one after another.
 * @returns where each begins, at multiples of 16
 */
export function reserve(...lengths: readonly number[]): readonly number[] {
  const { memory } = kernels();
  let end = FIRST_FREE_BYTE;
  const starts = lengths.map((length) => {
    const start = end;
    end += Math.ceil(length / 16) * 16;
    return start;
  });
  growTo(memory, end);
  return starts;
}
