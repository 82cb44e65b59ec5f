import type { TensorInfo } from '../checkpoint.ts';
import { likeness, type NameParts, partsOf } from './likeness.ts';
import { bareNames } from './wrappers.ts';

/** Why two names are taken for the same tensor. */
type MappingReason =
  /** The same name, apart from wrappers. */
  | 'name'
  /** The only ones of their shape on both sides. */
  | 'shape'
  /** As many of their shape and part (weight, bias, …) on both sides: they come in this order. */
  | 'order'
  /** Names that are alike. */
  | 'likeness';

interface ProposedPair {
  readonly name: string;
  readonly inFile: string;
  readonly reason: MappingReason;
  /** In [0, 1]: how much the names are alike. */
  readonly likeness: number;
}

export interface ProposedMapping {
  /** In the wanted order. */
  readonly pairs: readonly ProposedPair[];
  /** Wanted tensors for which the file has none. */
  readonly missing: readonly TensorInfo[];
  /** Tensors of the file that nothing wants. */
  readonly extra: readonly TensorInfo[];
  /** Every tensor has its counterpart. */
  readonly complete: boolean;
}

/** Aligning more names than this of one shape would take long; then they are taken in order. */
const MOST_ALIGNED = 2000;

/** Names less alike than this are paired only by the order in which they come. */
const UNLIKE = 0;

/**
 * Which of a file's tensors may be which of those that are wanted: a proposal for a person to confirm. Tensors pair only with
 * tensors of the same shape, and where names on both sides say which part of a layer a tensor is, of the same part. First the same
 * names; then as many as there are on the other side, in order; else the pairing that keeps the order of both sides and whose names
 * are most alike (a global alignment, as of two sequences).
 */
export function proposeMapping(wanted: readonly TensorInfo[], found: readonly TensorInfo[]): ProposedMapping {
  const pairs = new Map<string, ProposedPair>();
  const taken = new Set<string>();
  const add = (name: string, inFile: string, reason: MappingReason, alike: number): void => {
    pairs.set(name, { name, inFile, reason, likeness: Math.max(0, alike) });
    taken.add(inFile);
  };
  const sameNames = matchNames(wanted, found);
  for (const [name, inFile] of sameNames) add(name, inFile, 'name', 1);
  const open = wanted.filter(({ name }) => !pairs.has(name));
  const unused = found.filter(({ name }) => !taken.has(name));
  for (const [ours, theirs] of counterparts(open, unused)) {
    if (ours.length === 1 && theirs.length === 1) {
      add(ours[0]!.name, theirs[0]!.name, 'shape', likeness(partsOf(ours[0]!.name), partsOf(theirs[0]!.name)));
      continue;
    }
    const asMany = ours.length === theirs.length;
    for (const { name, inFile, alike } of asMany ? inOrder(ours, theirs) : align(ours, theirs)) {
      add(name, inFile, asMany ? 'order' : 'likeness', alike);
    }
  }
  const missing = wanted.filter(({ name }) => !pairs.has(name));
  const extra = found.filter(({ name }) => !taken.has(name));
  return {
    pairs: wanted.flatMap(({ name }) => pairs.get(name) ?? []),
    missing,
    extra,
    complete: missing.length === 0 && extra.length === 0,
  };
}

/** Pairs of the same name and shape, apart from wrappers. */
function matchNames(wanted: readonly TensorInfo[], found: readonly TensorInfo[]): ReadonlyMap<string, string> {
  const bareOf = (tensors: readonly TensorInfo[]): ReadonlyMap<string, string> =>
    bareNames(tensors.map(({ name }) => name))?.names ?? new Map(tensors.map(({ name }) => [name, name]));
  const bareFound = bareOf(found);
  const inFile = new Map(found.map((tensor) => [bareFound.get(tensor.name) ?? tensor.name, tensor]));
  const bareWanted = bareOf(wanted);
  return new Map(
    wanted.flatMap((tensor): (readonly [string, string])[] => {
      const twin = inFile.get(bareWanted.get(tensor.name) ?? tensor.name);
      return twin !== undefined && shapeKey(twin) === shapeKey(tensor) ? [[tensor.name, twin.name]] : [];
    }),
  );
}

