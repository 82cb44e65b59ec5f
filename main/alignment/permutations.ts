import type { Random } from '../random.ts';
import type { Symmetries } from './symmetries.ts';

/** For each group of channels, which channel of the network as it was comes to each place. */
export type Permutations = readonly Int32Array[];

export function identityPermutations({ groups }: Symmetries): Permutations {
  return groups.map(({ channels }) => Int32Array.from({ length: channels }, (_, place) => place));
}

/** Any of the permutations under which the network computes the same, all equally likely. */
export function randomPermutations({ groups, families }: Symmetries, random: Random): Permutations {
  const result: Int32Array[] = [];
  for (const { groups: members, bundles, bundlesMove } of families) {
    const moved = bundlesMove
      ? random.permutation(bundles)
      : Int32Array.from({ length: bundles }, (_, bundle) => bundle);
    for (const group of members) {
      const size = groups[group]!.bundleSize;
      result[group] = Int32Array.from(
        [...moved].flatMap((bundle) => [...random.permutation(size)].map((channel) => bundle * size + channel)),
      );
    }
  }
  return result;
}

/** One permutation after another: what `first` has rearranged is rearranged by `second`. */
export function composePermutations(first: Permutations, second: Permutations): Permutations {
  return first.map((permutation, group) => second[group]!.map((place) => permutation[place]!));
}

export function invertPermutations(permutations: Permutations): Permutations {
  return permutations.map((permutation) => {
    const inverse = new Int32Array(permutation.length);
    for (const [place, channel] of permutation.entries()) inverse[channel] = place;
    return inverse;
  });
}
