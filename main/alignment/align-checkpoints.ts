import { availableParallelism } from 'node:os';
import type { Graph } from '../architectures/onnx/graph.ts';
import type { Checkpoint } from '../checkpoints/checkpoint.ts';
import { StockpotError } from '../errors.ts';
import type { OnProgress } from '../progress.ts';
import { type GroupSimilarity, similarityByGroup } from './group-similarity.ts';
import { openMatcher } from './matching/matcher.ts';
import { createProblem, loadTensors, type Numbers } from './matching/problem.ts';
import { matchWeights } from './matching/weight-matching.ts';
import { mergeMany } from './merge-many.ts';
import { identityPermutations, type Permutations } from './permutations.ts';
import { permutedCheckpoint } from './permuted.ts';
import { runningStatistics } from './running-statistics.ts';
import type { Symmetries } from './symmetries.ts';
import { findSymmetries } from './symmetry/find-symmetries.ts';

export interface AlignmentOptions {
  /** Order in which groups of channels are matched. 0 when absent. */
  readonly seed?: number | undefined;
  /**
   * `reference`: each checkpoint is matched to the reference. `mean`: each in turn to the mean of all others, until nothing changes
   * (MergeMany, Algorithm 3 of the paper); the reference stays as it is. `reference` when absent.
   */
  readonly to?: 'reference' | 'mean' | undefined;
  /** Whether BatchNorm's running means and variances count in matching; they move along in any case. False when absent. */
  readonly statistics?: boolean | undefined;
  /** Rounds over all groups at most; 100, as the authors have it, when absent. */
  readonly maxSweeps?: number | undefined;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

export interface AlignedCheckpoint {
  /** The checkpoint seen through its permutations; closing it closes the original. */
  readonly checkpoint: Checkpoint;
  readonly permutations: Permutations;
  readonly sweeps: number;
  /** False when it ended at `maxSweeps`. */
  readonly converged: boolean;
  /** Cosine of reference and checkpoint, by group. */
  readonly similarity: readonly GroupSimilarity[];
  /** ⟨reference, checkpoint⟩ over all tensors that count, before and after. */
  readonly objective: { readonly before: number; readonly after: number };
}

export interface Alignment {
  readonly symmetries: Symmetries;
  /** One for each of the checkpoints, in their order. */
  readonly aligned: readonly AlignedCheckpoint[];
}

const MOST_THREADS = 4;

/**
 * Rearranges checkpoints' hidden channels so that their weights come as close to a reference's as can be; each network computes
 * what it did before. Memory holds two networks, and a matrix for each group of channels.
 * @param graph of the architecture, its initializers named as the checkpoints' tensors
 * @param checkpoints opened; they stay open
 * @throws StockpotError `alignment/no-symmetry` (nothing may move), `alignment/missing-tensor`, `alignment/wrong-shape`, `alignment/not-finite`,
 *   `alignment/thread-died`, `job/cancelled`; as `Checkpoint.read`
 */
export async function alignCheckpoints(
  graph: Graph,
  reference: Checkpoint,
  checkpoints: readonly Checkpoint[],
  options: AlignmentOptions = {},
): Promise<Alignment> {
  const symmetries = findSymmetries(graph, new Set(reference.tensors.keys()));
  if (symmetries.groups.length === 0) throw noSymmetry(symmetries, reference.path);
  const statistics = options.statistics === true ? new Set<string>() : runningStatistics(graph);
  const names = [...symmetries.tensors.keys()].filter((name) => !statistics.has(name));
  const target = loadTensors(reference, symmetries, names, options.signal);
  const aligned: AlignedCheckpoint[] = [];
  const start =
    options.to === 'mean'
      ? await mergeMany({ symmetries, names, reference: target, checkpoints, ...settingsOf(options) })
      : undefined;
  for (const [index, checkpoint] of checkpoints.entries()) {
    const candidate = loadTensors(checkpoint, symmetries, names, options.signal);
    const found = start?.[index];
    const stage =
      checkpoints.length === 1 ? 'Matching channels' : `Matching channels of ${index + 1} of ${checkpoints.length}`;
    aligned.push(await alignOne({ symmetries, names, target, candidate, checkpoint, found, stage }, options));
  }
  return { symmetries, aligned };
}

interface OneAlignment {
  readonly symmetries: Symmetries;
  readonly names: readonly string[];
  readonly target: ReadonlyMap<string, Numbers>;
  readonly candidate: ReadonlyMap<string, Numbers>;
  readonly checkpoint: Checkpoint;
  /** Permutations found already, which are only to be measured. */
  readonly found:
    | { readonly permutations: Permutations; readonly sweeps: number; readonly converged: boolean }
    | undefined;
  readonly stage: string;
}

async function alignOne(
  { symmetries, names, target, candidate, checkpoint, found, stage }: OneAlignment,
  options: AlignmentOptions,
): Promise<AlignedCheckpoint> {
  const problem = createProblem(
    symmetries,
    names,
    ({ name }) => target.get(name)!,
    ({ name }) => candidate.get(name)!,
  );
  const settings = settingsOf(options);
  await using matcher = openMatcher(problem, settings.threads, settings.signal);
  const identity = identityPermutations(symmetries);
  const before = await matcher.measure(identity);
  const { permutations, sweeps, converged } =
    found ?? (await matchWeights(symmetries, matcher, identity, { ...settings, stage }));
  const after = await matcher.measure(permutations);
  const sum = (products: typeof before): number => products.reduce((total, { product }) => total + product, 0);
  return {
    checkpoint: permutedCheckpoint(checkpoint, symmetries, permutations),
    permutations,
    sweeps,
    converged,
    similarity: similarityByGroup(problem, before, after),
    objective: { before: sum(before), after: sum(after) },
  };
}

function settingsOf({ seed = 0, maxSweeps = 100, threads, signal, onProgress }: AlignmentOptions) {
  return { seed, maxSweeps, threads: threads ?? Math.min(MOST_THREADS, availableParallelism()), signal, onProgress };
}

function noSymmetry({ obstacles }: Symmetries, where: string): StockpotError {
  return new StockpotError({
    code: 'alignment/no-symmetry',
    what: 'No hidden channels of this network may change places',
    where,
    details: obstacles.map(({ node, operator, why }) => `${node} (${operator}): ${why}`),
    remedy: 'Merge the checkpoints as they are.',
  });
}
