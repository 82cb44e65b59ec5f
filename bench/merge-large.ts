import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random } from '../main/random.ts';
import type { BenchContext, BenchReport } from './bench.ts';
import { type CommandMeasurement, measureCommand, median } from './measure.ts';
import { round } from './report.ts';

const STOCKPOT = fileURLToPath(new URL('../main/cli/stockpot.mjs', import.meta.url));
const CHECKPOINTS = 4;
const SHARDS = 5;
/** A matrix of a transformer's size: 4096 × 4096 elements of bfloat16. */
const SIDE = 4096;
const MATRIX_BYTES = SIDE * SIDE * 2;
/** 18 × 32 MiB × 5 shards are about 3 GB. */
const MATRICES_PER_SHARD = 18;
const PIECE_BYTES = 4 << 20;
const DROP_CACHES = '/proc/sys/vm/drop_caches';

interface Input {
  /** Index of the first n shards, at n − 1. */
  readonly indexes: readonly string[];
  readonly shards: readonly string[];
}

/** Merges sharded checkpoints of 12 GB together, from the disk: memory, and time against reading and writing alone. */
export async function bench(context: BenchContext): Promise<BenchReport> {
  const { scale = 1, folder, log } = context;
  const matrices = Math.max(1, Math.round(MATRICES_PER_SHARD * scale));
  log(`Writing ${CHECKPOINTS} checkpoints of ${SHARDS} shards`);
  const inputs = Array.from({ length: CHECKPOINTS }, (_, index) => writeInput(folder, index, matrices));
  const isCold = dropCaches();
  log('Merging');
  const merges: CommandMeasurement[] = [];
  for (let shards = 1; shards <= SHARDS; shards += 1) merges.push(await merge(folder, inputs, shards));
  const floors: number[] = [];
  const totals: number[] = [];
  const peaks: number[] = [];
  const repeats = Math.min(3, context.repeats);
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    log(`Round ${repeat + 1} of ${repeats}`);
    floors.push(await readAndWrite(folder, inputs, matrices));
    const { seconds, peakMegabytes } = await merge(folder, inputs, SHARDS);
    totals.push(seconds);
    if (peakMegabytes !== undefined) peaks.push(peakMegabytes);
  }
  const inputBytes = inputs.flatMap(({ shards }) => shards).reduce((sum, path) => sum + statSync(path).size, 0);
  const perShard = merges.map(({ seconds }, index) => seconds / (index + 1));
  return {
    title: `Merging ${round(inputBytes / 1e9)} GB in ${CHECKPOINTS * SHARDS} shards`,
    tables: [
      {
        title: 'From one shard of each checkpoint to all',
        columns: ['', 'seconds', 'seconds a shard', 'peak memory'],
        rows: merges.map(({ seconds, peakMegabytes }, index) => [
          String(index + 1),
          round(seconds),
          round(perShard[index]!),
          peakMegabytes === undefined ? '–' : `${round(peakMegabytes)} MB`,
        ]),
      },
      {
        title: 'Everything (medians)',
        columns: ['', 'seconds'],
        rows: [
          ['cat of the inputs and dd conv=fsync of the output', round(median(floors))],
          ['stockpot merge', round(median(totals))],
        ],
      },
    ],
    targets: [
      ...(peaks.length === 0 ? [] : [{ name: 'peak memory', measured: Math.max(...peaks), limit: 600, unit: 'MB' }]),
      { name: 'time / cat and dd', measured: median(totals) / median(floors), limit: 1.3, unit: '×' },
      { name: 'time a shard, all / one', measured: perShard.at(-1)! / perShard[0]!, limit: 1.2, unit: '×' },
    ],
    notes: [
      isCold
        ? 'Caches were dropped before every measurement.'
        : `Caches could not be dropped (${DROP_CACHES} is not ours to write): the inputs may have been in memory.`,
    ],
  };
}

function writeInput(parent: string, number: number, matrices: number): Input {
  const folder = join(parent, `checkpoint-${number}`);
  mkdirSync(folder);
  const block = randomBfloats(new Random(number, 'merge-large'));
  const weightMap: Record<string, string> = {};
  const shards: string[] = [];
  const indexes: string[] = [];
  for (let shard = 0; shard < SHARDS; shard += 1) {
    const name = `model-${shard + 1}-of-${SHARDS}.safetensors`;
    const tensors = Array.from({ length: matrices }, (_, index) => `layers.${shard * matrices + index}.weight`);
    writeShard(join(folder, name), tensors, block);
    for (const tensor of tensors) weightMap[tensor] = name;
    shards.push(join(folder, name));
    const index = join(folder, `first-${shard + 1}.safetensors.index.json`);
    writeFileSync(index, JSON.stringify({ metadata: {}, weight_map: weightMap }));
    indexes.push(index);
  }
  return { indexes, shards };
}

/** Numbers from ±0.5 to ±2, of any fraction. */
function randomBfloats(random: Random): Uint8Array {
  const words = new Uint16Array(PIECE_BYTES / 2);
  for (let index = 0; index < words.length; index += 1) words[index] = (random.uint32() & 0x80ff) | 0x3f00;
  return new Uint8Array(words.buffer);
}

function writeShard(path: string, tensors: readonly string[], block: Uint8Array): void {
  const header = Object.fromEntries(
    tensors.map((name, index) => [
      name,
      {
        dtype: 'BF16',
        shape: [SIDE, SIDE],
        data_offsets: [index * MATRIX_BYTES, (index + 1) * MATRIX_BYTES],
      },
    ]),
  );
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const file = openSync(path, 'w');
  try {
    for (const part of [length, text]) writeSync(file, part);
    for (let left = tensors.length * MATRIX_BYTES; left > 0; left -= PIECE_BYTES) writeSync(file, block);
  } finally {
    closeSync(file);
  }
}

async function merge(folder: string, inputs: readonly Input[], shards: number): Promise<CommandMeasurement> {
  const output = join(folder, 'merged');
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output);
  dropCaches();
  const files = inputs.map(({ indexes }) => indexes[shards - 1]!);
  const target = join(output, 'model.safetensors.index.json');
  const measured = await measureCommand(process.execPath, [STOCKPOT, 'merge', ...files, '-o', target], folder);
  rmSync(output, { recursive: true });
  return measured;
}

/** Seconds that reading the inputs and writing as much as the output has takes at least. */
async function readAndWrite(folder: string, inputs: readonly Input[], matrices: number): Promise<number> {
  const files = inputs.flatMap(({ shards }) => shards);
  const count = (SHARDS * matrices * MATRIX_BYTES) / PIECE_BYTES;
  const copy = join(folder, 'written-by-dd');
  dropCaches();
  const read = await measureCommand('sh', ['-c', 'cat "$@" > /dev/null', 'cat', ...files], folder);
  const write = await measureCommand(
    'dd',
    ['if=/dev/zero', `of=${copy}`, `bs=${PIECE_BYTES}`, `count=${count}`, 'conv=fsync'],
    folder,
  );
  rmSync(copy);
  return read.seconds + write.seconds;
}

/** Forgets what files hold, so that the disk is read; only the superuser of Linux may. */
function dropCaches(): boolean {
  try {
    const control = openSync(DROP_CACHES, 'w');
    try {
      // What is not written yet could not be forgotten.
      execFileSync('sync');
      writeSync(control, '3');
    } finally {
      closeSync(control);
    }
    return true;
  } catch (thrown) {
    if (['ENOENT', 'EACCES', 'EPERM', 'EROFS'].includes((thrown as NodeJS.ErrnoException).code ?? '')) return false;
    throw thrown;
  }
}
