import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AlignedCheckpoint, alignCheckpoints } from '../../main/alignment/align-checkpoints.ts';
import { LEAST_GAIN, visitingOrder } from '../../main/alignment/matching/weight-matching.ts';
import { randomPermutations } from '../../main/alignment/permutations.ts';
import { permutedWeights } from '../../main/alignment/permuted.ts';
import { runningStatistics } from '../../main/alignment/running-statistics.ts';
import { findSymmetries } from '../../main/alignment/symmetry/find-symmetries.ts';
import { buildArchitecture } from '../../main/architectures/build.ts';
import { initialWeights } from '../../main/architectures/initialize.ts';
import { readGraph } from '../../main/architectures/onnx/model.ts';
import type { Weights } from '../../main/checkpoints/checkpoint.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { readWeights } from '../../main/checkpoints/weights.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { Random } from '../../main/random.ts';
import type { BenchContext, BenchTable, BenchTarget } from '../bench.ts';
import { alternate, measureCommand, median } from '../measure.ts';
import { round } from '../report.ts';

const PEER = fileURLToPath(new URL('../peers/weight_matching.py', import.meta.url));
const SEED = 0;
const MAX_SWEEPS = 100;
const THREADS = 2;

const ARCHITECTURE = buildArchitecture({ family: 'resnet', depth: 50, inputShape: [3, 224, 224], classes: 1000 });
const GRAPH = readGraph(ARCHITECTURE.graph);

interface Matching {
  readonly seconds: number;
  readonly rounds: number;
  readonly objective: number;
  readonly permutations: readonly (readonly number[])[];
}

export interface SpeedReport {
  readonly tables: readonly BenchTable[];
  readonly targets: readonly BenchTarget[];
}

/** Two ResNet-50 matched by Stockpot and by the authors' algorithm in NumPy and SciPy, visiting the groups in the same order. */
export async function measureSpeed(context: BenchContext): Promise<SpeedReport> {
  const { folder, peers, repeats, log } = context;
  const paths = { reference: join(folder, 'reference.safetensors'), candidate: join(folder, 'candidate.safetensors') };
  const copy = join(folder, 'copy.safetensors');
  const weights = initialWeights(ARCHITECTURE, 1);
  const symmetries = findSymmetries(GRAPH, new Set(GRAPH.initializers.keys()));
  writeCheckpoint(paths.reference, 'safetensors', weights);
  writeCheckpoint(paths.candidate, 'safetensors', initialWeights(ARCHITECTURE, 2));
  writeCheckpoint(
    copy,
    'safetensors',
    permutedWeights(weights, symmetries, randomPermutations(symmetries, new Random(3))),
  );
  log('Bringing a permuted copy back');
  const exact = await matchFiles(paths.reference, copy, (aligned) => differingTensors(weights, aligned));
  log(`Matching, ${repeats} rounds`);
  const ours = () => matchFiles(paths.reference, paths.candidate, () => 0).then(({ matching }) => matching);
  const theirs = (dtype: string) => () => peerMatching(context, peers!, paths, dtype);
  const results = await alternate<string, Matching>(repeats, {
    [`Stockpot, ${THREADS} threads`]: ours,
    ...(peers === undefined
      ? {}
      : {
          'NumPy and SciPy, float64, 2 threads': theirs('float64'),
          'NumPy and SciPy, float32, 2 threads': theirs('float32'),
        }),
  });
  return {
    tables: [speedTable(results, exact)],
    targets: targetsOf(results, exact.result),
  };
}

async function matchFiles<Result>(
  reference: string,
  candidate: string,
  judge: (aligned: AlignedCheckpoint) => Result,
): Promise<{ readonly matching: Matching; readonly result: Result }> {
  const [a, b] = [await openCheckpoint(reference), await openCheckpoint(candidate)];
  try {
    const started = performance.now();
    const { aligned } = await alignCheckpoints(GRAPH, a, [b], { seed: SEED, maxSweeps: MAX_SWEEPS, threads: THREADS });
    const seconds = (performance.now() - started) / 1000;
    const [one] = aligned as [AlignedCheckpoint];
    return {
      matching: {
        seconds,
        rounds: one.sweeps,
        objective: one.objective.after,
        permutations: one.permutations.map((permutation) => [...permutation]),
      },
      result: judge(one),
    };
  } finally {
    a.close();
    b.close();
  }
}

