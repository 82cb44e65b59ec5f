import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench } from './bench.ts';
import { describeReport } from './report.ts';

const USAGE = `npm run bench -- NAME [--peers PYTHON] [--repeats N] [--keep FOLDER] [--data FOLDER] [--files N] [--scale S]

  alignment    weight matching against NumPy and SciPy, and the barrier between networks trained apart; keeps those with --keep
  merge        stockpot merge against mergekit-pytorch and a PyTorch loop
  merges       every merge method through the same YAML as mergekit: time, memory, and whether the values agree
  merge-large  four sharded checkpoints of 3 GB each: memory, and time against reading and writing; smaller with --scale
  soups        racing against exhaustive scoring, learned mixing against a PyTorch loop; trains networks, and keeps them with --keep
  train        training steps
  eval         forward passes
  ancestry     verdicts on shared ancestry where it is known; trains networks, and keeps them with --keep
  fuzz         damaged copies of checkpoints of every format, 200000 or as many as --files says
  ui           how fast the pages are; needs Chromium and the built pages (npm run build:app)

FOLDER of --data is one such as holds fashion/, the IDX files of Fashion-MNIST.
PYTHON is an interpreter with the peers installed (or set STOCKPOT_PEERS); without one, only Stockpot is measured.
The table is printed and written to bench/results/NAME.md. Ends with 1 when a target is missed.`;

const BENCHES: Readonly<Record<string, () => Promise<{ readonly bench: Bench }>>> = {
  alignment: () => import('./alignment.ts'),
  merge: () => import('./merge.ts'),
  merges: () => import('./merges.ts'),
  'merge-large': () => import('./merge-large.ts'),
  soups: () => import('./soups.ts'),
  train: () => import('./train.ts'),
  eval: () => import('./eval.ts'),
  ancestry: () => import('./ancestry.ts'),
  fuzz: () => import('./fuzz.ts'),
  ui: () => import('./ui.ts'),
};

const WITH_PEERS: ReadonlySet<string> = new Set(['alignment', 'merge', 'merges', 'soups', 'train', 'eval']);

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      peers: { type: 'string' },
      repeats: { type: 'string', default: '5' },
      keep: { type: 'string' },
      data: { type: 'string' },
      files: { type: 'string' },
      scale: { type: 'string' },
    },
  });
  const [name] = positionals;
  const load = name === undefined ? undefined : BENCHES[name];
  const repeats = Number(values.repeats);
  if (name === undefined || load === undefined || !Number.isInteger(repeats) || repeats < 1) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const files = optionalNumber(values.files);
  const scale = optionalNumber(values.scale);
  const peers = values.peers ?? process.env.STOCKPOT_PEERS;
  if (peers === undefined && WITH_PEERS.has(name))
    console.error('No peers (--peers PYTHON): only Stockpot is measured.');
  const { bench } = await load();
  const folder = mkdtempSync(join(tmpdir(), `stockpot-bench-${name}-`));
  try {
    const { keep, data } = values;
    const log = (line: string): void => console.error(line);
    const report = await bench({ peers, repeats, folder, keep, data, files, scale, log });
    const command = commandOf(name, {
      peers: peers && 'PYTHON',
      keep: keep && 'FOLDER',
      data: data && 'FOLDER',
      repeats,
      files,
      scale,
    });
    const page = describeReport(report, command, new Date());
    console.log(page);
    const results = new URL('results/', import.meta.url);
    mkdirSync(results, { recursive: true });
    writeFileSync(new URL(`${name}.md`, results), page);
    if (report.data !== undefined) {
      writeFileSync(new URL(`${name}.json`, results), `${JSON.stringify(report.data)}\n`);
    }
    if (report.targets.some(({ measured, limit }) => measured > limit)) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function optionalNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (number > 0) return number;
  throw new Error(`'${text}' is no positive number`);
}

function commandOf(name: string, options: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return ['npm run bench --', name, ...given.map(([option, value]) => `--${option} ${value}`)].join(' ');
}

await run();
