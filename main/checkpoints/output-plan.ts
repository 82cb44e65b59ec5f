import type { TensorInfo } from './checkpoint.ts';

export type OutputFormat = 'safetensors' | 'pytorch-zip';

/** CRC-32 (ISO 3309, as zip uses it) of each tensor's bytes, by name; only where the plan asks for it. */
export type TensorChecksums = ReadonlyMap<string, number>;

/** Where something begins: in which of the plan's files, and at which byte. */
export interface OutputPlace {
  /** Index into `OutputPlan.files`. */
  readonly file: number;
  readonly offset: number;
}

interface OutputFile {
  /** Beside the output's path; the file that a user opens is called as the output is. */
  readonly name: string;
  /** Length of the finished file in bytes. */
  readonly size: number;
}

/**
 * The layout of a checkpoint that is about to be written, fixed before its first element exists, so that several threads
 * can write their tensors at their own offsets into temporary files.
 */
export interface OutputPlan {
  readonly format: OutputFormat;
  /** One file, or several with the one that refers to the others at the end. */
  readonly files: readonly OutputFile[];
  /** Where each tensor's contiguous little-endian bytes go. */
  readonly places: ReadonlyMap<string, OutputPlace>;
  readonly needsChecksums: boolean;
  /** Everything that is not tensor data, written once the checksums are known. */
  surroundings(checksums: TensorChecksums): readonly (OutputPlace & { readonly bytes: Uint8Array })[];
}

export interface OutputOptions {
  /** Name of the file that a user will open, without its folder. */
  readonly name: string;
  /** Text kept in the file, where its format has room. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** @throws StockpotError `checkpoint/unwritable-name` for a name that occurs twice or that the format keeps for itself */
export type PlanOutput = (tensors: readonly TensorInfo[], options: OutputOptions) => OutputPlan;

/** The part of a plan that is the same for every format with one file. */
export function singleFile(
  name: string,
  size: number,
  offsets: ReadonlyMap<string, number>,
): Pick<OutputPlan, 'files' | 'places'> {
  return {
    files: [{ name, size }],
    places: new Map([...offsets].map(([tensor, offset]) => [tensor, { file: 0, offset }])),
  };
}
