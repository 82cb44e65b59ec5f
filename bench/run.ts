import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench } from './bench.ts';
import { describeReport } from './report.ts';

const USAGE = `npm run bench -- NAME [--peers PYTHON] [--repeats N]

  merge   stockpot merge against mergekit-pytorch and a PyTorch loop
  train   training steps
  eval    forward passes
  ui      how fast the pages are; needs Chromium and the built pages (npm run build:app)

PYTHON is an interpreter with the peers installed (or set STOCKPOT_PEERS); without one, only Stockpot is measured.
The table is printed and written to bench/results/NAME.md. Ends with 1 when a target is missed.`;

const BENCHES: Readonly<Record<string, () => Promise<{ readonly bench: Bench }>>> = {
  merge: () => import('./merge.ts'),
  train: () => import('./train.ts'),
  eval: () => import('./eval.ts'),
  ui: () => import('./ui.ts'),
};

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { peers: { type: 'string' }, repeats: { type: 'string', default: '5' } },
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
  if (peers === undefined && name !== 'ui') console.error('No peers (--peers PYTHON): only Stockpot is measured.');
  const { bench } = await load();
  const folder = mkdtempSync(join(tmpdir(), `stockpot-bench-${name}-`));
  try {
    const report = await bench({ peers, repeats, folder, log: (line) => console.error(line) });
    const command = `npm run bench -- ${name}${peers === undefined ? '' : ' --peers PYTHON'} --repeats ${repeats}`;
    const page = describeReport(report, command, new Date());
    console.log(page);
    const results = new URL('results/', import.meta.url);
    mkdirSync(results, { recursive: true });
    writeFileSync(new URL(`${name}.md`, results), page);
    if (report.targets.some(({ measured, limit }) => measured > limit)) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await run();
