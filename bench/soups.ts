import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { buildArchitecture } from '../main/architectures/build.ts';
import { createBackend } from '../main/backend/backend.ts';
import { planCooking } from '../main/backend/runs/plan-cooking.ts';
import type { RunDetails } from '../main/backend/runs/run-details.ts';
import type { RunService } from '../main/backend/runs/service.ts';
import { openCheckpoint } from '../main/checkpoints/open.ts';
import { readWeights } from '../main/checkpoints/weights.ts';
import { openSplit } from '../main/data/open-split.ts';
import { prepareSplit } from '../main/data/prepare.ts';
import type { DataSource } from '../main/data/source.ts';
import { createNodeProcessHost } from '../main/engine/node-process-host.ts';
import { passesOf } from '../main/recipes/passes.ts';
import type { Bench, BenchContext, BenchTable, BenchTarget } from './bench.ts';
import { alternate, median } from './measure.ts';
import { PythonPeer } from './peers/python-peer.ts';
import { round } from './report.ts';
import { ARCHITECTURE, type Pantry, trainIngredients } from './soups/ingredients.ts';
import { learnedWeights } from './soups/learned-weights.ts';

const INGREDIENTS = 12;
const EPOCHS = 10;
const BATCH = 64;
/** Of the candidates' forward passes in greedy's order of the article. */
const MOST_PASSES = 0.25;
/** How much faster learned mixing is to be with logits that are kept, and for each epoch without any. */
const CACHED = 100;
const COLD = 0.8 * EPOCHS;

/** Soups that look at data: what racing saves, and learned mixing against the same in PyTorch. */
export const bench: Bench = async (context) => {
  const pantry = await trainIngredients(join(context.keep ?? context.folder, 'soups'), INGREDIENTS, context.log);
  const racing = await race(context, pantry);
  const mixing = await mix(context, pantry);
  const weights = await learnedWeights(context);
  return {
    title: 'Soups that look at data',
    tables: [racing.table, mixing.table, weights.table],
    targets: [...racing.targets, ...mixing.targets, ...weights.targets],
    notes: [
      `${INGREDIENTS} networks of the demo's architecture, each fine-tuned on 10,000 images from one base; 5,000 images to select on.`,
      'Forward passes are those of candidates; the single scores of the ingredients, which every greedy soup begins with, are aside.',
      `Learned mixing: ${EPOCHS} epochs over 10,000 images, scored on the 5,000 after each. Ours is the whole run: engines, mixing, the table of scores. Cold: nothing was ever computed. Kept: the logits are there.`,
      'Learned over weights: allowed are 1.5 ordinary training steps and reading every ingredient twice, as fast as their files are read; what is above a training’s memory has to fit the budget.',
      'PyTorch runs all networks on every minibatch of every epoch, with its own number of threads.',
    ],
  };
};

interface Part {
  readonly table: BenchTable;
  readonly targets: readonly BenchTarget[];
}

async function race(context: BenchContext, pantry: Pantry): Promise<Part> {
  const order = { order: 'article' };
  const [raced] = await cookAll(context, pantry, join(context.folder, 'raced'), [
    { recipe: 'greedy', options: order, seed: 1 },
  ]);
  const [whole] = await cookAll(context, pantry, join(context.folder, 'whole'), [
    { recipe: 'greedy', options: { ...order, exhaustive: true }, seed: 1 },
  ]);
  return describeRace(raced!, whole!);
}

function describeRace(raced: RunDetails, whole: RunDetails): Part {
  const passes = passesOf(raced.trace)!;
  const share = passes.made / passes.exhaustive;
  const same = JSON.stringify(raced.run.coefficients) === JSON.stringify(whole.run.coefficients);
  const row = (name: string, { run, trace }: RunDetails): readonly string[] => {
    const { made } = passesOf(trace)!;
    return [
      name,
      String(made),
      `${round(100 * (made / passes.exhaustive))} %`,
      `${round(run.seconds!)} s`,
      run.used!.join(', '),
    ];
  };
  return {
    table: {
      title: `Greedy, the article's order, ${INGREDIENTS} ingredients`,
      columns: ['', 'forward passes', 'of all', 'whole run', 'chosen'],
      rows: [row('raced', raced), row('exhaustive', whole)],
    },
    targets: [
      { name: 'forward passes of candidates', measured: share, limit: MOST_PASSES, unit: 'of all' },
      { name: 'another choice than the exhaustive one', measured: same ? 0 : 1, limit: 0, unit: 'runs' },
    ],
  };
}

