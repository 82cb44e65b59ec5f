import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { measureSimilarity } from '../main/analysis/similarity.ts';
import { THRESHOLDS } from '../main/analysis/thresholds.ts';
import { buildArchitecture } from '../main/architectures/build.ts';
import type { Checkpoint, TensorValue } from '../main/checkpoints/checkpoint.ts';
import { openCheckpoint } from '../main/checkpoints/open.ts';
import { writeCheckpoint } from '../main/checkpoints/write-checkpoint.ts';
import { type JudgedPair, judgeStudy, type MeasuredStudy, measureStudy } from './ancestry/known-pairs.ts';
import { PACKAGED_STUDIES } from './ancestry/packaged.ts';
import { FORGETTING, STUDIES } from './ancestry/studies.ts';
import { type TrainingPlace, trainStudy } from './ancestry/train-studies.ts';
import type { Bench, BenchContext, BenchTable } from './bench.ts';
import { alternate, median } from './measure.ts';
import { round } from './report.ts';

const CANDIDATES = [2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 8];
const CHECKPOINTS_TO_TIME = 10;
const MOST_WRONG = 0.02;
const MOST_UNSURE = 0.15;

/**
 * The verdict on shared ancestry on pairs whose ancestry is known: networks trained here, and from registries' packages. Candidate
 * thresholds are compared on the calibration half, those in use are judged on the held-out half: other architectures, other networks.
 */
export const bench: Bench = async (context) => {
  const place = { folder: context.keep ?? context.folder, fashion: join(dataOf(context), 'fashion'), log: context.log };
  const studies = await measureAll(place);
  const pairs = studies.flatMap((study) => judgeStudy(study, THRESHOLDS));
  const heldOut = pairs.filter(({ half }) => half === 'held-out');
  const forgetting = judgeStudy(await measured(FORGETTING, place), THRESHOLDS).filter(({ a }) => a === '1-base');
  return {
    title: 'Shared ancestry',
    tables: [
      studiesTable(studies, pairs),
      candidatesTable(studies),
      chanceTable(pairs),
      forgettingTable(forgetting),
      await timingTable(context),
    ],
    targets: [
      {
        name: 'wrong verdicts, held-out pairs',
        measured: rate(heldOut, isWrong),
        limit: MOST_WRONG,
        unit: 'of the pairs',
      },
      {
        name: 'unsure verdicts, held-out pairs',
        measured: rate(heldOut, isUnsure),
        limit: MOST_UNSURE,
        unit: 'of the pairs',
      },
    ],
    notes: [
      'Two networks of one lineage have the same ancestor; two of different lineages were initialised independently and trained on the same data.',
      `Thresholds in use: ${JSON.stringify(THRESHOLDS)}.`,
      'Pairs of one study share networks and are not independent of each other; the halves share none.',
      'Forgetting is shown apart: a network whose weights have all been rewritten has no ancestor that weights could tell of.',
    ],
    data: { thresholds: THRESHOLDS, pairs, forgetting },
  };
};

function dataOf({ data }: BenchContext): string {
  if (data !== undefined) return data;
  throw new Error('Give the folder that holds fashion/ with the IDX files of Fashion-MNIST: --data FOLDER');
}

async function measureAll(place: TrainingPlace): Promise<readonly MeasuredStudy[]> {
  const studies: MeasuredStudy[] = [];
  for (const study of STUDIES) studies.push(await measured(study, place));
  const packages = join(place.folder, 'packages');
  if (!existsSync(packages)) {
    place.log(`No ${packages} (bench/peers/ancestry_packages.py makes it): only networks trained here are judged.`);
    return studies;
  }
  for (const { name, half, networks } of PACKAGED_STUDIES) {
    const files = networks.map((network) => ({ ...network, path: join(packages, network.name) }));
    studies.push(await measureStudy(name, half, files));
  }
  return studies;
}

async function measured(study: (typeof STUDIES)[number], place: TrainingPlace): Promise<MeasuredStudy> {
  return measureStudy(study.name, study.half, await trainStudy(study, place));
}

function isWrong({ truth, verdict }: JudgedPair): boolean {
  return verdict !== 'unsure' && verdict !== truth;
}

