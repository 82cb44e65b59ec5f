import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { type Command, Option } from 'commander';
import type { MergeRequest, PlannedMerge } from '../backend/merging/merge-request.ts';
import { StockpotError } from '../errors.ts';
import type { FileIngredient, Mixture } from '../mix/mixture.ts';
import type { MixtureReport } from '../mix/write.ts';
import { describeRounding } from './describe-rounding.ts';
import { addLayoutOptions, DTYPE_FLAGS, type LayoutFlags, layoutOf, OUTPUT_ENDINGS } from './output-options.ts';
import { printable } from './printable.ts';
import { addReadingOptions } from './reading-options.ts';
import { TerminalProgress } from './terminal-progress.ts';
import { cancellable } from './with-backend.ts';

export interface MergeFlags extends LayoutFlags {
  readonly output: string;
  readonly recipe?: string;
  readonly set: readonly string[];
  readonly base?: string;
  readonly only: readonly string[];
  readonly freeze: readonly string[];
  readonly seed?: string;
  readonly map?: string;
  readonly stateDict?: string;
  readonly weights?: string;
  readonly normalize: boolean;
  readonly dtype?: string;
  readonly accumulate?: 'f32' | 'f64';
  readonly threads?: string;
  readonly hash: boolean;
  readonly force: boolean;
  readonly json: boolean;
}

const collect = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];

export function register(program: Command): void {
  const command = program
    .command('merge')
    .summary('merge checkpoints into one file; no data, no project')
    .description(
      'Merge checkpoints of one architecture, in any mixture of formats that stockpot inspect reads: their average, or any recipe ' +
        'that needs no data (stockpot recipes lists them). In place of files, a YAML file may say what is merged: one of mergekit, ' +
        'or a recipe file. The format of the output follows from its name. Memory does not grow with the size of the files.',
    )
    .argument('<files...>', 'the ingredients; or one YAML file that names them')
    .requiredOption('-o, --output <file>', `the soup to write; its ending says the format: ${OUTPUT_ENDINGS}`)
    .option('--recipe <name>', 'uniform (the default), weighted (the default with --weights), ties, slerp, …')
    .option(
      '--set <option=value>',
      "one of the recipe's options, as YAML: --set density=0.5; may be repeated",
      collect,
      [],
    )
    .option(
      '--base <file>',
      'the file that the others were fine-tuned from; added to the ingredients where it is none of them',
    )
    .option(
      '--only <tensors>',
      'merge only tensors with such names (*, ? or /regular expression/); may be repeated',
      collect,
      [],
    )
    .option(
      '--freeze <tensors>',
      'take tensors with such names from the base or first file; may be repeated',
      collect,
      [],
    )
    .option('--seed <number>', 'what methods that draw lots draw from (default: 0)')
    .option('--weights <numbers>', 'one weight for each file, separated by commas')
    .option('--no-normalize', 'use the weights as they are instead of making them add up to one')
    .addOption(
      new Option(
        '--dtype <type>',
        'floating-point type of the result; keep (the default): as in the first file',
      ).choices(Object.keys(DTYPE_FLAGS)),
    )
    .addOption(
      new Option('--accumulate <type>', 'precision of the sums before the one rounding (default: f64)').choices([
        'f32',
        'f64',
      ]),
    )
    .option('--threads <count>', 'threads to use (default: by size and cores)')
    .option(
      '--hash',
      "record the ingredients' paths and SHA-256 in the result, for stockpot verify (reads every file once more; takes longer than the merge itself)",
      false,
    )
    .option('--force', 'replace the output if it exists', false)
    .option('--json', 'print the outcome as JSON', false)
    .action(async (files: readonly string[], flags: MergeFlags) => {
      await merge(files, flags);
    });
  addLayoutOptions(command);
  addReadingOptions(command);
}

/** What is merged, planned and hashed as far as it was asked for. */
interface Merged {
  readonly request: MergeRequest;
  readonly plan: PlannedMerge;
  readonly mixture: Mixture;
  readonly files: readonly FileIngredient[];
}

async function merge(files: readonly string[], flags: MergeFlags): Promise<void> {
  const started = performance.now();
  if (existsSync(flags.output) && !flags.force) throw outputExists(flags.output);
  const threads = flags.threads === undefined ? undefined : parseThreads(flags.threads);
  const { requestOf } = await import('./merge-request.ts');
  const { request, remarks } = await requestOf(files, flags);
  const { mixtureOfMerge, planMerge } = await import('../backend/merging/merge-request.ts');
  const { writeMixture } = await import('../mix/write.ts');
  const progress = new TerminalProgress(!flags.json);
  try {
    const { report, merged } = await cancellable(async (signal) => {
      const plan = await planMerge(request, { signal, onProgress: progress.show });
      const graph = await graphFor(flags.output, plan.ingredients[0]!);
      const hashed = await identify(plan.ingredients, flags.hash, signal);
      const merged: Merged = { request, plan, files: hashed, mixture: mixtureOfMerge(hashed, plan, request) };
      const report = await writeMixture(merged.mixture, {
        path: flags.output,
        layout: layoutOf(flags),
        replace: flags.force,
        metadata: provenance(merged, flags.output),
        signal,
        onProgress: progress.show,
        ...(threads === undefined ? {} : { threads }),
        ...(graph === undefined ? {} : { graph }),
      });
      return { report, merged };
    });
    progress.end();
    const all = { ...report, remarks: [...report.remarks, ...remarks, ...merged.plan.remarks] };
    print(all, merged, (performance.now() - started) / 1000, flags.json);
  } finally {
    progress.end();
  }
}

