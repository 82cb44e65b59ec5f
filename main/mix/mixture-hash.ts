import { createHash } from 'node:crypto';
import { StockpotError } from '../errors.ts';
import type { Mixture, MixtureIngredient, TensorGroup } from './mixture.ts';

/** Part of every hash: to be raised when the same mixture comes to mean other bits. */
const ARITHMETIC_VERSION = 1;

/**
 * SHA-256, lower-case hex, of what a mixture's bits depend on: the ingredients' hashes, weights, groups and precision.
 * Ingredients that take no part do not count, nor do names of groups, nor paths. A mixture that is one ingredient as it is
 * has that ingredient's own hash, so that whatever is known about the one is known about the other.
 * @throws StockpotError `mix/missing-hash` when an ingredient that takes part has none
 */
export function hashOfMixture(mixture: Mixture): string {
  const groups = mixture.groups.map(
    (group): HashedGroup => ({
      tensors: group.tensors === 'rest' ? 'rest' : group.tensors.toSorted(),
      terms: termsOf(group, mixture),
    }),
  );
  const merged = mergeEqualGroups(groups);
  const only = merged.length === 1 && merged[0]!.terms.length === 1 ? merged[0]!.terms[0] : undefined;
  if (only !== undefined && only[1] === 1 && mixture.dtype === 'keep') return only[0];
  const canonical = JSON.stringify({
    version: ARITHMETIC_VERSION,
    accumulate: mixture.accumulate,
    dtype: mixture.dtype,
    groups: merged.map((group) => [group.tensors, group.terms]),
  });
  return createHash('sha256').update(canonical).digest('hex');
}

/** (hash of the ingredient, weight) */
type HashedTerm = readonly [string, number];

interface HashedGroup {
  readonly tensors: readonly string[] | 'rest';
  readonly terms: readonly HashedTerm[];
}

/** In the mixture's order: sums depend on it. */
function termsOf(group: TensorGroup, mixture: Mixture): readonly HashedTerm[] {
  return group.weights.flatMap((weight, i): readonly HashedTerm[] => {
    if (weight === 0) return [];
    const ingredient = mixture.ingredients[i]!;
    if (ingredient.sha256 === '') {
      throw new StockpotError({
        code: 'mix/missing-hash',
        kind: 'failure',
        what: 'The hash of an ingredient is needed and has not been computed',
        where: ingredient.path,
      });
    }
    return [[identityOf(ingredient), weight]];
  });
}

/** One file read in two ways is two sets of weights; read as its content says, it is known by its hash alone. */
function identityOf({ sha256, reading = {} }: MixtureIngredient): string {
  const { stateDict = null, names = null } = reading;
  if (stateDict === null && names === null) return sha256;
  const pairs = names === null ? null : Object.entries(names).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([sha256, stateDict, pairs]))
    .digest('hex');
}

/** Groups with the same terms are one group, and one that covers everything is the rest; sorted by the tensors' names. */
function mergeEqualGroups(groups: readonly HashedGroup[]): readonly HashedGroup[] {
  const byTerms = new Map<string, HashedGroup>();
  for (const group of groups) {
    const key = JSON.stringify(group.terms);
    const twin = byTerms.get(key);
    const tensors = twin === undefined ? group.tensors : union(twin.tensors, group.tensors);
    byTerms.set(key, { tensors, terms: group.terms });
  }
  const merged = [...byTerms.values()];
  if (merged.length === 1) return [{ tensors: 'rest', terms: merged[0]!.terms }];
  const key = (group: HashedGroup): string => JSON.stringify(group.tensors);
  return merged.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function union(a: readonly string[] | 'rest', b: readonly string[] | 'rest'): readonly string[] | 'rest' {
  return a === 'rest' || b === 'rest' ? 'rest' : [...a, ...b].toSorted();
}
