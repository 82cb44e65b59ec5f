import type { PairVerdict } from './ancestry.ts';

/** Checkpoints joined by verdicts `same`, directly or through others. */
export interface AncestryGroup {
  /** Indices, ascending. */
  readonly members: readonly number[];
  /**
   * `different` when each of its pairs with an outsider has the verdict `different`; `unsure` when one is not; undefined when
   * there are no outsiders.
   */
  readonly others: 'different' | 'unsure' | undefined;
}

/** Groups of checkpoints that share an ancestor: the larger first, then by the first member. */
export function groupByAncestry(count: number, pairs: readonly PairVerdict[]): readonly AncestryGroup[] {
  const group = Array.from({ length: count }, (_, index) => index);
  for (const { a, b, verdict } of pairs) {
    if (verdict !== 'same') continue;
    const [from, to] = [group[b]!, group[a]!];
    for (const [index, current] of group.entries()) if (current === from) group[index] = to;
  }
  const byGroup = Map.groupBy(group.keys(), (index) => group[index]!);
  return [...byGroup.values()]
    .map((members) => ({ members, others: othersOf(members, pairs) }))
    .toSorted((a, b) => b.members.length - a.members.length || a.members[0]! - b.members[0]!);
}

function othersOf(members: readonly number[], pairs: readonly PairVerdict[]): AncestryGroup['others'] {
  const across = pairs.filter(({ a, b }) => members.includes(a) !== members.includes(b));
  if (across.length === 0) return undefined;
  return across.every(({ verdict }) => verdict === 'different') ? 'different' : 'unsure';
}
