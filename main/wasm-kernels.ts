import { readFileSync } from 'node:fs';

/** What the exports of kernels compiled from AssemblyScript have in common. */
export interface WasmExports {
  readonly memory: WasmMemory;
}

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

/** The first byte that the kernels' own data does not use. */
export const FIRST_FREE_BYTE = 65_536;

const PAGE = 65_536;

/** Bytes that a WebAssembly memory can hold. */
export const LARGEST_MEMORY = 65_536 * PAGE;

/** Compiled kernels, to be instantiated as often as memories of their own are wanted. */
export function compileKernels(file: URL): object {
  return new WebAssembly.Module(readFileSync(file));
}

export function instantiate<Exports extends WasmExports>(compiled: object): Exports {
  return new WebAssembly.Instance(compiled, {}).exports as Exports;
}

/**
 * Makes a memory reach to `bytes` at least; views on it are lost when it grows.
 * @throws RangeError when there is no room for it
 */
export function growTo(memory: WasmMemory, bytes: number): void {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE);
  if (missing > 0) memory.grow(missing);
}
