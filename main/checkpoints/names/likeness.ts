/** What frameworks call the same thing: PyTorch's word first. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['kernel', 'weight'],
  ['gamma', 'weight'],
  ['scale', 'weight'],
  ['w', 'weight'],
  ['weights', 'weight'],
  ['embeddings', 'weight'],
  ['beta', 'bias'],
  ['b', 'bias'],
  ['biases', 'bias'],
  ['moving_mean', 'running_mean'],
  ['moving_variance', 'running_var'],
  ['batchnorm', 'bn'],
  ['batch_norm', 'bn'],
  ['batch_normalization', 'bn'],
  ['dense', 'fc'],
  ['linear', 'fc'],
  ['conv2d', 'conv'],
  ['downsample', 'shortcut'],
]);

/** Last parts that say what a tensor is. */
const ROLES: ReadonlySet<string> = new Set(['weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked']);

export interface NameParts {
  readonly parts: readonly string[];
  /** `weight`, `bias`, …; undefined where the name does not say. */
  readonly role: string | undefined;
  /** The numbers in the name, as text. */
  readonly numbers: readonly string[];
}

/** A name taken apart: at dots, slashes and between letters and digits, in the words of one framework. */
export function partsOf(name: string): NameParts {
  const pieces = name
    .toLowerCase()
    .replace(/:0$/, '')
    .split(/[./:]+/)
    .filter((piece) => piece !== '');
  const parts = pieces.flatMap((piece) => {
    if (SYNONYMS.has(piece) || ROLES.has(piece)) return [SYNONYMS.get(piece) ?? piece];
    return (piece.match(/\d+|[^\d_-]+/g) ?? [piece]).map((part) => SYNONYMS.get(part) ?? part);
  });
  const last = parts.at(-1);
  return {
    parts,
    role: last !== undefined && ROLES.has(last) ? last : undefined,
    numbers: parts.filter((part) => /^\d+$/.test(part)),
  };
}

/**
 * How much two names are alike, in [−1, 1]: the parts that they share in order, less where both say what they are and disagree.
 */
export function likeness(a: NameParts, b: NameParts): number {
  if (a.role !== undefined && b.role !== undefined && a.role !== b.role) return -1;
  const shared = commonInOrder(a.parts, b.parts) / Math.max(a.parts.length, b.parts.length, 1);
  const counted = Math.max(a.numbers.length, b.numbers.length);
  const numbers = counted === 0 ? 1 : commonInOrder(a.numbers, b.numbers) / counted;
  return 0.7 * shared + 0.3 * numbers;
}

/** Length of the longest common subsequence. */
function commonInOrder(a: readonly string[], b: readonly string[]): number {
  let previous = new Array<number>(b.length + 1).fill(0);
  for (const part of a) {
    const row = [0];
    for (const [j, other] of b.entries()) {
      row.push(part === other ? previous[j]! + 1 : Math.max(previous[j + 1]!, row[j]!));
    }
    previous = row;
  }
  return previous[b.length]!;
}
