import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench } from './bench.ts';
import { describeReport } from './report.ts';

const USAGE = `npm run bench -- NAME [--peers PYTHON] [--repeats N] [--keep FOLDER] [--data FOLDER]

  merge     stockpot merge against mergekit-pytorch and a PyTorch loop
  train     training steps
  eval      forward passes
  ancestry  verdicts on shared ancestry where it is known; trains networks, and keeps them with --keep
  ui        how fast the pages are; needs Chromium and the built pages (npm run build:app)

FOLDER of --data is one such as holds fashion/, the IDX files of Fashion-MNIST.
PYTHON is an interpreter with the peers installed (or set STOCKPOT_PEERS); without one, only Stockpot is measured.
The table is printed and written to bench/results/NAME.md. Ends with 1 when a target is missed.`;

const BENCHES: Readonly<Record<string, () => Promise<{ readonly bench: Bench }>>> = {
  merge: () => import('./merge.ts'),
  train: () => import('./train.ts'),
  eval: () => import('./eval.ts'),
  ancestry: () => import('./ancestry.ts'),
  ui: () => import('./ui.ts'),
};

const WITH_PEERS: ReadonlySet<string> = new Set(['merge', 'train', 'eval']);

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      peers: { type: 'string' },
      repeats: { type: 'string', default: '5' },
      keep: { type: 'string' },
      data: { type: 'string' },
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
  const peers = values.peers ?? process.env.STOCKPOT_PEERS;
  if (peers === undefined && WITH_PEERS.has(name))
    console.error('No peers (--peers PYTHON): only Stockpot is measured.');
  const { bench } = await load();
  const folder = mkdtempSync(join(tmpdir(), `stockpot-bench-${name}-`));
  try {
    const { keep, data } = values;
    const report = await bench({ peers, repeats, folder, keep, data, log: (line) => console.error(line) });
    const given = [peers && ' --peers PYTHON', keep && ' --keep FOLDER', data && ' --data FOLDER']
      .filter(Boolean)
      .join('');
    const command = `npm run bench -- ${name}${given} --repeats ${repeats}`;
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

await run();
