import { statSync } from 'node:fs';
import type { Command } from 'commander';
import type { Checkpoint, SharedStorage, StateDictChoice, TensorInfo } from '../checkpoints/checkpoint.ts';
import type { TensorScan } from '../checkpoints/scan.ts';
import { type ErrorFacts, factsOf, StockpotError, throwIfCancelled } from '../errors.ts';
import { printable } from './printable.ts';
import { TerminalProgress } from './terminal-progress.ts';

interface InspectFlags {
  readonly json: boolean;
  readonly tensors: boolean;
  readonly hash: boolean;
  readonly stateDict?: string;
}

interface Inspection {
  readonly path: string;
  readonly format: string;
  readonly files: readonly string[];
  readonly bytes: number;
  readonly sha256?: string;
  /** Tensors by element type. */
  readonly dtypes: Readonly<Record<string, number>>;
  readonly tensorCount: number;
  /** Elements of floating-point tensors, running statistics apart. */
  readonly parameters: number;
  /** Elements of BatchNorm's running means and variances. */
  readonly runningStatistics: number;
  /** Key of the state dict that is described, and all that there are. */
  readonly stateDict?: string;
  readonly stateDicts?: readonly StateDictChoice[];
  readonly sharedStorages?: readonly SharedStorage[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
  readonly remarks: readonly string[];
  readonly tensors: readonly (TensorInfo & TensorScan)[];
}

/** BatchNorm's buffers, as PyTorch names them: floating-point, but not learned. */
const RUNNING_STATISTIC = /(^|\.)running_(mean|var)$/;

/** Names listed before the rest is only counted. */
const SHOWN_NAMES = 5;

type Outcome = Inspection | { readonly path: string; readonly error: ErrorFacts };

export function register(program: Command): void {
  program
    .command('inspect')
    .summary('say what checkpoints hold, and what is wrong with them')
    .description(
      'Say what checkpoints hold: format, tensors, element types, parameters, SHA-256, values that are NaN, infinite or all zero. ' +
        'Reads .safetensors, folders and .index.json files of shards, and .pt/.pth files, whose pickles are never executed.',
    )
    .argument('<files...>', 'checkpoints')
    .option('--tensors', 'list every tensor', false)
    .option('--no-hash', 'leave out the SHA-256')
    .option('--state-dict <key>', 'describe this one of the sets of weights in a training checkpoint')
    .option('--json', 'print everything as JSON', false)
    .action(async (files: readonly string[], flags: InspectFlags) => {
      await inspect(files, flags);
    });
}

async function inspect(files: readonly string[], flags: InspectFlags): Promise<void> {
  const cancel = new AbortController();
  const onInterrupt = (): void => cancel.abort();
  process.once('SIGINT', onInterrupt);
  const outcomes: Outcome[] = [];
  try {
    for (const path of files) {
      const outcome = await examine(path, flags, cancel.signal);
      throwIfCancelled(cancel.signal);
      outcomes.push(outcome);
      if (!flags.json && !('error' in outcome)) print(outcome, flags.tensors);
    }
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }
  conclude(outcomes, flags.json);
}

async function examine(path: string, flags: InspectFlags, signal: AbortSignal): Promise<Outcome> {
  const progress = new TerminalProgress(!flags.json);
  try {
    const { openCheckpoint } = await import('../checkpoints/open.ts');
    const checkpoint = await openCheckpoint(path, flags.stateDict === undefined ? {} : { stateDict: flags.stateDict });
    try {
      return await describe(path, checkpoint, flags.hash, signal, progress);
    } finally {
      checkpoint.close();
    }
  } catch (thrown) {
    return { path, error: factsOf(thrown) };
  } finally {
    progress.end();
  }
}

async function describe(
  path: string,
  checkpoint: Checkpoint,
  wantHash: boolean,
  signal: AbortSignal,
  progress: TerminalProgress,
): Promise<Inspection> {
  const { hashCheckpoint } = await import('../checkpoints/hash.ts');
  const { scanCheckpoint } = await import('../checkpoints/scan.ts');
  const { isFloating } = await import('../checkpoints/checkpoint.ts');
  const infos = [...checkpoint.tensors.values()];
  const scans = await scanCheckpoint(checkpoint, { signal, onProgress: progress.show });
  const sha256 = wantHash ? await hashCheckpoint(checkpoint, { signal, onProgress: progress.show }) : undefined;
  const floating = infos.filter(({ dtype }) => isFloating(dtype));
  return {
    path,
    format: checkpoint.format,
    files: checkpoint.files,
    bytes: checkpoint.files.reduce((sum, file) => sum + statSync(file).size, 0),
    ...(sha256 === undefined ? {} : { sha256 }),
    dtypes: countBy(infos.map(({ dtype }) => dtype)),
    tensorCount: infos.length,
    parameters: countElements(floating.filter(({ name }) => !RUNNING_STATISTIC.test(name))),
    runningStatistics: countElements(floating.filter(({ name }) => RUNNING_STATISTIC.test(name))),
    ...choicesOf(checkpoint),
    metadata: checkpoint.metadata,
    warnings: warningsOf(scans, new Set(floating.map(({ name }) => name))),
    remarks: checkpoint.remarks,
    tensors: infos.map(({ name, dtype, shape, elementCount, byteLength }, index) => ({
      ...scans[index]!,
      ...{ name, dtype, shape, elementCount, byteLength },
    })),
  };
}

function choicesOf({ stateDict, stateDicts, sharedStorages }: Checkpoint): Partial<Inspection> {
  return {
    ...(stateDict === undefined ? {} : { stateDict }),
    ...(stateDicts === undefined ? {} : { stateDicts }),
    ...(sharedStorages === undefined ? {} : { sharedStorages }),
  };
}

function countElements(tensors: readonly TensorInfo[]): number {
  return tensors.reduce((sum, { elementCount }) => sum + elementCount, 0);
}

function warningsOf(scans: readonly TensorScan[], floating: ReadonlySet<string>): readonly string[] {
  const warnings: string[] = [];
  for (const { name, nanCount, infinityCount } of scans) {
    if (nanCount > 0) warnings.push(`${name} holds ${group(nanCount)} NaN`);
    if (infinityCount > 0) warnings.push(`${name} holds ${group(infinityCount)} infinite values`);
  }
  const zero = scans.filter(({ name, allZero }) => allZero && floating.has(name)).map(({ name }) => name);
  if (zero.length === 1) warnings.push(`${zero[0]} is all zero`);
  if (zero.length > 1) warnings.push(`${zero.length} tensors are all zero: ${listed(zero)}`);
  return warnings;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN_NAMES).join(', ');
  return names.length > SHOWN_NAMES ? `${shown} and ${names.length - SHOWN_NAMES} more` : shown;
}

