import { throwIfCancelled } from '../../errors.ts';
import type { OnProgress } from '../../progress.ts';
import { Random } from '../../random.ts';
import type { Permutations } from '../permutations.ts';
import type { Symmetries } from '../symmetries.ts';
import type { Matcher } from './matcher.ts';

export interface WeightMatchingOptions {
  readonly seed: number;
  /** Rounds over all families at most. */
  readonly maxSweeps: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** What is being done, for people. */
  readonly stage?: string;
}

export interface WeightMatching {
  readonly permutations: Permutations;
  /** Rounds over all families; in the last one nothing changed, if it was not the last allowed. */
  readonly sweeps: number;
  readonly converged: boolean;
}

/** A family is only rearranged for a gain beyond what rounding makes of equal sums, relative to them. */
export const LEAST_GAIN = 1e-12;

/** The order in which a round visits the families: the same seed gives the same order. */
export function visitingOrder(seed: number, sweep: number, families: number): Int32Array {
  return new Random(seed, 'weight-matching', sweep).permutation(families);
}

/**
 * Permutations of one network's channels that bring its weights closest to another's: coordinate descent, in each step one family
 * of channels matched optimally while all others stay, in random order until a whole round changes nothing.
 *
 * Ainsworth, Hayase & Srinivasa, "Git Re-Basin" (2022), arXiv 2209.04836, section 3.2 and Algorithm 1. Families next to which nothing
 * has changed since they were matched are passed over: they would come out the same.
 * @throws StockpotError `alignment/thread-died`, `job/cancelled`
 */
export async function matchWeights(
  symmetries: Symmetries,
  matcher: Matcher,
  initial: Permutations,
  { seed, maxSweeps, signal, onProgress, stage = 'Matching channels' }: WeightMatchingOptions,
): Promise<WeightMatching> {
  const permutations = [...initial];
  const neighbours = neighboursOf(symmetries);
  const pending = new Set(symmetries.families.keys());
  let sweeps = 0;
  while (pending.size > 0 && sweeps < maxSweeps) {
    for (const [visited, family] of visitingOrder(seed, sweeps, symmetries.families.length).entries()) {
      throwIfCancelled(signal);
      onProgress?.({
        stage,
        done: visited,
        total: symmetries.families.length,
        unit: 'groups',
        figures: { round: sweeps + 1 },
      });
      if (!pending.delete(family)) continue;
      const { permutations: found, before, after } = await matcher.match(family, permutations);
      if (after <= before + LEAST_GAIN * Math.max(1, Math.abs(before))) continue;
      for (const [index, group] of symmetries.families[family]!.groups.entries()) permutations[group] = found[index]!;
      for (const neighbour of neighbours[family]!) pending.add(neighbour);
    }
    sweeps += 1;
  }
  return { permutations, sweeps, converged: pending.size === 0 };
}

/** Families that have a tensor in common, by family. One of bundles is its own neighbour: matched again it may gain more. */
function neighboursOf({ families, groups, tensors }: Symmetries): readonly ReadonlySet<number>[] {
  const familyOf = new Map(families.flatMap((family, index) => family.groups.map((group) => [group, index] as const)));
  const neighbours = families.map((_, index) => new Set<number>(families[index]!.bundles > 1 ? [index] : []));
  for (const { axes, grouped } of tensors.values()) {
    const inTensor = [
      ...axes.flat().map(({ group }) => group),
      ...grouped.flatMap(({ inputs, outputs }) => [inputs, outputs]),
    ]
      .filter((group) => group !== undefined && groups[group] !== undefined)
      .map((group) => familyOf.get(group!)!);
    const distinct = [...new Set(inTensor)];
    for (const a of distinct) for (const b of distinct) if (a !== b) neighbours[a]!.add(b);
    // A weight with one family on several axes (x·W·W) depends on that family's own permutation.
    const onAxes = axes.filter((parts) => parts.some(({ group }) => group !== undefined)).length;
    if (distinct.length === 1 && onAxes > 1) neighbours[distinct[0]!]!.add(distinct[0]!);
  }
  return neighbours;
}
