import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { DemoEvent, DemoResult } from '../backend/demo/demo.ts';
import type { ReportData } from '../backend/exports/report/report-data.ts';
import { grouped } from './text-table.ts';

interface DemoFlags {
  readonly dir: string;
  readonly quick: boolean;
  readonly seed: number;
  readonly json: boolean;
}

export function register(program: Command): void {
  program
    .command('demo')
    .summary('the main job from nothing: train, cook, compare, export, verify')
    .description(
      'Train a small convolutional network on MNIST, fine-tune five ingredients from it, cook every recipe, compare soups, ' +
        'ingredients and ensembles on clean and damaged test images, export the best soup and verify it. ' +
        'Everything is kept in a workspace; a second run continues from what is done.',
    )
    .option('--dir <folder>', 'the workspace', 'stockpot-demo')
    .option('--quick', 'fewer images, the same steps', false)
    .option('--seed <number>', 'of data, weights and training', parseSeed, 1)
    .option('--json', 'print the outcome as JSON', false)
    .action(async (flags: DemoFlags) => {
      await demo(flags);
    });
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed < 2 ** 32) return seed;
  throw new InvalidArgumentError('It must be a whole number from 0 to 4294967295.');
}

async function demo(flags: DemoFlags): Promise<void> {
  const started = performance.now();
  const { withBackend } = await import('./with-backend.ts');
  const { runDemo } = await import('../backend/demo/demo.ts');
  const { ProgressBar } = await import('./progress-bar.ts');
  const { trainingLine } = await import('./demo-output.ts');
  const say = (text: string): void => {
    bar.clear();
    if (!flags.json) console.log(text);
  };
  const bar = new ProgressBar(!flags.json);
  const tell = (event: DemoEvent): void => {
    switch (event.kind) {
      case 'progress':
        bar.show(event.progress);
        return;
      case 'prepared': {
        const sizes = event.splits.map(({ name, ref }) => `${name} ${grouped(ref.sampleCount)}`);
        say(`Data: ${sizes.join(', ')} images (${event.seconds.toFixed(1)} s)`);
        return;
      }
      case 'trained':
        say(trainingLine(event.trained.ingredient.name, event.trained.ingredient, event.trained.reused));
        return;
      case 'cooked':
        say(`${event.cooked.name}: ${event.cooked.details.run.summary ?? ''}`);
        return;
      case 'trace':
        return;
    }
  };
  await withBackend({ dir: flags.dir }, 'write', async (backend, signal) => {
    const trainingDevice = process.env.STOCKPOT_TFJS_DEVICE ?? 'auto';
    const events = runDemo(backend, { seed: flags.seed, quick: flags.quick, trainingDevice }, signal);
    try {
      for (;;) {
        const next = await events.next();
        if (next.done !== true) {
          tell(next.value);
          continue;
        }
        const { best, soups } = next.value;
        const others = soups.filter((soup) => soup !== best).map(({ details }) => details.run.id);
        const data = await backend.runs.reportData(best.details.run.id, others, { signal });
        const seconds = (performance.now() - started) / 1000;
        bar.clear();
        if (flags.json) console.log(JSON.stringify(demoAsJson(next.value, data, seconds)));
        else await printDemo(next.value, data, backend.paths.database, seconds);
        return;
      }
    } finally {
      bar.clear();
    }
  });
}

async function printDemo(result: DemoResult, data: ReportData, database: string, seconds: number): Promise<void> {
  const { demoTable, greedyStory, standingOfBest } = await import('./demo-output.ts');
  const { verification, exported, report } = result;
  const verified = verification.identical ? 'verified bit for bit' : 'NOT identical to its ingredients';
  console.log(`\n${demoTable(data)}\n`);
  console.log(`${standingOfBest(data)}\n`);
  console.log(`${greedyStory(result.soups)}\n`);
  console.log(`Database: ${database}`);
  console.log(`Report:   ${report}`);
  console.log(`Soup:     ${resolve(exported.soup)} (${verified})`);
  console.log(`Done in ${seconds.toFixed(1)} s.`);
}

/** Nothing in it but `seconds` and the paths differs between two runs of the same seed on the same runtime. */
function demoAsJson(result: DemoResult, data: ReportData, seconds: number): unknown {
  const training = ({ name, sha256, training: record }: DemoResult['base']): unknown => ({
    name,
    sha256,
    imagesSeen: record?.result.imagesSeen,
    runtime: record?.result.runtimeIdentity,
    selectionAccuracy: record?.result.epochs.find(({ epoch }) => epoch === record.result.bestEpoch)?.selectionAccuracy,
  });
  return {
    seconds,
    base: training(result.base),
    ingredients: result.ingredients.map(training),
    soups: result.soups.map(({ name, details }) => ({
      name,
      run: details.run.id,
      coefficients: details.run.coefficients,
      trace: details.trace,
    })),
    scores: Object.fromEntries(
      [...data.ingredients, ...data.soups, ...data.ensembles].map(({ name, scores }) => [name, scores]),
    ),
    bestIngredient: data.bestIngredient,
    bestSoup: result.best.name,
    comparisons: data.comparisons,
    exported: { file: result.exported.soup, sha256: result.exported.sha256, identical: result.verification.identical },
    report: result.report,
  };
}
