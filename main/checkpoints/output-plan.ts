import type { OnProgress } from '../progress.ts';
import type { Checkpoint, TensorInfo } from './checkpoint.ts';
import type { WiderType } from './lossless.ts';
import type { LayoutOptions, OutputFormat } from './output-formats.ts';

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
  /** Where each tensor's contiguous little-endian bytes go. Tied tensors may have the same place. */
  readonly places: ReadonlyMap<string, OutputPlace>;
  /** Tensors that are stored in another type, by name (`inWiderType`). */
  readonly widened?: ReadonlyMap<string, WiderType>;
  readonly needsChecksums: boolean;
  /** Everything that is not tensor data, written once the checksums are known. */
  surroundings(checksums: TensorChecksums): readonly (OutputPlace & { readonly bytes: Uint8Array })[];
}

export interface OutputOptions extends LayoutOptions {
  /** Name of the file that a user will open, without its folder. */
  readonly name: string;
  /** Text kept in the file, where its format has room. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The first ingredient, opened, for formats that keep the layout of a file of their own kind. */
  readonly template?: Checkpoint;
  /** Serialized ONNX ModelProto without weights, for formats that hold the network; its initializers carry the tensors' names. */
  readonly graph?: Uint8Array;
  /** Names that tensors get in the file, by their own; of those that are not listed, `prefix` and their own. */
  readonly names?: Readonly<Record<string, string>>;
  /** Groups of tensors that are the same elements and may be stored once. */
  readonly tied?: readonly (readonly string[])[];
}

/**
 * The layout of a *planned* format.
 * @throws StockpotError `checkpoint/unwritable-name` for a name that occurs twice or that the format keeps for itself
 */
export type PlanOutput = (tensors: readonly TensorInfo[], options: OutputOptions) => OutputPlan;

export interface AssembleContext {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Writes an *assembled* format.
 * @param source the tensors, in the order to write them in; read piece by piece, since it may be larger than memory
 * @param path an empty file to fill; renamed by the caller when it is complete, removed when this throws
 */
export type AssembleOutput = (
  source: Checkpoint,
  path: string,
  options: OutputOptions,
  context: AssembleContext,
) => Promise<void>;

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
