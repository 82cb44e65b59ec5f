import { createHash } from 'node:crypto';
import { StockpotError } from '../errors.ts';
import { hashOfArrangement } from './arrangement.ts';
import type { FileIngredient, GroupMethod, Mixture, MixtureIngredient, TensorGroup } from './mixture.ts';
import { methodFor, parametersFor } from './plan-method.ts';

/** Part of every hash: to be raised when the same mixture comes to mean other bits. */
const ARITHMETIC_VERSION = 1;

/**
 * SHA-256, lower-case hex, of what a mixture's bits depend on: the ingredients' hashes, weights, methods, groups and precision.
 * Ingredients that take no part do not count, nor do names of groups, nor paths. A mixture that is one ingredient as it is
 * has that ingredient's own hash, so that whatever is known about the one is known about the other.
 * @throws StockpotError `mix/missing-hash` when an ingredient that takes part has none
 */
export function hashOfMixture(mixture: Mixture): string {
  const groups = mixture.groups.map(
    (group): HashedGroup => ({
      tensors: group.tensors === 'rest' ? 'rest' : group.tensors.toSorted(),
      terms: termsOf(group, mixture),
      ...(group.method === undefined ? {} : { method: methodOf(group, group.method) }),
    }),
  );
  const merged = mergeEqualGroups(groups);
  const only = merged.length === 1 && merged[0]!.terms.length === 1 ? merged[0]! : undefined;
  if (only !== undefined && only.method === undefined && only.terms[0]![1] === 1 && keepsTypes(mixture)) {
    return only.terms[0]![0];
  }
  const canonical = JSON.stringify({
    version: ARITHMETIC_VERSION,
    accumulate: mixture.accumulate,
    dtype: mixture.dtype,
    groups: merged.map(({ tensors, terms, method }) =>
      method === undefined ? [tensors, terms] : [tensors, terms, method],
    ),
  });
  return createHash('sha256').update(canonical).digest('hex');
}

/** Whether every ingredient that takes part has the element types that it will have in the soup. */
function keepsTypes({ ingredients, groups, dtype }: Mixture): boolean {
  const taking = groups.flatMap(partakers).map(({ ingredient }) => ingredients[ingredient]!);
  return dtype === 'keep' && taking.every((each) => !('mixture' in each) || each.mixture.dtype === 'keep');
}

/** (hash of the ingredient, weight) */
type HashedTerm = readonly [string, number];

interface HashedGroup {
  readonly tensors: readonly string[] | 'rest';
  readonly terms: readonly HashedTerm[];
  readonly method?: HashedMethod;
}

/** Name, version, place of the base among the terms, seed, and the parameters, sorted by name. */
type HashedMethod = readonly [string, number, number | null, number, readonly unknown[], readonly unknown[]];

function methodOf(group: TensorGroup, method: GroupMethod): HashedMethod {
  const { base, seed, shared, each } = parametersFor(method, partakers(group));
  const byName = (a: readonly [string, unknown], b: readonly [string, unknown]): number => (a[0] < b[0] ? -1 : 1);
  return [
    method.name,
    methodFor(method).version ?? 1,
    base ?? null,
    seed,
    Object.entries(shared).toSorted(byName),
    Object.entries(each).toSorted(byName),
  ];
}

/** In the mixture's order. */
function partakers({
  weights,
  method,
}: TensorGroup): readonly { readonly ingredient: number; readonly weight: number }[] {
  return weights.flatMap((weight, ingredient) =>
    weight === 0 && ingredient !== method?.base ? [] : [{ ingredient, weight }],
  );
}

/** In the mixture's order: sums depend on it. */
function termsOf(group: TensorGroup, mixture: Mixture): readonly HashedTerm[] {
  return partakers(group).map(
    ({ ingredient, weight }): HashedTerm => [identityOf(mixture.ingredients[ingredient]!), weight],
  );
}

function identityOf(ingredient: MixtureIngredient): string {
  const plain = 'mixture' in ingredient ? hashOfMixture(ingredient.mixture) : identityOfFile(ingredient);
  if (ingredient.arrangement === undefined) return plain;
  return createHash('sha256')
    .update(JSON.stringify(['arranged', plain, hashOfArrangement(ingredient.arrangement)]))
    .digest('hex');
}

/** One file read in two ways is two sets of weights; read as its content says, it is known by its hash alone. */
function identityOfFile({ path, sha256, reading = {} }: FileIngredient): string {
  if (sha256 === '') {
    throw new StockpotError({
      code: 'mix/missing-hash',
      kind: 'failure',
      what: 'The hash of an ingredient is needed and has not been computed',
      where: path,
    });
  }
  const { stateDict = null, names = null } = reading;
  if (stateDict === null && names === null) return sha256;
  const pairs = names === null ? null : Object.entries(names).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([sha256, stateDict, pairs]))
    .digest('hex');
}

/** Groups with the same terms and method are one group, and one that covers everything is the rest; sorted by the tensors' names. */
function mergeEqualGroups(groups: readonly HashedGroup[]): readonly HashedGroup[] {
  const byTerms = new Map<string, HashedGroup>();
  for (const group of groups) {
    const key = JSON.stringify([group.terms, group.method]);
    const twin = byTerms.get(key);
    const tensors = twin === undefined ? group.tensors : union(twin.tensors, group.tensors);
    byTerms.set(key, { ...group, tensors });
  }
  const merged = [...byTerms.values()];
  if (merged.length === 1) return [{ ...merged[0]!, tensors: 'rest' }];
  const key = (group: HashedGroup): string => JSON.stringify(group.tensors);
  return merged.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function union(a: readonly string[] | 'rest', b: readonly string[] | 'rest'): readonly string[] | 'rest' {
  return a === 'rest' || b === 'rest' ? 'rest' : [...a, ...b].toSorted();
}
