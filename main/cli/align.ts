import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, parse, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { AlignedCheckpoint, Alignment, AlignmentOptions } from '../alignment/align-checkpoints.ts';
import type { Graph } from '../architectures/onnx/graph.ts';
import type { Checkpoint } from '../checkpoints/checkpoint.ts';
import type { OutputFormat } from '../checkpoints/output-formats.ts';
import { StockpotError } from '../errors.ts';
import { printable } from './printable.ts';
import { addReadingOptions, filesOf } from './reading-options.ts';
import { TerminalProgress } from './terminal-progress.ts';
import { textTable } from './text-table.ts';
import { cancellable } from './with-backend.ts';

interface AlignFlags {
  readonly output: string;
  readonly to: 'reference' | 'mean';
  readonly seed: string;
  readonly statistics: boolean;
  readonly graph?: string;
  readonly threads?: string;
  readonly map?: string;
  readonly stateDict?: string;
  readonly force: boolean;
  readonly json: boolean;
}

/** The permutations and figures, beside the aligned checkpoints. */
const REPORT = 'alignment.json';

export function register(program: Command): void {
  const command = program
    .command('align')
    .summary('rearrange hidden channels so that networks trained apart can be averaged')
    .description(
      'Rearrange the hidden channels of checkpoints so that their weights come as close to those of a reference as can be; each ' +
        'network computes what it did before. Writes the checkpoints under their own names, and alignment.json with the permutations. ' +
        'Git Re-Basin, weight matching (Ainsworth et al., 2022).',
    )
    .argument('<reference>', 'the checkpoint that stays as it is')
    .argument('<files...>', 'the checkpoints to align')
    .requiredOption('-o, --output <folder>', 'folder for the aligned checkpoints')
    .addOption(
      new Option(
        '--to <target>',
        'match each to the reference, or each in turn to the mean of all others until nothing changes',
      )
        .choices(['reference', 'mean'])
        .default('reference'),
    )
    .option('--seed <number>', 'order in which groups of channels are matched', '0')
    .option(
      '--statistics',
      'let the running statistics of BatchNorm count in matching; they move along in any case',
      false,
    )
    .option(
      '--graph <file>',
      "the network as ONNX, its initializers named as the checkpoints' tensors (default: told by the tensors)",
    )
    .option('--threads <count>', 'threads to use (default: by cores)')
    .option('--force', 'replace files that are there', false)
    .option('--json', 'print the outcome as JSON', false)
    .action(async (reference: string, files: readonly string[], flags: AlignFlags) => {
      await align([reference, ...files], flags);
    });
  addReadingOptions(command);
}

interface Output {
  readonly path: string;
  readonly format: OutputFormat;
}

async function align(paths: readonly string[], flags: AlignFlags): Promise<void> {
  const options: AlignmentOptions = {
    to: flags.to,
    seed: wholeNumber(flags.seed, '--seed', 0),
    statistics: flags.statistics,
    threads: flags.threads === undefined ? undefined : wholeNumber(flags.threads, '--threads', 1),
  };
  const outputs = await outputsFor(paths.slice(1), flags);
  refuseOutputs(paths, outputs, flags);
  const { checkHeaders } = await import('../backend/ingredients/check/headers.ts');
  const { openCheckpoint } = await import('../checkpoints/open.ts');
  const checked = (await checkHeaders({ files: await filesOf(paths, flags) })).files;
  const checkpoints: Checkpoint[] = [];
  const progress = new TerminalProgress(!flags.json);
  try {
    for (const { path, reading } of checked) checkpoints.push(await openCheckpoint(path, reading));
    const [reference, ...others] = checkpoints as [Checkpoint, ...Checkpoint[]];
    const model = await modelFor(reference, flags);
    const report = await cancellable(async (signal) => {
      const { alignCheckpoints } = await import('../alignment/align-checkpoints.ts');
      const alignment = await alignCheckpoints(model.graph, reference, others, {
        ...options,
        signal,
        onProgress: progress.show,
      });
      mkdirSync(flags.output, { recursive: true });
      const { copyCheckpoint } = await import('../checkpoints/copy-checkpoint.ts');
      for (const [index, { checkpoint }] of alignment.aligned.entries()) {
        const { path, format } = outputs[index]!;
        const origin = { tool: 'stockpot align', reference: basename(paths[0]!), to: flags.to, seed: options.seed };
        const metadata = { ...checkpoint.metadata, 'stockpot.align': JSON.stringify(origin) };
        await copyCheckpoint(
          checkpoint,
          path,
          format,
          { metadata, template: checkpoint, graph: model.bytes },
          { signal, onProgress: progress.show },
        );
      }
      const written = describe(alignment, paths, outputs, options);
      const { writeFileAtomically } = await import('../files/atomic-file.ts');
      writeFileAtomically(join(flags.output, REPORT), `${JSON.stringify(written)}\n`);
      return { alignment, written };
    });
    progress.end();
    if (flags.json) console.log(JSON.stringify(report.written));
    else print(report.alignment, outputs);
  } finally {
    progress.end();
    for (const checkpoint of checkpoints) checkpoint.close();
  }
}

function wholeNumber(text: string, where: string, least: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= Number.MAX_SAFE_INTEGER) return number;
  throw new StockpotError({ code: 'cli/bad-usage', what: `'${text}' is not a whole number from ${least} on`, where });
}

