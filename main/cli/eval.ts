import { basename, extname } from 'node:path';
import { type Command, Option } from 'commander';
import type { Backend } from '../backend/backend.ts';
import type { EvaluateFilesRequest, FileScores } from '../backend/evaluations/evaluate-files.ts';
import { StockpotError } from '../errors.ts';
import { DEFAULT_METRIC, METRICS } from '../metrics/index.ts';
import { printable } from './printable.ts';
import { ProgressBar } from './progress-bar.ts';
import { addReadingOptions, filesOf } from './reading-options.ts';
import { parseRunNumber } from './run-number.ts';
import { figuresOf, scoreText } from './run-output.ts';
import { percent, textTable } from './text-table.ts';
import { withBackend } from './with-backend.ts';

interface EvalFlags {
  readonly data: readonly string[];
  readonly recipe?: string;
  readonly map?: string;
  readonly stateDict?: string;
  readonly run?: string;
  readonly architecture?: string;
  readonly ensemble: boolean;
  readonly runtime: 'onnx' | 'tfjs';
  readonly device: string;
  readonly dir?: string;
  readonly json: boolean;
}

export function register(program: Command): void {
  const command = program
    .command('eval')
    .summary('score checkpoints on labelled data')
    .description(
      'Score checkpoints on labelled data. Predictions are kept in the workspace, so the same weights are never run twice over ' +
        'the same data by the same runtime. With --recipe or --run and no files, their ingredients are scored.',
    )
    .argument('[files...]', 'checkpoints of one architecture')
    .option(
      '--data <source>',
      'mnist:test, mnist:train, or a source as in a recipe file: "{ format: idx, images: FILE, labels: FILE }"; may be repeated',
      (source: string, earlier: readonly string[]) => [...earlier, source],
      [] as readonly string[],
    )
    .option('--recipe <file>', 'the splits of a recipe file')
    .option('--run <run>', 'the ingredients of a run, on its splits unless --data names others')
    .option('--architecture <spec>', 'as in a recipe file: "{ family: mlp, … }" (default: detected)')
    .option('--ensemble', "score the checkpoints' ensembles as well", false)
    .addOption(
      new Option('--runtime <runtime>', 'what executes the networks').choices(['onnx', 'tfjs']).default('onnx'),
    )
    .option('--device <device>', 'onnx: cpu, cuda, webgpu, …; tfjs: tensorflow, wasm; auto takes what works', 'auto')
    .option('--dir <folder>', 'the workspace (default: STOCKPOT_WORKSPACE, else the folder for application data)')
    .option('--json', 'print the scores as JSON', false)
    .action(async (files: readonly string[], flags: EvalFlags) => {
      await evaluate(files, flags);
    });
  addReadingOptions(command);
}

async function evaluate(files: readonly string[], flags: EvalFlags): Promise<void> {
  if (flags.run !== undefined) parseRunNumber(flags.run);
  const given = await requestOf(files, flags);
  if (flags.run === undefined) await check(given);
  const progress = new ProgressBar(!flags.json);
  try {
    await withBackend(flags, flags.run === undefined ? 'write' : 'change', async (backend, signal) => {
      const { evaluateFiles } = await import('../backend/evaluations/evaluate-files.ts');
      const request = flags.run === undefined ? given : await withRun(given, parseRunNumber(flags.run), backend);
      const remarks: string[] = [];
      const onRemark = (remark: string): void => void remarks.push(remark);
      const options = { signal, onProgress: progress.show, onRemark };
      const rows = await evaluateFiles(backend.evaluations, backend.paths.splits, request, options);
      progress.clear();
      if (!flags.json) for (const remark of remarks) console.error(`note: ${printable(remark)}`);
      console.log(flags.json ? JSON.stringify({ ...asJson(rows), remarks }) : table(rows));
    });
  } finally {
    progress.clear();
  }
}

