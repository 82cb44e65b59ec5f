import type { Checkpoint } from '../checkpoints/checkpoint.ts';
import type { OnProgress } from '../progress.ts';
import { Random } from '../random.ts';
import { openMatcher } from './matching/matcher.ts';
import { createProblem, loadTensors, type Numbers, sharedDoubles } from './matching/problem.ts';
import { matchWeights, type WeightMatching } from './matching/weight-matching.ts';
import { composePermutations, identityPermutations, invertPermutations, type Permutations } from './permutations.ts';
import type { Symmetries } from './symmetries.ts';
import { placesOf } from './tensor-places.ts';

export interface MergeManyWork {
  readonly symmetries: Symmetries;
  /** Tensors that count. */
  readonly names: readonly string[];
  readonly reference: ReadonlyMap<string, Numbers>;
  readonly checkpoints: readonly Checkpoint[];
  readonly seed: number;
  readonly maxSweeps: number;
  readonly threads: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: OnProgress | undefined;
}

/** Rounds over all checkpoints at most. */
const MOST_ROUNDS = 100;

/**
 * Permutations of several networks that bring each close to the mean of all others: MergeMany, Algorithm 3 of Ainsworth et al. 2022
 * (arXiv 2209.04836), section 3 and appendix. Each network in turn, in random order, is matched to the mean of the others as they are
 * rearranged by then, until none changes. Networks are read again for each turn: memory holds their sum and one of them.
 * @returns for each checkpoint its permutations, with those of the reference undone in all, so that the reference stays as it is
 */
export async function mergeMany(work: MergeManyWork): Promise<readonly WeightMatching[]> {
  const { symmetries, names, reference, checkpoints, seed, signal } = work;
  const identity = identityPermutations(symmetries);
  const count = checkpoints.length + 1;
  const load = (index: number): ReadonlyMap<string, Numbers> =>
    index === 0 ? reference : loadTensors(checkpoints[index - 1]!, symmetries, names, signal);
  const sums = new Map(names.map((name) => [name, sharedDoubles(reference.get(name)!.length)]));
  for (let index = 0; index < count; index += 1) addTo(sums, load(index), symmetries, identity, 1);
  let matched: readonly WeightMatching[] = Array.from({ length: count }, () => ({
    permutations: identity,
    sweeps: 0,
    converged: true,
  }));
  let changed = count > 1;
  for (let round = 0; changed && round < MOST_ROUNDS; round += 1) {
    changed = false;
    for (const index of new Random(seed, 'merge-many', round).permutation(count)) {
      const candidate = load(index);
      const { permutations, sweeps } = matched[index]!;
      addTo(sums, candidate, symmetries, permutations, -1);
      const found = await matchToOthers(
        work,
        sums,
        candidate,
        permutations,
        `Matching ${index + 1} of ${count}, round ${round + 1}`,
      );
      addTo(sums, candidate, symmetries, found.permutations, 1);
      if (found.permutations.some((permutation, group) => permutation !== permutations[group])) changed = true;
      matched = matched.with(index, { ...found, sweeps: sweeps + found.sweeps });
    }
  }
  const undone = invertPermutations(matched[0]!.permutations);
  return matched.slice(1).map(({ permutations, sweeps, converged }) => ({
    permutations: composePermutations(permutations, undone),
    sweeps,
    converged: converged && !changed,
  }));
}

/** Dividing the sum by the number of networks would change no choice, but for what rounding counts as a gain. */
async function matchToOthers(
  { symmetries, names, seed, maxSweeps, threads, signal, onProgress }: MergeManyWork,
  sums: ReadonlyMap<string, Float64Array>,
  candidate: ReadonlyMap<string, Numbers>,
  initial: Permutations,
  stage: string,
): Promise<WeightMatching> {
  const problem = createProblem(
    symmetries,
    names,
    ({ name }) => sums.get(name)!,
    ({ name }) => candidate.get(name)!,
  );
  await using matcher = openMatcher(problem, threads, signal);
  return await matchWeights(symmetries, matcher, initial, { seed, maxSweeps, signal, onProgress, stage });
}

function addTo(
  sums: ReadonlyMap<string, Float64Array>,
  tensors: ReadonlyMap<string, Numbers>,
  symmetries: Symmetries,
  permutations: Permutations,
  sign: number,
): void {
  for (const [name, sum] of sums) {
    const values = tensors.get(name)!;
    const places = placesOf(symmetries, symmetries.tensors.get(name)!, permutations);
    for (let row = 0; row < places.rows; row += 1) {
      const start = row * places.rowLength;
      const from = (places.rowFrom?.[row] ?? row) * places.rowLength;
      const elements = places.elementsFrom(row);
      for (let at = 0; at < places.rowLength; at += 1) {
        sum[start + at]! += sign * values[from + (elements === undefined ? at : elements[at]!)]!;
      }
    }
  }
}
