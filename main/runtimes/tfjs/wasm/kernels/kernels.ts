import { readFile } from 'node:fs/promises';
import type * as tf from '@tensorflow/tfjs-core';

/** A memory of WebAssembly; only its identity matters here. */
type Memory = object;

/** The part of WebAssembly's interface used here; TypeScript describes it only together with a browser's. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    instantiate(
      binary: Uint8Array,
      imports: { readonly env: { readonly memory: Memory } },
    ): Promise<{ readonly instance: { readonly exports: unknown } }>;
  };
};

/** Exports of kernels.wasm; addresses are byte offsets into the backend's memory (assembly/ describes each). */
export interface CompiledKernels {
  normalizeBatch(
    x: number,
    rows: number,
    columns: number,
    gamma: number,
    beta: number,
    epsilon: number,
    y: number,
    mean: number,
    variance: number,
    inverse: number,
    scratch: number,
  ): void;
  normalizeBatchGradient(
    dy: number,
    x: number,
    rows: number,
    columns: number,
    gamma: number,
    mean: number,
    inverse: number,
    dx: number,
    dgamma: number,
    dbeta: number,
    scratch: number,
  ): void;
  normalizeByStatistics(
    x: number,
    rows: number,
    columns: number,
    mean: number,
    variance: number,
    scale: number,
    offset: number,
    epsilon: number,
    y: number,
    scratch: number,
  ): void;
  normalizeByStatisticsGradient(
    dy: number,
    x: number,
    rows: number,
    columns: number,
    mean: number,
    variance: number,
    scale: number,
    epsilon: number,
    dx: number,
    dscale: number,
    doffset: number,
    scratch: number,
  ): void;
  rectifyGradient(dy: number, y: number, dx: number, count: number): void;
  maxPoolGradient(x: number, y: number, dy: number, dx: number, ...geometry: readonly number[]): void;
  averagePoolGradient(dy: number, dx: number, ...geometry: readonly number[]): void;
  padImages(x: number, y: number, ...geometry: readonly number[]): void;
  filterGradient(x: number, dy: number, gradient: number, ...geometry: readonly number[]): void;
}

/** The part of tfjs's WebAssembly backend that kernels of our own rely on. */
export interface WasmBackend {
  readonly wasm: { readonly asm: { readonly memory: Memory } };
  getMemoryOffset(dataId: tf.DataId): number;
  makeOutput(shape: readonly number[], dtype: tf.DataType): tf.TensorInfo;
  incRef(dataId: tf.DataId): void;
  disposeData(dataId: tf.DataId): void;
}

/** Compiles our kernels into the backend's own memory, so that they work on its tensors where they are. */
export async function instantiateKernels(backend: WasmBackend): Promise<CompiledKernels> {
  const binary = await readFile(new URL('kernels.wasm', import.meta.url));
  const { instance } = await WebAssembly.instantiate(binary, { env: { memory: backend.wasm.asm.memory } });
  return instance.exports as CompiledKernels;
}
