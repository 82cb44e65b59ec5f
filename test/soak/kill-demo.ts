/**
 * Kills the demo with SIGKILL at random moments and lets it go on, again and again; then holds its outcome against that of a
 * demo nobody disturbed. After every kill the database must be whole; at the end the figures must be equal and no partial file
 * may be left.
 *
 *   npm run soak -- [--kills 20] [--kills-per-demo 4] [--seed 1] [--device wasm] [--tolerance 0]
 *
 * `--tolerance T` is for runtimes that do not repeat bit for bit (native TensorFlow): hashes are not compared then, and each
 * accuracy may differ by T.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import Sqlite from 'better-sqlite3';
import { isPartialName } from '../../main/files/partial-names.ts';
import { Random } from '../../main/random.ts';

const CLI = fileURLToPath(new URL('../../main/cli/stockpot.mjs', import.meta.url));

interface Outcome {
  readonly base: Trained;
  readonly ingredients: readonly Trained[];
  readonly soups: readonly { readonly name: string; readonly coefficients: unknown; readonly trace: unknown }[];
  readonly scores: Readonly<
    Record<string, Readonly<Record<string, { readonly correct: number; readonly total: number }>>>
  >;
  readonly exported: { readonly sha256: string; readonly identical: boolean };
}

interface Trained {
  readonly name: string;
  readonly sha256: string;
}

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    'kills-per-demo': { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
    device: { type: 'string', default: 'wasm' },
    tolerance: { type: 'string', default: '0' },
  },
});
const random = new Random(Number(values.seed), 'kills');
const root = mkdtempSync(join(tmpdir(), 'stockpot-soak-'));

function startDemo(folder: string): ChildProcess {
  return spawn(process.execPath, [CLI, 'demo', '--quick', '--json', '--dir', folder], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, STOCKPOT_TFJS_DEVICE: values.device },
  });
}

async function finish(folder: string): Promise<{ readonly outcome: Outcome; readonly seconds: number }> {
  const started = performance.now();
  const child = startDemo(folder);
  let text = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const code = await ended(child);
  if (code !== 0) throw new Error(`The demo ended with exit code ${code}: ${text}`);
  return { outcome: JSON.parse(text) as Outcome, seconds: (performance.now() - started) / 1000 };
}

/** @returns seconds until the kill, or undefined when the demo was faster */
async function kill(
  folder: string,
  latest: number,
): Promise<{ readonly seconds: number; readonly whole: boolean } | undefined> {
  const child = startDemo(folder);
  child.stdout!.resume();
  const seconds = random.between(0.2, latest);
  const whole = random.uniform() < 0.5;
  const timer = setTimeout(() => process.kill(whole ? -child.pid! : child.pid!, 'SIGKILL'), 1000 * seconds);
  const code = await ended(child);
  clearTimeout(timer);
  return code === null ? { seconds, whole } : undefined;
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
}

function checkDatabase(folder: string): string {
  const file = join(folder, 'stockpot.db');
  if (!existsSync(file)) return 'no database yet';
  const database = new Sqlite(file);
  try {
    const [row] = database.pragma('integrity_check') as readonly { readonly integrity_check: string }[];
    if (row?.integrity_check !== 'ok') throw new Error(`integrity_check: ${JSON.stringify(row)}`);
    const broken = database.pragma('foreign_key_check') as readonly unknown[];
    if (broken.length > 0) throw new Error(`foreign_key_check: ${JSON.stringify(broken)}`);
    return 'database ok';
  } finally {
    database.close();
  }
}

function partialFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return (readdirSync(folder, { recursive: true }) as string[]).filter(isPartialName);
}

/** Texts that name every difference between the outcomes. */
function differences(expected: Outcome, found: Outcome, tolerance: number): readonly string[] {
  const wrong: string[] = [];
  for (const [subject, sets] of Object.entries(expected.scores)) {
    for (const [set, { correct, total }] of Object.entries(sets)) {
      const other = found.scores[subject]?.[set];
      const apart = other === undefined ? Number.POSITIVE_INFINITY : Math.abs(other.correct - correct) / total;
      if (apart > tolerance) wrong.push(`${subject} on ${set}: ${correct} then, ${other?.correct} now`);
    }
  }
  if (!found.exported.identical) wrong.push('the exported soup does not verify');
  if (tolerance > 0) return wrong;
  for (const part of ['base', 'ingredients', 'soups', 'scores'] as const) {
    const strip = ({ [part]: value }: Outcome): unknown =>
      part === 'soups' ? expected.soups.map((_, i) => ({ ...(value as Outcome['soups'])[i], run: undefined })) : value;
    if (!isDeepStrictEqual(strip(expected), strip(found))) wrong.push(`${part} differ`);
  }
  if (expected.exported.sha256 !== found.exported.sha256) wrong.push('the exported files differ');
  return wrong;
}

async function soak(): Promise<void> {
  const undisturbed = await finish(join(root, 'undisturbed'));
  console.log(`Undisturbed demo: ${undisturbed.seconds.toFixed(1)} s`);
  let kills = 0;
  for (let demo = 1; kills < Number(values.kills); demo++) {
    const folder = join(root, `demo-${demo}`);
    for (let i = 0; i < Number(values['kills-per-demo']) && kills < Number(values.kills); i++) {
      const killed = await kill(folder, undisturbed.seconds);
      if (killed === undefined) continue;
      kills += 1;
      const what = killed.whole ? 'all processes' : 'the main process';
      const left = partialFiles(folder);
      const partials = left.length === 0 ? '' : `, left partial: ${left.join(', ')}`;
      console.log(`kill ${kills} (${what}) after ${killed.seconds.toFixed(1)} s: ${checkDatabase(folder)}${partials}`);
    }
    const { outcome, seconds } = await finish(folder);
    const wrong = differences(undisturbed.outcome, outcome, Number(values.tolerance));
    const left = partialFiles(folder);
    if (wrong.length > 0 || left.length > 0) throw new Error([`demo ${demo} differs:`, ...wrong, ...left].join('\n  '));
    console.log(`demo ${demo}: finished in ${seconds.toFixed(1)} s with the same figures, ${checkDatabase(folder)}`);
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`${kills} kills, every outcome as undisturbed`);
}

try {
  await soak();
} finally {
  rmSync(root, { recursive: true, force: true });
}
