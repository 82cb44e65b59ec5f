import type { CheckpointFormat } from './formats.ts';

/** Element types, by the names that safetensors gives them (https://github.com/huggingface/safetensors#format). */
export type DType =
  | 'BOOL'
  | 'U8'
  | 'I8'
  | 'U16'
  | 'I16'
  | 'F16'
  | 'BF16'
  | 'U32'
  | 'I32'
  | 'F32'
  | 'U64'
  | 'I64'
  | 'F64'
  | 'F8_E4M3'
  | 'F8_E5M2';

export const BYTES_PER_ELEMENT: Readonly<Record<DType, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
};

const FLOATING: ReadonlySet<DType> = new Set(['F16', 'BF16', 'F32', 'F64', 'F8_E4M3', 'F8_E5M2']);

/** True for the element types that an average makes sense for; integers and booleans are carried over, not averaged. */
export function isFloating(dtype: DType): boolean {
  return FLOATING.has(dtype);
}

/** What is known about a tensor without reading its elements. */
export interface TensorInfo {
  readonly name: string;
  readonly dtype: DType;
  /** Empty for a scalar. */
  readonly shape: readonly number[];
  readonly elementCount: number;
  /** elementCount × bytes per element. */
  readonly byteLength: number;
}

/** One of several sets of named tensors in a file, such as the weights and their moving average. */
export interface StateDictChoice {
  /** Where it lies: keys joined by dots; empty for the top. */
  readonly key: string;
  readonly tensorCount: number;
}

/** Tensors that reach over the same bytes of a file. */
export interface SharedStorage {
  /** Two or more names. Where some of the tensors of a group are tied, they are a group of their own as well. */
  readonly tensors: readonly string[];
  /** True when all of them are the same elements in the same arrangement, as tied weights are; views otherwise. */
  readonly tied: boolean;
}

/** How a checkpoint is to be read where its content leaves that open. Plain data, kept with an ingredient. */
export interface Reading {
  /** Key of the state dict, one of `Checkpoint.stateDicts`; chosen by content when absent. */
  readonly stateDict?: string | undefined;
  /** Tensors under other names: the file's name by the new one. Tensors that are not listed are left out. */
  readonly names?: Readonly<Record<string, string>> | undefined;
}

/**
 * Named tensors in a file, opened for reading. Nothing but the header has been read; elements are read on demand, in any
 * order, as contiguous row-major little-endian bytes whatever the file's own layout is.
 *
 * Reading is synchronous: it happens in worker threads and in the command line, where blocking is what is wanted.
 */
export interface Checkpoint {
  readonly path: string;
  readonly format: CheckpointFormat;
  /** Files the checkpoint consists of; more than one when it is sharded. */
  readonly files: readonly string[];
  /** In the file's own order. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** The state dicts that the file holds, where it can hold several; the one that `tensors` shows is `stateDict`. */
  readonly stateDicts?: readonly StateDictChoice[] | undefined;
  readonly stateDict?: string | undefined;
  /** Tensors that share their elements, where the format can say so. */
  readonly sharedStorages?: readonly SharedStorage[] | undefined;
  /** Text metadata carried by the file (safetensors' `__metadata__`). */
  readonly metadata: Readonly<Record<string, string>>;
  /** Remarks a user should see that do not prevent reading, such as placeholders for foreign objects. */
  readonly remarks: readonly string[];
  /**
   * Fills `target` with the tensor's bytes from `byteOffset` on.
   * @throws StockpotError `checkpoint/truncated`, `checkpoint/unknown-tensor`, `checkpoint/io`
   */
  read(name: string, byteOffset: number, target: Uint8Array): void;
  close(): void;
}

/** A tensor held in memory: `bytes` are contiguous, row-major, little-endian. */
export interface TensorValue {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** Tensors by name, in memory: what a runtime executes an architecture with. */
export type Weights = ReadonlyMap<string, TensorValue>;