/** Under their own names, in the format that these promise; as safetensors where that cannot be written to one file. */
async function outputsFor(paths: readonly string[], { output }: AlignFlags): Promise<readonly Output[]> {
  const { formatOfPath } = await import('../checkpoints/write-checkpoint.ts');
  const { OUTPUT_FORMATS, outputFacts } = await import('../checkpoints/output-formats.ts');
  const written = OUTPUT_FORMATS.flatMap((format) =>
    outputFacts(format).options.includes('shardBytes') ? [] : outputFacts(format).extensions,
  );
  return paths.map((path) => {
    const name = basename(resolve(path));
    const keeps = written.some((extension) => name.toLowerCase().endsWith(extension));
    const target = join(output, keeps ? name : `${parse(name).name}.safetensors`);
    return { path: target, format: formatOfPath(target) };
  });
}

/** Before anything is computed. */
function refuseOutputs(paths: readonly string[], outputs: readonly Output[], { output, force }: AlignFlags): void {
  const targets = [...outputs.map(({ path }) => path), join(output, REPORT)];
  const twice = targets.find((path, index) => targets.indexOf(path) !== index);
  if (twice !== undefined) {
    throw new StockpotError({
      code: 'cli/bad-usage',
      what: 'Two checkpoints would be written under one name',
      where: twice,
      remedy: 'Align them one by one, into folders of their own.',
    });
  }
  const inputs = paths.map(identityOf);
  const own = targets.find((path) => identityOf(path) !== undefined && inputs.includes(identityOf(path)));
  if (own !== undefined) {
    throw new StockpotError({
      code: 'alignment/output-is-input',
      what: 'The output would overwrite one of the checkpoints',
      where: own,
      remedy: 'Choose another folder for the output.',
    });
  }
  const existing = targets.filter((path) => existsSync(path));
  if (force || existing.length === 0) return;
  throw new StockpotError({
    code: 'cli/output-exists',
    what: 'The output exists already',
    where: existing[0]!,
    details: existing.slice(1),
    remedy: 'Choose another folder, or replace it with --force.',
  });
}

function identityOf(path: string): string | undefined {
  const status = statSync(path, { throwIfNoEntry: false });
  return status === undefined ? undefined : `${status.dev}:${status.ino}`;
}

/** The network: as given, as the reference holds it, or as its tensors tell. */
async function modelFor(
  reference: Checkpoint,
  { graph }: AlignFlags,
): Promise<{ readonly graph: Graph; readonly bytes: Uint8Array }> {
  const { readGraph } = await import('../architectures/onnx/model.ts');
  const path = graph ?? (reference.format === 'onnx' ? reference.path : undefined);
  if (path !== undefined) {
    const bytes = readModel(path);
    return { graph: readGraph(bytes), bytes };
  }
  const { detectArchitecture } = await import('../architectures/detect.ts');
  const detection = detectArchitecture(reference.tensors.values());
  if (detection.kind === 'unknown') {
    throw new StockpotError({
      code: 'alignment/unknown-architecture',
      what: 'Which network the checkpoint belongs to cannot be told by its tensors',
      where: reference.path,
      details: detection.reasons,
      remedy: 'Export the network to ONNX and give that file with --graph.',
    });
  }
  const { buildArchitecture } = await import('../architectures/build.ts');
  const { graph: bytes } = buildArchitecture(detection.spec);
  return { graph: readGraph(bytes), bytes };
}

function readModel(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StockpotError({
      code: 'cli/unreadable',
      what: `The network cannot be read: ${reason}`,
      where: path,
      cause,
    });
  }
}

function describe(
  { symmetries, aligned }: Alignment,
  paths: readonly string[],
  outputs: readonly Output[],
  options: AlignmentOptions,
) {
  return {
    reference: paths[0],
    ...{ to: options.to, seed: options.seed, statistics: options.statistics },
    groups: symmetries.groups,
    fixed: symmetries.obstacles,
    checkpoints: aligned.map(({ objective, similarity, sweeps, converged, permutations }, index) => ({
      file: paths[index + 1],
      output: outputs[index]!.path,
      ...{ sweeps, converged, objective, similarity },
      permutations: permutations.map((permutation) => [...permutation]),
    })),
  };
}

function print({ symmetries, aligned }: Alignment, outputs: readonly Output[]): void {
  for (const { node, operator, why } of symmetries.obstacles) {
    console.error(`note: channels stay as they are at ${printable(node)} (${printable(operator)}): ${why}`);
  }
  for (const [index, one] of aligned.entries()) {
    console.log(`${index === 0 ? '' : '\n'}${printable(outputs[index]!.path)}: ${outcome(one)}`);
    const rows = one.similarity.map(({ group, channels, before, after }) => [
      group,
      String(channels),
      before.toFixed(4),
      after.toFixed(4),
    ]);
    console.log(
      textTable(
        [
          { title: 'channels of', align: 'left' },
          { title: 'count', align: 'right' },
          { title: 'similarity before', align: 'right' },
          { title: 'after', align: 'right' },
        ],
        rows,
      ),
    );
  }
}

function outcome({ sweeps, converged, similarity }: AlignedCheckpoint): string {
  const channels = similarity.reduce((sum, group) => sum + group.channels, 0);
  const rounds = `${sweeps} round${sweeps === 1 ? '' : 's'}`;
  return `${channels} channels in ${similarity.length} groups, ${converged ? `matched in ${rounds}` : `not settled after ${rounds}`}`;
}
