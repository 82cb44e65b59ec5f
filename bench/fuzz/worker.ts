import { openSync, readFileSync, writeSync } from 'node:fs';
import { Fuzzer } from './fuzzer.ts';
import type { Subject } from './subjects.ts';

/** What a child process reports when it is through. */
export interface BatchResult {
  readonly read: number;
  readonly refused: number;
  readonly slowest: number;
  /** Largest resident set, bytes. */
  readonly memory: number;
  readonly findings: readonly string[];
}

const MOST_FINDINGS = 20;

/** Goes through the damaged files `first` … `first + count − 1` of a format, noting the number of each before it is opened. */
async function run([folder, noteFile, subjectsFile, format, first, count]: readonly string[]): Promise<void> {
  const subjects = JSON.parse(readFileSync(subjectsFile!, 'utf8')) as readonly Subject[];
  const ofFormat = subjects.filter((subject) => subject.format === format);
  const fuzzer = await Fuzzer.create(folder!, format!, ofFormat);
  const note = openSync(noteFile!, 'w');
  const outcomes = { read: 0, refused: 0 };
  let slowest = 0;
  const findings: string[] = [];
  for (let number = Number(first); number < Number(first) + Number(count); number += 1) {
    writeSync(note, String(number).padStart(12), 0);
    const trial = await fuzzer.trial(number);
    outcomes[trial.outcome] += 1;
    slowest = Math.max(slowest, trial.milliseconds);
    if (trial.finding !== undefined && findings.length < MOST_FINDINGS)
      findings.push(`${format} ${number}: ${trial.finding}`);
  }
  const result: BatchResult = { ...outcomes, slowest, memory: process.resourceUsage().maxRSS * 1024, findings };
  process.send!(result);
  process.disconnect();
}

await run(process.argv.slice(2));