/** Bad files are reported together, after the good ones. */
function conclude(outcomes: readonly Outcome[], json: boolean): void {
  const bad = outcomes.filter((outcome) => 'error' in outcome);
  if (json) {
    console.log(JSON.stringify({ checkpoints: outcomes }));
    if (bad.length > 0) process.exitCode = bad.some(({ error }) => error.kind === 'failure') ? 1 : 2;
    return;
  }
  const first = bad[0];
  if (first === undefined) return;
  if (bad.length === 1) throw new StockpotError(first.error);
  throw new StockpotError({
    code: 'checkpoint/unreadable',
    kind: bad.find(({ error }) => error.kind === 'failure')?.error.kind ?? 'input',
    what: `${bad.length} of ${outcomes.length} files cannot be read`,
    details: bad.map(({ path, error }) => `${path}: ${error.what}`),
  });
}

function print(inspection: Inspection, listTensors: boolean): void {
  const { path, format, files, bytes, sha256, dtypes, tensorCount, parameters, runningStatistics, metadata } =
    inspection;
  const types = Object.entries(dtypes).map(([dtype, count]) => `${count} ${dtype}`);
  const rows: (readonly [string, string])[] = [
    ['format', files.length > 1 ? `${format}, ${files.length} files` : format],
    ['tensors', `${tensorCount} (${types.join(', ')})`],
    [
      'parameters',
      runningStatistics === 0
        ? group(parameters)
        : `${group(parameters)}, and ${group(runningStatistics)} running statistics`,
    ],
    ['size', `${(bytes / 1e6).toFixed(1)} MB (${group(bytes)} bytes)`],
    ...(sha256 === undefined ? [] : ([['sha256', sha256]] as const)),
    ...Object.entries(metadata).map(([key, text]) => ['metadata', `${key}: ${shorten(text)}`] as const),
    ...(inspection.sharedStorages ?? []).map(
      ({ tied, tensors }) => [tied ? 'tied' : 'shared', listed(tensors)] as const,
    ),
    ...inspection.warnings.map((warning) => ['warning', warning] as const),
    ...inspection.remarks.map((remark) => ['note', remark] as const),
  ];
  console.log(printable(path));
  for (const [label, value] of rows) console.log(`  ${label.padEnd(12)}${printable(value)}`);
  if (listTensors) console.log(`\n${table(inspection.tensors)}`);
  console.log();
}

function table(tensors: Inspection['tensors']): string {
  const head = ['tensor', 'type', 'shape', 'min', 'max', 'mean'];
  const body = tensors.map(({ name, dtype, shape, min, max, mean }) => [
    printable(name),
    dtype,
    shape.length === 0 ? 'scalar' : shape.join(' × '),
    ...[min, max, mean].map((figure) => (figure === undefined ? '–' : String(Number(figure.toPrecision(5))))),
  ]);
  const widths = head.map((title, column) =>
    body.reduce((width, row) => Math.max(width, row[column]!.length), title.length),
  );
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column < 3 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  ');
  return [head, widths.map((width) => '─'.repeat(width)), ...body].map((row) => `  ${line(row)}`).join('\n');
}

function countBy(values: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

function group(count: number): string {
  return count.toLocaleString('en-US');
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
