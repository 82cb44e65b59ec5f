import type { Checkpoint } from '../../checkpoints/checkpoint.ts';
import { toFloat32, toFloat64 } from '../../checkpoints/convert.ts';
import { readTensor } from '../../checkpoints/weights.ts';
import { StockpotError, throwIfCancelled } from '../../errors.ts';
import type { Symmetries, TensorSymmetry } from '../symmetries.ts';

export type Numbers = Float32Array | Float64Array;

/** A tensor of both networks, in memory that threads share. */
interface MatchedTensor {
  readonly symmetry: TensorSymmetry;
  readonly reference: Numbers;
  readonly candidate: Numbers;
}

/** One network to be matched to another: plain data that every thread is given once. */
export interface MatchingProblem {
  readonly symmetries: Symmetries;
  readonly tensors: readonly MatchedTensor[];
  /** By group: [channels, channels] of double precision, rows `paddedLength(channels)` apart: what matching two channels is worth. */
  readonly gains: readonly Float64Array[];
}

/** The kernels take rows and columns four by four. */
export function paddedLength(channels: number): number {
  return Math.ceil(channels / 4) * 4;
}

/** @param names tensors that count; others only move along */
export function createProblem(
  symmetries: Symmetries,
  names: readonly string[],
  reference: (symmetry: TensorSymmetry) => Numbers,
  candidate: (symmetry: TensorSymmetry) => Numbers,
): MatchingProblem {
  return {
    symmetries,
    tensors: names.map((name) => {
      const symmetry = symmetries.tensors.get(name)!;
      return { symmetry, reference: reference(symmetry), candidate: candidate(symmetry) };
    }),
    gains: symmetries.groups.map(({ channels }) => sharedDoubles(paddedLength(channels) ** 2)),
  };
}

export function sharedDoubles(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(8 * length));
}

/**
 * A checkpoint's tensors in single precision, or double where the file has that, in memory that threads share.
 * @throws StockpotError `alignment/missing-tensor`, `alignment/wrong-shape`, `alignment/not-finite`; as `Checkpoint.read`
 */
export function loadTensors(
  checkpoint: Checkpoint,
  symmetries: Symmetries,
  names: readonly string[],
  signal: AbortSignal | undefined,
): ReadonlyMap<string, Numbers> {
  return new Map(
    names.map((name) => {
      throwIfCancelled(signal);
      return [name, loadTensor(checkpoint, symmetries.tensors.get(name)!)];
    }),
  );
}

function loadTensor(checkpoint: Checkpoint, { name, shape }: TensorSymmetry): Numbers {
  const info = checkpoint.tensors.get(name);
  if (info === undefined) {
    throw new StockpotError({
      code: 'alignment/missing-tensor',
      what: `The file has no tensor '${name}', which the network has`,
      where: checkpoint.path,
      remedy: 'Align checkpoints of one architecture only.',
    });
  }
  if (info.shape.join() !== shape.join()) {
    throw new StockpotError({
      code: 'alignment/wrong-shape',
      what: `'${name}' is [${info.shape.join(', ')}], where the network has [${shape.join(', ')}]`,
      where: checkpoint.path,
      remedy: 'Align checkpoints of one architecture only.',
    });
  }
  const { dtype, bytes } = readTensor(checkpoint, name);
  const values = dtype === 'F64' ? toFloat64(dtype, bytes) : toFloat32(dtype, bytes);
  if (!values.every(Number.isFinite)) {
    throw new StockpotError({
      code: 'alignment/not-finite',
      what: `'${name}' holds NaN or infinite values: its channels cannot be compared`,
      where: checkpoint.path,
      remedy: 'Leave this checkpoint out; stockpot inspect lists its damaged tensors.',
    });
  }
  const shared =
    values instanceof Float64Array
      ? sharedDoubles(values.length)
      : new Float32Array(new SharedArrayBuffer(4 * values.length));
  shared.set(values);
  return shared;
}
