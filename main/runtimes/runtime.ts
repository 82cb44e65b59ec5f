import type { Weights } from '../checkpoints/checkpoint.ts';

export type RuntimeId = 'onnx' | 'tfjs';

/** A runtime on a device: `onnx` on `cpu`, `cuda`, `webgpu`, `dml` or `coreml`; `tfjs` on `tensorflow` or `wasm`. */
export interface DeviceReport {
  readonly runtime: RuntimeId;
  readonly device: string;
  readonly usable: boolean;
  /** Version when usable, otherwise what is missing, by name (`libcudart.so.12`), and how to get it. */
  readonly explanation: string;
  /** Can differentiate, so it can train. */
  readonly trains: boolean;
}

/** An input batch. Images: F32, [batch, channels, height, width]. Labels and token ids: integers. */
export interface Feed {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | BigInt64Array;
}

export type Feeds = Readonly<Record<string, Feed>>;

/** The graph's first output for a batch: logits, row-major [batch, classes]. */
export interface Output {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** An architecture with weights in it, ready to run. */
export interface Session {
  /** @throws StockpotError `runtime/shape-mismatch`, `runtime/failed` */
  run(feeds: Feeds): Promise<Output>;
  dispose(): Promise<void>;
}

/** Something that executes an architecture (an ONNX ModelProto whose initializers are named, and filled in by `weights`). */
export interface Runtime {
  readonly id: RuntimeId;
  readonly device: string;
  /** Names everything that may change an output's bits (`onnxruntime 1.30.0 cpu`); part of every prediction's cache key. */
  readonly identity: string;
  /**
   * @param graph serialized ONNX ModelProto; initializers carry names, types and shapes, their data comes from `weights`
   * @throws StockpotError `runtime/missing-tensor`, `runtime/shape-mismatch`, `runtime/unsupported-operator`
   */
  open(graph: Uint8Array, weights: Weights): Promise<Session>;
}