function differingTensors(weights: Weights, { checkpoint }: AlignedCheckpoint): number {
  const back = readWeights(checkpoint);
  return [...weights].filter(([name, { bytes }]) => Buffer.compare(back.get(name)!.bytes, bytes) !== 0).length;
}

async function peerMatching(
  { folder }: BenchContext,
  python: string,
  { reference, candidate }: { readonly reference: string; readonly candidate: string },
  dtype: string,
): Promise<Matching> {
  const problem = join(folder, 'problem.json');
  writeFileSync(problem, JSON.stringify(problemForPeer()));
  // NumPy multiplies on as many threads as Stockpot does.
  const environment = [`OPENBLAS_NUM_THREADS=${THREADS}`, `OMP_NUM_THREADS=${THREADS}`];
  const { stdout } = await measureCommand(
    '/usr/bin/env',
    [...environment, python, PEER, problem, reference, candidate, dtype],
    folder,
  );
  return JSON.parse(stdout) as Matching;
}

/** Groups, axes and orders as plain data: the peer has no table of its own for the network. */
function problemForPeer() {
  const symmetries = findSymmetries(GRAPH, new Set(GRAPH.initializers.keys()));
  const statistics = runningStatistics(GRAPH);
  return {
    leastGain: LEAST_GAIN,
    groups: symmetries.groups.map(({ channels }) => channels),
    orders: Array.from({ length: MAX_SWEEPS }, (_, sweep) => [
      ...visitingOrder(SEED, sweep, symmetries.families.length),
    ]),
    tensors: [...symmetries.tensors.values()]
      .filter(({ name }) => !statistics.has(name))
      .map(({ name, axes }) => ({
        name,
        axes: axes.map((parts) => parts.map(({ group = null, block, length }) => ({ group, block, length }))),
      })),
  };
}

type Results = Readonly<Record<string, readonly Matching[]>>;

function speedTable(results: Results, exact: { readonly matching: Matching; readonly result: number }): BenchTable {
  const [reference] = Object.values(results) as [readonly Matching[]];
  const secondsOf = (matchings: readonly Matching[]): number => median(matchings.map(({ seconds }) => seconds));
  const rows = Object.entries(results).map(([name, matchings]) => {
    const [first] = matchings as [Matching];
    const ratio = secondsOf(matchings) / secondsOf(reference);
    return [
      name,
      `${round(secondsOf(matchings))} s`,
      `${round(ratio)} ×`,
      String(first.rounds),
      first.objective.toPrecision(13),
      differingPlaces(first, reference[0]!),
    ];
  });
  const { matching, result } = exact;
  const copy = [
    'Stockpot, a randomly permuted copy',
    `${round(matching.seconds)} s`,
    '',
    String(matching.rounds),
    matching.objective.toPrecision(13),
    `${result} tensors`,
  ];
  return {
    title: 'Two ResNet-50, 37 groups of 11,456 channels',
    columns: ['', 'time', 'ratio', 'rounds', '⟨reference, aligned⟩', 'differs in'],
    rows: [...rows, copy],
  };
}

function differingPlaces({ permutations }: Matching, reference: Matching): string {
  const differing = permutations.flat().filter((channel, index) => channel !== reference.permutations.flat()[index]);
  return `${differing.length} channels`;
}

function targetsOf(results: Results, differing: number): readonly BenchTarget[] {
  const [ours, ...peers] = Object.entries(results) as [
    [string, readonly Matching[]],
    ...[string, readonly Matching[]][],
  ];
  const secondsOf = (matchings: readonly Matching[]): number => median(matchings.map(({ seconds }) => seconds));
  const best = ours[1][0]!.objective;
  return [
    { name: 'tensors of a permuted copy that do not come back bit for bit', measured: differing, limit: 0, unit: '' },
    ...peers.map(([name, matchings]) => ({
      name: `time, of ${name}`,
      measured: secondsOf(ours[1]) / secondsOf(matchings),
      limit: 1,
      unit: '×',
    })),
    ...peers.slice(0, 1).map(([name, matchings]) => ({
      name: `objective, relative difference from ${name}`,
      measured: Math.abs(matchings[0]!.objective / best - 1),
      limit: 1e-9,
      unit: '',
    })),
  ];
}