function isUnsure({ verdict }: JudgedPair): boolean {
  return verdict === 'unsure';
}

function rate(pairs: readonly JudgedPair[], is: (pair: JudgedPair) => boolean): number {
  return pairs.filter(is).length / pairs.length;
}

function count(pairs: readonly JudgedPair[], truth: JudgedPair['truth'], verdict: JudgedPair['verdict']): string {
  return String(pairs.filter((pair) => pair.truth === truth && pair.verdict === verdict).length);
}

const VERDICT_COLUMNS = ['same: same', 'unsure', 'different', 'different: different', 'unsure', 'same'];

function verdictCells(pairs: readonly JudgedPair[]): readonly string[] {
  return [
    count(pairs, 'same', 'same'),
    count(pairs, 'same', 'unsure'),
    count(pairs, 'same', 'different'),
    count(pairs, 'different', 'different'),
    count(pairs, 'different', 'unsure'),
    count(pairs, 'different', 'same'),
  ];
}

function studiesTable(studies: readonly MeasuredStudy[], pairs: readonly JudgedPair[]): BenchTable {
  const rowOf = (name: string, half: string, networks: number, some: readonly JudgedPair[]): readonly string[] => [
    name,
    half,
    String(networks),
    some.length === 0 ? '' : String(Math.max(...some.map(({ judged }) => judged))),
    ...verdictCells(some),
  ];
  const totals = (['calibration', 'held-out'] as const).map((half) => {
    const networks = studies
      .filter((study) => study.half === half)
      .reduce((sum, study) => sum + study.networks.length, 0);
    return rowOf(
      'all',
      half,
      networks,
      pairs.filter((pair) => pair.half === half),
    );
  });
  return {
    title: 'Verdicts by what is true',
    columns: ['study', 'half', 'networks', 'tensors judged', ...VERDICT_COLUMNS],
    rows: [
      ...studies.map(({ name, half, networks }) =>
        rowOf(
          name,
          half,
          networks.length,
          pairs.filter(({ study }) => study === name),
        ),
      ),
      ...totals,
    ],
  };
}

function candidatesTable(studies: readonly MeasuredStudy[]): BenchTable {
  const calibration = studies.filter(({ half }) => half === 'calibration');
  return {
    title: 'Candidates for the z from which on a tensor is related, calibration half',
    columns: ['z', 'wrong', 'unsure', ...VERDICT_COLUMNS],
    rows: CANDIDATES.map((related) => {
      const pairs = calibration.flatMap((study) =>
        judgeStudy(study, { ...THRESHOLDS, related, unrelated: Math.min(related, THRESHOLDS.unrelated) }),
      );
      return [String(related), percent(rate(pairs, isWrong)), percent(rate(pairs, isUnsure)), ...verdictCells(pairs)];
    }),
  };
}

/** How near z is to a standard normal deviate where networks have nothing in common, and how far from it where they have. */
function chanceTable(pairs: readonly JudgedPair[]): BenchTable {
  const rows = (['different', 'same'] as const).map((truth) => {
    const all = pairs.filter((pair) => pair.truth === truth).flatMap(({ tensors }) => tensors);
    const sorted = all.map(({ z }) => z).toSorted((a, b) => a - b);
    const mean = sorted.reduce((sum, z) => sum + z, 0) / sorted.length;
    const deviation = Math.sqrt(sorted.reduce((sum, z) => sum + (z - mean) ** 2, 0) / sorted.length);
    const at = (share: number): string => sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(2);
    const largestCosine = Math.max(...all.map(({ cosine }) => cosine)).toFixed(3);
    return [
      truth,
      String(sorted.length),
      mean.toFixed(2),
      deviation.toFixed(2),
      at(0),
      at(0.01),
      at(0.5),
      at(0.99),
      at(1),
      largestCosine,
    ];
  });
  return {
    title: 'z of the judged tensors',
    columns: [
      'ancestors',
      'tensors',
      'mean',
      'deviation',
      'least',
      '1 %',
      'median',
      '99 %',
      'largest',
      'largest plain cosine',
    ],
    rows,
  };
}

