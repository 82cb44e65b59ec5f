import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { type Command, Option } from 'commander';
import { StockpotError } from '../errors.ts';
import { type FileIngredient, filesOfMixture, type Mixture } from '../mix/mixture.ts';
import type { MixtureReport } from '../mix/write.ts';
import { describeRounding } from './describe-rounding.ts';
import { addLayoutOptions, DTYPE_FLAGS, type LayoutFlags, layoutOf, OUTPUT_ENDINGS } from './output-options.ts';
import { printable } from './printable.ts';
import { addReadingOptions, filesOf } from './reading-options.ts';
import { TerminalProgress } from './terminal-progress.ts';
import { cancellable } from './with-backend.ts';

interface MergeFlags extends LayoutFlags {
  readonly output: string;
  readonly recipe?: string;
  readonly map?: string;
  readonly stateDict?: string;
  readonly weights?: string;
  readonly normalize: boolean;
  readonly dtype: string;
  readonly accumulate: 'f32' | 'f64';
  readonly threads?: string;
  readonly hash: boolean;
  readonly force: boolean;
  readonly json: boolean;
}

export function register(program: Command): void {
  const command = program
    .command('merge')
    .summary('average checkpoints into one file; no data, no project')
    .description(
      'Average checkpoints of one architecture, in any mixture of formats that stockpot inspect reads. ' +
        'The format of the output follows from its name. Memory does not grow with the size of the files.',
    )
    .argument('<files...>', 'the ingredients')
    .requiredOption('-o, --output <file>', `the soup to write; its ending says the format: ${OUTPUT_ENDINGS}`)
    .option('--recipe <name>', 'uniform, or weighted (the default with --weights)')
    .option('--weights <numbers>', 'one weight for each file, separated by commas')
    .option('--no-normalize', 'use the weights as they are instead of making them add up to one')
    .addOption(
      new Option('--dtype <type>', 'floating-point type of the result; keep: as in the first file')
        .choices(Object.keys(DTYPE_FLAGS))
        .default('keep'),
    )
    .addOption(
      new Option('--accumulate <type>', 'precision of the sums before the one rounding')
        .choices(['f32', 'f64'])
        .default('f64'),
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

async function merge(files: readonly string[], flags: MergeFlags): Promise<void> {
  const started = performance.now();
  if (existsSync(flags.output) && !flags.force) throw outputExists(flags.output);
  const threads = flags.threads === undefined ? undefined : parseThreads(flags.threads);
  const recipe = await recipeOf(flags);
  const weights = await weightsOf(recipe, files.length, flags);
  const { writeMixture } = await import('../mix/write.ts');
  const { ingredients, remarks } = await agreeing(files, flags);
  const graph = await graphFor(flags.output, ingredients[0]!);
  const progress = new TerminalProgress(!flags.json);
  try {
    const { report, mixture } = await cancellable(async (signal) => {
      const mixture: Mixture = {
        ingredients: await identify(ingredients, flags.hash, signal),
        groups: [{ name: 'all', tensors: 'rest', weights }],
        accumulate: flags.accumulate,
        dtype: DTYPE_FLAGS[flags.dtype]!,
      };
      const report = await writeMixture(mixture, {
        path: flags.output,
        layout: layoutOf(flags),
        replace: flags.force,
        metadata: provenance(recipe, mixture, flags.output),
        signal,
        onProgress: progress.show,
        ...(threads === undefined ? {} : { threads }),
        ...(graph === undefined ? {} : { graph }),
      });
      return { report, mixture };
    });
    progress.end();
    print(
      { ...report, remarks: [...report.remarks, ...remarks] },
      recipe,
      mixture,
      (performance.now() - started) / 1000,
      flags.json,
    );
  } finally {
    progress.end();
  }
}

async function recipeOf(flags: MergeFlags): Promise<'uniform' | 'weighted'> {
  const name = flags.recipe ?? (flags.weights === undefined ? 'uniform' : 'weighted');
  if (name === 'uniform' || name === 'weighted') return name;
  const { findRecipe } = await import('../recipes/index.ts');
  const recipe = findRecipe(name);
  throw new StockpotError({
    code: 'cli/recipe-needs-data',
    what: `The recipe ${recipe.name} decides by scores on held-out data, and merge has none`,
    where: '--recipe',
    remedy: 'Use stockpot cook with a recipe file that names a selection split.',
  });
}

async function weightsOf(recipe: 'uniform' | 'weighted', count: number, flags: MergeFlags): Promise<readonly number[]> {
  if (recipe === 'uniform') {
    if (flags.weights === undefined) return new Array<number>(count).fill(1 / count);
    throw badUsage('--weights', 'A uniform soup has no weights to choose', 'Use --recipe weighted.');
  }
  if (flags.weights === undefined) {
    throw badUsage('--weights', 'A weighted soup needs weights', 'Give one for each file: --weights 2,1,1');
  }
  const { finalWeights } = await import('../recipes/given-weights.ts');
  return finalWeights(flags.weights.split(',').map(parseWeight), flags.normalize, count);
}

function parseWeight(text: string): number {
  const weight = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(weight)) return weight;
  throw badUsage('--weights', `'${text}' is not a number`, 'Separate numbers by commas: --weights 2,1,0.5');
}

function parseThreads(text: string): number {
  const threads = Number(text);
  if (/^\d+$/.test(text) && threads >= 1 && threads <= 256) return threads;
  throw badUsage('--threads', `'${text}' is not a number of threads`, 'Give a whole number from 1 to 256.');
}

/** Files as they are to be read: as the flags say, and without the names of wrappers that the first file does not have. */
async function agreeing(
  paths: readonly string[],
  flags: MergeFlags,
): Promise<{
  readonly ingredients: readonly Omit<FileIngredient, 'sha256'>[];
  readonly remarks: readonly string[];
}> {
  const { checkHeaders } = await import('../backend/ingredients/check/headers.ts');
  const checked = (await checkHeaders({ files: await filesOf(paths, flags) })).files;
  return {
    ingredients: checked.map(({ path, reading }) => ({ path, reading })),
    remarks: checked.flatMap(({ path, nameRemark }) => (nameRemark === null ? [] : [`${path}: ${nameRemark}`])),
  };
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

/** What the file says about itself. `format` is what Hugging Face's loaders look for. */
function provenance(recipe: string, mixture: Mixture, output: string): Readonly<Record<string, string>> {
  const weights = mixture.groups[0]!.weights;
  const origin = {
    tool: 'stockpot merge',
    recipe,
    accumulate: mixture.accumulate,
    dtype: mixture.dtype,
    ingredients: filesOfMixture(mixture).map(({ path, sha256, reading }, i) => ({
      name: basename(path),
      weight: weights[i],
      ...(reading?.stateDict === undefined ? {} : { stateDict: reading.stateDict }),
      ...(reading?.names === undefined ? {} : { map: reading.names }),
      ...(sha256 === '' ? {} : { path: fromOutput(path, output), sha256 }),
    })),
  };
  return { format: 'pt', 'stockpot.merge': JSON.stringify(origin) };
}

/** Relative to the output's folder, so that both may move together; absolute on another drive. */
function fromOutput(path: string, output: string): string {
  const short = relative(dirname(resolve(output)), resolve(path));
  return isAbsolute(short) ? short : short.split(sep).join('/');
}

function print(report: MixtureReport, recipe: string, mixture: Mixture, seconds: number, json: boolean): void {
  if (json) {
    const ingredients = filesOfMixture(mixture).map(({ path, sha256 }, i) => ({
      path,
      weight: mixture.groups[0]!.weights[i],
      ...(sha256 === '' ? {} : { sha256 }),
    }));
    const { accumulate, dtype } = mixture;
    console.log(JSON.stringify({ ...report, recipe, accumulate, dtype, ingredients, seconds }));
    return;
  }
  for (const remark of report.remarks) console.error(`note: ${printable(remark)}`);
  for (const tensor of report.nonFinite) console.error(`warning: ${printable(tensor)} holds NaN or infinite values`);
  const size = `${(report.bytes / 1e6).toFixed(1)} MB`;
  for (const line of describeRounding(report.rounding)) console.error(line);
  console.log(
    `Wrote ${report.path}: ${count(report.tensorCount, 'tensor')}, ${size}, from ${count(mixture.ingredients.length, 'ingredient')} ` +
      `(${recipe}) in ${seconds.toFixed(2)} s`,
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
