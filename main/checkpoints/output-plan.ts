import type { TensorInfo } from './checkpoint.ts';

export type OutputFormat = 'safetensors' | 'pytorch-zip';

/** CRC-32 (ISO 3309, as zip uses it) of each tensor's bytes, by name; only where the plan asks for it. */
export type TensorChecksums = ReadonlyMap<string, number>;

/**
 * The layout of a checkpoint that is about to be written, fixed before its first element exists, so that several threads
 * can write their tensors at their own offsets into one temporary file.
 */
export interface OutputPlan {
  readonly format: OutputFormat;
  /** Length of the finished file in bytes. */
  readonly size: number;
  /** Where each tensor's contiguous little-endian bytes go. */
  readonly offsets: ReadonlyMap<string, number>;
  readonly needsChecksums: boolean;
  /** Everything that is not tensor data: (offset, bytes) pairs, written once the checksums are known. */
  surroundings(checksums: TensorChecksums): readonly { readonly offset: number; readonly bytes: Uint8Array }[];
}

/** @throws StockpotError `checkpoint/unwritable-name` for a name that occurs twice or that the format keeps for itself */
export type PlanOutput = (tensors: readonly TensorInfo[], metadata: Readonly<Record<string, string>>) => OutputPlan;
