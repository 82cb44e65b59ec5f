import { createHash } from 'node:crypto';
import type { Permutations } from '../alignment/permutations.ts';
import { permutedCheckpoint } from '../alignment/permuted.ts';
import type { Symmetries, TensorSymmetry } from '../alignment/symmetries.ts';
import type { Checkpoint } from '../checkpoints/checkpoint.ts';
import { StockpotError } from '../errors.ts';
import type { TensorSource } from './plan.ts';

/** Channels of a network in another order, in every tensor that has them; it computes the same. Plain data. */
export interface Arrangement {
  readonly symmetries: Pick<Symmetries, 'groups' | 'families'> & { readonly tensors: readonly TensorSymmetry[] };
  /** For each group of channels, which channel comes to each place. */
  readonly permutations: readonly (readonly number[])[];
}

export function arrangementOf({ groups, families, tensors }: Symmetries, permutations: Permutations): Arrangement {
  return {
    symmetries: { groups, families, tensors: [...tensors.values()] },
    permutations: permutations.map((permutation) => [...permutation]),
  };
}

/**
 * A checkpoint with its channels rearranged; closing it closes the original.
 * @throws StockpotError `mix/bad-arrangement`, `alignment/wrong-shape`
 */
export function arranged(checkpoint: Checkpoint, { symmetries, permutations }: Arrangement): Checkpoint {
  const full: Symmetries = {
    ...symmetries,
    tensors: new Map(symmetries.tensors.map((tensor) => [tensor.name, tensor])),
    obstacles: [],
  };
  checkPermutations(full, permutations, checkpoint.path);
  const moved = permutations.map((permutation) => Int32Array.from(permutation));
  return permutedCheckpoint(checkpoint, full, moved);
}

/** Arrangements come out of files, too. */
function checkPermutations({ groups }: Symmetries, permutations: Arrangement['permutations'], where: string): void {
  const isOne = ({ channels }: Symmetries['groups'][number], group: number): boolean => {
    const seen = new Set(permutations[group]?.filter((place) => place >= 0 && place < channels));
    return seen.size === channels && permutations[group]!.length === channels;
  };
  if (permutations.length === groups.length && groups.every(isOne)) return;
  throw new StockpotError({
    code: 'mix/bad-arrangement',
    what: 'The order of channels is no permutation of them',
    where,
  });
}

/** As `arranged`, of something that is no file. */
export function arrangedSource(source: TensorSource, arrangement: Arrangement): TensorSource {
  const { path, tensors, ownTypes } = source;
  const original: Checkpoint = {
    path,
    tensors,
    format: 'safetensors',
    files: [],
    metadata: {},
    remarks: [],
    read: (name, byteOffset, target) => source.read(name, byteOffset, target),
    close: () => {},
  };
  const moved = arranged(original, arrangement);
  return { path, tensors, ownTypes, read: (name, byteOffset, target) => moved.read(name, byteOffset, target) };
}

/** What tells arrangements apart. */
export function hashOfArrangement({ symmetries, permutations }: Arrangement): string {
  const tensors = symmetries.tensors.map(({ name, axes, grouped }) => [name, axes, grouped]);
  return createHash('sha256')
    .update(JSON.stringify([tensors, symmetries.families, permutations]))
    .digest('hex');
}