interface Aligned {
  readonly name: string;
  readonly inFile: string;
  readonly alike: number;
}

/** The order-keeping pairing with the largest sum of likenesses (Needleman and Wunsch 1970, gaps free of charge). */
function align(ours: readonly TensorInfo[], theirs: readonly TensorInfo[]): readonly Aligned[] {
  if (ours.length > MOST_ALIGNED || theirs.length > MOST_ALIGNED) return inOrder(ours, theirs);
  const [a, b] = [ours.map(({ name }) => partsOf(name)), theirs.map(({ name }) => partsOf(name))];
  const scores = bestScores(a, b);
  const pairs: Aligned[] = [];
  let [i, j] = [a.length, b.length];
  while (i > 0 && j > 0) {
    const alike = likeness(a[i - 1]!, b[j - 1]!);
    const score = scores[i]![j]!;
    if (alike >= UNLIKE && score === scores[i - 1]![j - 1]! + gain(alike)) {
      i -= 1;
      j -= 1;
      pairs.push({ name: ours[i]!.name, inFile: theirs[j]!.name, alike });
    } else if (score === scores[i - 1]![j]!) i -= 1;
    else j -= 1;
  }
  return pairs.reverse();
}

/** A pair counts for something even when its names have nothing in common: names of two frameworks may not. */
function gain(alike: number): number {
  return 0.05 + alike;
}

/** scores[i][j]: the best sum for the first i and the first j names. */
function bestScores(a: readonly NameParts[], b: readonly NameParts[]): readonly Float64Array[] {
  const scores = [new Float64Array(b.length + 1)];
  for (const [i, ours] of a.entries()) {
    const [above, row] = [scores[i]!, new Float64Array(b.length + 1)];
    for (const [j, theirs] of b.entries()) {
      const alike = likeness(ours, theirs);
      const paired = alike >= UNLIKE ? above[j]! + gain(alike) : Number.NEGATIVE_INFINITY;
      row[j + 1] = Math.max(paired, above[j + 1]!, row[j]!);
    }
    scores.push(row);
  }
  return scores;
}

function inOrder(ours: readonly TensorInfo[], theirs: readonly TensorInfo[]): readonly Aligned[] {
  return ours.slice(0, theirs.length).map(({ name }, index) => {
    const inFile = theirs[index]!.name;
    return { name, inFile, alike: likeness(partsOf(name), partsOf(inFile)) };
  });
}

/** Tensors of one shape on both sides; apart by what they are a part of where every name of that shape says so. */
function counterparts(
  wanted: readonly TensorInfo[],
  found: readonly TensorInfo[],
): readonly (readonly [readonly TensorInfo[], readonly TensorInfo[]])[] {
  const theirs = groupBy(found, shapeKey);
  return [...groupBy(wanted, shapeKey)].flatMap(([shape, ours]) => {
    const others = theirs.get(shape) ?? [];
    if ([...ours, ...others].some((tensor) => roleOf(tensor) === '')) return [[ours, others] as const];
    const byRole = groupBy(others, roleOf);
    return [...groupBy(ours, roleOf)].map(([role, some]) => [some, byRole.get(role) ?? []] as const);
  });
}

function roleOf({ name }: TensorInfo): string {
  return partsOf(name).role ?? '';
}

function groupBy(
  tensors: readonly TensorInfo[],
  keyOf: (tensor: TensorInfo) => string,
): ReadonlyMap<string, readonly TensorInfo[]> {
  const groups = new Map<string, TensorInfo[]>();
  for (const tensor of tensors) {
    const key = keyOf(tensor);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [tensor]);
    else group.push(tensor);
  }
  return groups;
}

function shapeKey({ shape }: TensorInfo): string {
  return shape.join(',');
}
