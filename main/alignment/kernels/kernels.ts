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

/** Said in `assembly/`. */
interface Compiled {
  readonly memory: WasmMemory;
  multiplyPanels(a: number, b: number, c: number, rows: number, columns: number, depth: number): void;
  assign(gains: number, count: number, stride: number, work: number, integers: number, warm: number): void;
}

/** The first byte that the kernels' own data does not use. */
const FIRST_FREE_BYTE = 65_536;
const PAGE = 65_536;

let loaded: Compiled | undefined;

/** The kernels of this thread. Their memory belongs to one call at a time. */
export function kernels(): Compiled {
  if (loaded !== undefined) return loaded;
  const compiled = new WebAssembly.Module(readFileSync(new URL('kernels.wasm', import.meta.url)));
  loaded = new WebAssembly.Instance(compiled, {}).exports as Compiled;
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
  const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE);
  if (missing > 0) memory.grow(missing);
  return starts;
}