/** What the flags and files come to, without a run's share. */
async function requestOf(files: readonly string[], flags: EvalFlags): Promise<EvaluateFilesRequest> {
  const { parseArchitectureSpec } = await import('../architectures/architecture-schema.ts');
  const { readRecipeFile } = await import('../backend/runs/recipe-file.ts');
  const recipe = flags.recipe === undefined ? undefined : readRecipeFile(flags.recipe);
  const { selection, test = {} } = recipe?.splits ?? {};
  const own = {
    ...(selection === undefined ? {} : { selection }),
    ...test,
    ...Object.fromEntries(await Promise.all(flags.data.map(parseData))),
  };
  const spec = flags.architecture === undefined ? undefined : parseArchitectureSpec(await fromYaml(flags.architecture));
  const architecture = spec ?? recipe?.architecture;
  const { readingOf } = await import('../backend/ingredients/reading-schema.ts');
  const named = (await filesOf(files, flags)).map((file) => ({
    ...file,
    name: basename(file.path, extname(file.path)),
  }));
  const ofRecipe = (recipe?.ingredients ?? []).map((entry) => ({ ...entry, reading: readingOf(entry) }));
  return {
    files: named.length > 0 ? named : ofRecipe,
    splits: own,
    ...(architecture === undefined ? {} : { architecture }),
    runtime: { runtime: flags.runtime, device: flags.device },
    ensembles: flags.ensemble,
  };
}

/** Files that cannot be used are refused before a workspace is made. */
async function check({ files, splits, architecture }: EvaluateFilesRequest): Promise<void> {
  if (files.length === 0) throw badUsage('No checkpoints are named', 'Name checkpoint files, --recipe or --run.');
  if (Object.keys(splits).length === 0) {
    throw badUsage('No data are named', 'Name them with --data mnist:test, --recipe or --run.');
  }
  const { inspectHeader } = await import('../backend/ingredients/inspect.ts');
  for (const { path, reading } of files) await inspectHeader(path, architecture, {}, reading);
}

async function withRun(given: EvaluateFilesRequest, id: number, backend: Backend): Promise<EvaluateFilesRequest> {
  const { ingredients, splits, run } = backend.runs.get(id);
  const { dataSourceSchema } = await import('../data/source.ts');
  const scored = splits.filter(({ role }) => role !== 'train');
  const own = Object.fromEntries(scored.map(({ name, source }) => [name, dataSourceSchema.parse(source)]));
  const request = {
    ...given,
    architecture: given.architecture ?? run.architecture,
    files: [...given.files, ...ingredients.map(({ name, ingredient: { path, reading } }) => ({ name, path, reading }))],
    splits: Object.keys(given.splits).length > 0 ? given.splits : own,
  };
  await check(request);
  return request;
}

async function parseData(text: string): Promise<readonly [string, EvaluateFilesRequest['splits'][string]]> {
  const { parseDataSource, resolveSource } = await import('../data/source.ts');
  const [, part] = /^mnist:(train|test)$/.exec(text) ?? [];
  if (part !== undefined) return [text, parseDataSource({ format: 'mnist', part }, '--data')];
  const source = resolveSource(parseDataSource(await fromYaml(text), `--data ${text}`), process.cwd());
  return [source.format === 'idx' ? basename(source.images) : text, source];
}

async function fromYaml(text: string): Promise<unknown> {
  const { parseYaml } = await import('../backend/runs/yaml-document.ts');
  return parseYaml(text, text).value;
}

function asJson(rows: readonly FileScores[]): { readonly rows: readonly unknown[] } {
  return {
    rows: rows.map(({ label, scores }) => ({
      label,
      scores: Object.fromEntries(Object.entries(scores).map(([name, score]) => [name, figuresOf(score)])),
      runtime: Object.values(scores)[0]?.runtimeIdentity,
    })),
  };
}

function table(rows: readonly FileScores[]): string {
  const names = Object.keys(rows[0]?.scores ?? {});
  const others = METRICS.filter((metric) => metric !== DEFAULT_METRIC);
  return textTable(
    [
      { title: '', align: 'left' },
      ...names.flatMap((name) => [
        { title: name, align: 'right' as const },
        ...others.map(({ phrase }) => ({ title: phrase, align: 'right' as const })),
      ]),
    ],
    rows.map(({ label, scores }) => [
      label,
      ...names.flatMap((name) => [
        percent(scores[name]!.accuracy),
        ...others.map((metric) => scoreText(scores[name]!, metric)),
      ]),
    ]),
  );
}

function badUsage(what: string, remedy: string): StockpotError {
  return new StockpotError({ code: 'cli/bad-usage', what, remedy });
}