function parseThreads(text: string): number {
  const threads = Number(text);
  if (/^\d+$/.test(text) && threads >= 1 && threads <= 256) return threads;
  throw badUsage('--threads', `'${text}' is not a number of threads`, 'Give a whole number from 1 to 256.');
}

/** The network that the first file belongs to, for formats that hold it beside the weights; undefined where it cannot be told. */
async function graphFor(
  output: string,
  { path, reading }: Omit<FileIngredient, 'sha256'>,
): Promise<Uint8Array | undefined> {
  const { formatOfPath } = await import('../checkpoints/write-checkpoint.ts');
  if (formatOfPath(output) !== 'onnx') return undefined;
  const { openCheckpoint } = await import('../checkpoints/open.ts');
  const { detectArchitecture } = await import('../architectures/detect.ts');
  const { buildArchitecture } = await import('../architectures/build.ts');
  const checkpoint = await openCheckpoint(path, reading);
  try {
    const detection = detectArchitecture(checkpoint.tensors.values());
    return detection.kind === 'found' ? buildArchitecture(detection.spec).graph : undefined;
  } finally {
    checkpoint.close();
  }
}

async function identify(
  files: readonly Omit<FileIngredient, 'sha256'>[],
  hash: boolean,
  signal: AbortSignal,
): Promise<readonly FileIngredient[]> {
  if (!hash) return files.map((file) => ({ ...file, sha256: '' }));
  const { hashIngredient } = await import('../mix/open-ingredients.ts');
  return Promise.all(files.map(async (file) => ({ ...file, sha256: await hashIngredient(file.path, signal) })));
}

/** One weight for each file, where that says it all. */
function plainWeights({ plan: { coefficients } }: Merged): readonly number[] | undefined {
  const { groups, inputs } = coefficients;
  const [group, ...others] = groups;
  const isPlain =
    inputs === undefined && others.length === 0 && group?.tensors === 'rest' && group.method === undefined;
  return isPlain ? group.weights : undefined;
}

/** What the file says about itself. `format` is what Hugging Face's loaders look for. */
function provenance(merged: Merged, output: string): Readonly<Record<string, string>> {
  const { request, plan, mixture, files } = merged;
  const weights = plainWeights(merged);
  const origin = {
    tool: 'stockpot merge',
    recipe: request.recipe,
    accumulate: mixture.accumulate,
    dtype: mixture.dtype,
    ingredients: files.map(({ path, sha256, reading }, i) => ({
      name: weights === undefined ? plan.ingredients[i]!.name : basename(path),
      ...(weights === undefined ? {} : { weight: weights[i] }),
      ...(reading?.stateDict === undefined ? {} : { stateDict: reading.stateDict }),
      ...(reading?.names === undefined ? {} : { map: reading.names }),
      ...(sha256 === '' ? {} : { path: fromOutput(path, output), sha256 }),
    })),
    ...(weights === undefined
      ? { blend: plan.coefficients, options: request.options, scope: request.scope, seed: request.seed }
      : {}),
  };
  return { format: 'pt', 'stockpot.merge': JSON.stringify(origin) };
}

/** Relative to the output's folder, so that both may move together; absolute on another drive. */
function fromOutput(path: string, output: string): string {
  const short = relative(dirname(resolve(output)), resolve(path));
  return isAbsolute(short) ? short : short.split(sep).join('/');
}

function print(report: MixtureReport, merged: Merged, seconds: number, json: boolean): void {
  const { request, mixture, files, plan } = merged;
  if (json) {
    const weights = plainWeights(merged);
    const ingredients = files.map(({ path, sha256 }, i) => ({
      path,
      ...(weights === undefined ? {} : { weight: weights[i] }),
      ...(sha256 === '' ? {} : { sha256 }),
    }));
    const { accumulate, dtype } = mixture;
    const blend = weights === undefined ? { blend: plan.coefficients } : {};
    console.log(
      JSON.stringify({ ...report, recipe: request.recipe, accumulate, dtype, ingredients, ...blend, seconds }),
    );
    return;
  }
  for (const remark of report.remarks) console.error(`note: ${printable(remark)}`);
  for (const tensor of report.nonFinite) console.error(`warning: ${printable(tensor)} holds NaN or infinite values`);
  const size = `${(report.bytes / 1e6).toFixed(1)} MB`;
  for (const line of describeRounding(report.rounding)) console.error(line);
  console.log(
    `Wrote ${report.path}: ${count(report.tensorCount, 'tensor')}, ${size}, from ${count(files.length, 'ingredient')} ` +
      `(${request.recipe}) in ${seconds.toFixed(2)} s`,
  );
}

function outputExists(path: string): StockpotError {
  return new StockpotError({
    code: 'cli/output-exists',
    what: 'The output exists already',
    where: path,
    remedy: 'Choose another name, or replace it with --force.',
  });
}

function badUsage(where: string, what: string, remedy: string): StockpotError {
  return new StockpotError({ code: 'cli/bad-usage', what, where, remedy });
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
