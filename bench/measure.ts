import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** GNU time reports a child's largest resident set, which Node cannot ask for. */
const GNU_TIME = '/usr/bin/time';

export interface CommandMeasurement {
  readonly seconds: number;
  /** Largest resident set in MB (10⁶ bytes); undefined where GNU time is missing. */
  readonly peakMegabytes: number | undefined;
  readonly stdout: string;
}

/** Runs a command to its end. @throws Error with its output when it fails */
export async function measureCommand(
  command: string,
  parameters: readonly string[],
  folder: string,
): Promise<CommandMeasurement> {
  const peakFile = join(folder, 'peak.txt');
  const timed = existsSync(GNU_TIME);
  const [program, ...rest] = timed
    ? [GNU_TIME, '-f', '%M', '-o', peakFile, command, ...parameters]
    : [command, ...parameters];
  const started = performance.now();
  const child = spawn(program!, rest, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`${command} ${parameters.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`);
  if (!timed) return { seconds, peakMegabytes: undefined, stdout };
  const peakMegabytes = (Number(readFileSync(peakFile, 'utf8').trim()) * 1024) / 1e6;
  rmSync(peakFile);
  return { seconds, peakMegabytes, stdout };
}

/** Measures several things in turn, `repeats` times round, so that a slow spell of the machine hits them all alike. */
export async function alternate<Name extends string, Result>(
  repeats: number,
  measurements: Readonly<Record<Name, () => Promise<Result>>>,
): Promise<Readonly<Record<Name, readonly Result[]>>> {
  const names = Object.keys(measurements) as unknown as readonly Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as Result[]])) as Record<Name, Result[]>;
  for (let round = 0; round < repeats; round++) {
    for (const name of names) results[name].push(await measurements[name]());
  }
  return results;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