async function mix(context: BenchContext, pantry: Pantry): Promise<Part> {
  const { folder, repeats, peers } = context;
  const options = { epochs: EPOCHS, batchSize: BATCH };
  const ours = { cold: [] as number[], kept: [] as number[] };
  let outcome: RunDetails | undefined;
  const measureOurs = async (): Promise<number> => {
    const recipe = { recipe: 'learned-mixing', options };
    // Another seed is another run: of it only the logits are known.
    const [cold, kept] = await cookAll(context, pantry, join(folder, `mixing-${ours.cold.length}`), [
      { ...recipe, seed: 1 },
      { ...recipe, seed: 2 },
    ]);
    outcome = cold!;
    ours.cold.push(cold!.run.seconds!);
    ours.kept.push(kept!.run.seconds!);
    return outcome.run.seconds!;
  };
  if (peers === undefined) {
    for (let i = 0; i < repeats; i++) await measureOurs();
    return { table: mixingTable(ours, outcome!), targets: [] };
  }
  await writeForPeer(pantry, folder);
  using peer = await PythonPeer.start('learned_mixing.py', [folder, INGREDIENTS, BATCH, EPOCHS].map(String), peers);
  const name = await peer.nextLine();
  const measureTheirs = async () =>
    JSON.parse(await peer.ask('learn')) as { readonly seconds: number; readonly correct: number };
  const theirs: { readonly seconds: number; readonly correct: number }[] = [];
  await alternate(repeats, {
    ours: measureOurs,
    theirs: async () => {
      theirs.push(await measureTheirs());
      return 0;
    },
  });
  const seconds = median(theirs.map((one) => one.seconds));
  return {
    table: mixingTable(ours, outcome!, { name, seconds, correct: theirs[0]!.correct }),
    targets: [
      {
        name: 'learned mixing, cold',
        measured: median(ours.cold) / seconds,
        limit: 1 / COLD,
        unit: `of PyTorch's time`,
      },
      {
        name: 'learned mixing, logits kept',
        measured: median(ours.kept) / seconds,
        limit: 1 / CACHED,
        unit: `of PyTorch's time`,
      },
    ],
  };
}

function mixingTable(
  ours: { readonly cold: readonly number[]; readonly kept: readonly number[] },
  { trace }: RunDetails,
  theirs?: { readonly name: string; readonly seconds: number; readonly correct: number },
): BenchTable {
  const scores = trace.flatMap((step) =>
    step.kind === 'epoch' && step.score !== undefined ? [step.score.correct] : [],
  );
  const times = (seconds: number): string => (theirs === undefined ? '–' : `${round(theirs.seconds / seconds)} ×`);
  const row = (name: string, seconds: number, correct: number): readonly string[] => [
    name,
    `${round(seconds)} s`,
    times(seconds),
    String(correct),
  ];
  const best = Math.max(...scores);
  return {
    title: `Learned mixing of outputs, ${INGREDIENTS} ingredients`,
    columns: ['', 'time', 'faster', 'correct of 5,000, best epoch'],
    rows: [
      ...(theirs === undefined ? [] : [row(theirs.name, theirs.seconds, theirs.correct)]),
      row('Stockpot, cold', median(ours.cold), best),
      row('Stockpot, logits kept', median(ours.kept), best),
    ],
  };
}

/** One run after the other in a new workspace, as in an application that stays open. */
async function cookAll(
  { log }: BenchContext,
  { ingredients, splits }: Pantry,
  workspaceFolder: string,
  wanted: readonly {
    readonly recipe: string;
    readonly options: Readonly<Record<string, unknown>>;
    readonly seed: number;
  }[],
): Promise<readonly RunDetails[]> {
  mkdirSync(workspaceFolder, { recursive: true });
  const path = join(workspaceFolder, 'recipe.yml');
  const test = { ...splits.tests[0]!.source, rows: { from: 0, to: 500 } };
  const backend = await createBackend({ workspaceFolder, processHost: createNodeProcessHost() });
  const runs: RunDetails[] = [];
  try {
    for (const { recipe, options, seed } of wanted) {
      const content = {
        recipe,
        options,
        project: 'bench',
        architecture: ARCHITECTURE,
        ingredients: ingredients.map(({ path: file, name }) => ({ path: file, name })),
        splits: { train: splits.train, selection: splits.selection, test: { clean: test } },
        seed,
      };
      writeFileSync(path, stringify(content));
      const details = await finished(backend.runs.cookPlan(await planCooking(path)));
      log(`${recipe} ${JSON.stringify(options)}: ${details.run.seconds!.toFixed(2)} s; ${details.run.summary}`);
      runs.push(details);
    }
    return runs;
  } finally {
    await backend.close();
  }
}

async function finished(course: ReturnType<RunService['cookPlan']>): Promise<RunDetails> {
  for (;;) {
    const next = await course.next();
    if (next.done === true) return next.value;
  }
}

/** Images, labels and weights as plain numbers. */
async function writeForPeer({ ingredients, splits }: Pantry, folder: string): Promise<void> {
  for (const [name, source] of [
    ['train', splits.train],
    ['selection', splits.selection],
  ] as const) {
    const split = openSplit(await prepareSplit(source as DataSource, { cacheFolder: join(folder, 'splits') }));
    const images = new Float32Array(split.sampleCount * split.sampleShape.reduce((size, extent) => size * extent, 1));
    split.readBatch(Int32Array.from(split.labels.keys()), images);
    writeFileSync(join(folder, `${name}.f32`), images);
    writeFileSync(join(folder, `${name}.i32`), split.labels);
    split.close();
  }
  const { parameters } = buildArchitecture(ARCHITECTURE);
  for (const [i, { path }] of ingredients.entries()) {
    const checkpoint = await openCheckpoint(path);
    const weights = readWeights(checkpoint);
    const floats = parameters.map(({ name }) => weights.get(name)!).filter(({ dtype }) => dtype === 'F32');
    writeFileSync(join(folder, `model-${i}.f32`), Buffer.concat(floats.map(({ bytes }) => bytes)));
    checkpoint.close();
  }
}