function forgettingTable(pairs: readonly JudgedPair[]): BenchTable {
  const how = new Map(FORGETTING.networks.map(({ name, config }) => [`1-${name}`, config]));
  return {
    title: 'Forgetting: a base and what was trained on from it, to the end of all memory',
    columns: ['SGD, learning rate', 'weight decay', 'epochs', 'related tensors', 'z', 'cosines', 'verdict'],
    rows: pairs.map(({ b, related, judged, tensors, verdict }) => {
      const { learningRate, weightDecay, epochs } = how.get(b)!;
      const list = (digits: number, pick: (tensor: JudgedPair['tensors'][number]) => number): string =>
        tensors.map((tensor) => pick(tensor).toFixed(digits)).join(', ');
      return [
        String(learningRate),
        String(weightDecay),
        String(epochs),
        `${related} of ${judged}`,
        list(1, ({ z }) => z),
        list(2, ({ cosine }) => cosine),
        verdict,
      ];
    }),
  };
}

/** Ten checkpoints of ResNet-50: comparing all 45 pairs, against reading the files in the same pieces. */
async function timingTable({ folder, repeats, log }: BenchContext): Promise<BenchTable> {
  log(`Timing ${CHECKPOINTS_TO_TIME} checkpoints of ResNet-50`);
  const checkpoints: Checkpoint[] = [];
  try {
    for (let index = 0; index < CHECKPOINTS_TO_TIME; index += 1) {
      const path = join(folder, `resnet50-${index}.safetensors`);
      writeCheckpoint(path, 'safetensors', quickWeights(index));
      checkpoints.push(await openCheckpoint(path));
    }
    const timings = await alternate(repeats, {
      reading: async () => timed(async () => readAll(checkpoints)),
      comparing: async () => timed(() => measureSimilarity(checkpoints)),
    });
    const row = (name: string, measured: readonly Timing[]): readonly string[] => [
      name,
      round(median(measured.map(({ seconds }) => seconds))),
      round(median(measured.map(({ cpuSeconds }) => cpuSeconds))),
    ];
    const bytes = checkpoints
      .flatMap(({ tensors }) => [...tensors.values()])
      .reduce((sum, { byteLength }) => sum + byteLength, 0);
    return {
      title: `${CHECKPOINTS_TO_TIME} checkpoints of ResNet-50, ${(bytes / 1e9).toFixed(2)} GB, files in the page cache`,
      columns: ['', 's', 's of processor time'],
      rows: [row('reading', timings.reading), row('comparing all 45 pairs', timings.comparing)],
    };
  } finally {
    for (const checkpoint of checkpoints) checkpoint.close();
  }
}

interface Timing {
  readonly seconds: number;
  /** What the work itself took, however busy the machine was. */
  readonly cpuSeconds: number;
}

async function timed(work: () => Promise<unknown>): Promise<Timing> {
  const started = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - started) / 1000, cpuSeconds: (user + system) / 1e6 };
}

function readAll(checkpoints: readonly Checkpoint[]): void {
  const target = new Uint8Array(1 << 20);
  for (const checkpoint of checkpoints) {
    for (const { name, byteLength } of checkpoint.tensors.values()) {
      for (let offset = 0; offset < byteLength; offset += target.length) {
        checkpoint.read(name, offset, target.subarray(0, Math.min(target.length, byteLength - offset)));
      }
    }
  }
}

/** Numbers without a pattern, quickly; what they are does not matter to the time. */
function quickWeights(seed: number): ReadonlyMap<string, TensorValue> {
  const { parameters } = buildArchitecture({ family: 'resnet', depth: 50, inputShape: [3, 224, 224], classes: 1000 });
  let state = seed + 1;
  return new Map(
    parameters.map(({ name, shape, dtype }): [string, TensorValue] => {
      const elements = shape.reduce((product, extent) => product * extent, 1);
      if (dtype === 'I64') return [name, { dtype, shape, bytes: new Uint8Array(8 * elements) }];
      const values = new Float32Array(elements);
      for (let at = 0; at < elements; at += 1) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
        values[at] = state / 2 ** 36;
      }
      return [name, { dtype, shape, bytes: new Uint8Array(values.buffer) }];
    }),
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
