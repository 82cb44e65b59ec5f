import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchContext, BenchReport } from './bench.ts';
import { findSubjects } from './fuzz/subjects.ts';
import type { BatchResult } from './fuzz/worker.ts';
import { round } from './report.ts';

const WORKER = fileURLToPath(new URL('fuzz/worker.ts', import.meta.url));
const FILES = 200_000;
/** Files for one child process. */
const BATCH = 5000;

/** HDF5 takes a hundred times as long as anything else: its formats get this share of another format's files. */
const SLOW_FORMATS: Readonly<Record<string, number>> = { 'keras-h5': 1 / 16, 'keras-v3': 1 / 16 };

/** A file that keeps a process busy for longer hangs it. */
const PATIENCE_SECONDS = 20;
const HEAP_MEGABYTES = 256;
/** Most of a process's memory, Node and the copy of the fixtures included. */
const MEMORY_MEGABYTES = 768;
const POLL_MILLISECONDS = 250;

/** The list of subjects, for the child processes. */
const SUBJECTS = 'subjects.json';

interface Batch {
  readonly format: string;
  readonly first: number;
  readonly count: number;
}

interface FormatResult {
  files: number;
  read: number;
  refused: number;
  slowest: number;
  memory: number;
}

/** Opens damaged copies of the fixtures of every format, in child processes that are watched. */
export async function bench({ folder, files = FILES, log }: BenchContext): Promise<BenchReport> {
  const subjects = await findSubjects();
  writeFileSync(join(folder, SUBJECTS), JSON.stringify(subjects));
  const formats = [...new Set(subjects.map(({ format }) => format))];
  const shareOf = (format: string): number => SLOW_FORMATS[format] ?? 1;
  const perFormat = files / formats.reduce((sum, format) => sum + shareOf(format), 0);
  const batches = formats.flatMap((format) => batchesOf(format, Math.ceil(perFormat * shareOf(format))));
  const results = new Map<string, FormatResult>(
    formats.map((format) => [format, { files: 0, read: 0, refused: 0, slowest: 0, memory: 0 }]),
  );
  const findings: string[] = [];
  const queue = batches.values();
  const work = async (): Promise<void> => {
    for (const batch of queue) {
      const result = await runBatch(batch, folder);
      for (const finding of result.findings) log(finding);
      findings.push(...result.findings);
      add(results.get(batch.format)!, result);
      log(`${batch.format}: ${result.read + result.refused} files, ${result.refused} refused`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return reportOf(subjects.length, results, findings);
}

function batchesOf(format: string, files: number): readonly Batch[] {
  return Array.from({ length: Math.ceil(files / BATCH) }, (_, index) => ({
    format,
    first: index * BATCH,
    count: Math.min(BATCH, files - index * BATCH),
  }));
}

function add(total: FormatResult, batch: BatchResult): void {
  total.files += batch.read + batch.refused;
  total.read += batch.read;
  total.refused += batch.refused;
  total.slowest = Math.max(total.slowest, batch.slowest);
  total.memory = Math.max(total.memory, batch.memory);
}

/** Runs a batch in a process of its own and ends it when a file takes too long or too much memory. */
async function runBatch({ format, first, count }: Batch, parent: string): Promise<BatchResult> {
  const scratch = mkdtempSync(join(parent, 'batch-'));
  const [copies, note] = [join(scratch, 'copies'), join(scratch, 'note')];
  const child = fork(WORKER, [copies, note, join(parent, SUBJECTS), format, String(first), String(count)], {
    execArgv: [`--max-old-space-size=${HEAP_MEGABYTES}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaint = '';
  child.stderr!.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2000);
  });
  let seen = { number: '', since: performance.now() };
  let verdict: string | undefined;
  const watch = setInterval(() => {
    const number = noted(note);
    if (number !== seen.number) seen = { number, since: performance.now() };
    if (performance.now() - seen.since > PATIENCE_SECONDS * 1e3) verdict = `hangs for over ${PATIENCE_SECONDS} s`;
    else if (residentMegabytes(child.pid!) > MEMORY_MEGABYTES) verdict = `takes over ${MEMORY_MEGABYTES} MB`;
    else return;
    child.kill('SIGKILL');
  }, POLL_MILLISECONDS);
  try {
    const result = await new Promise<BatchResult | undefined>((resolve, reject) => {
      let received: BatchResult | undefined;
      child.on('message', (message) => {
        received = message as BatchResult;
      });
      child.on('error', reject);
      child.on('close', () => resolve(received));
    });
    if (result !== undefined) return result;
    const number = noted(note);
    const finding = `${format} ${number.trim()}: ${verdict ?? `ends the process: ${complaint}`}`;
    return { read: 0, refused: 0, slowest: 0, memory: 0, findings: [finding] };
  } finally {
    clearInterval(watch);
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The number of the file that a child is at; empty while it starts. */
function noted(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw thrown;
  }
}

/** Where /proc tells; children report their peaks everywhere. */
function residentMegabytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return (Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024) / 1e6;
  } catch (thrown) {
    if (['ENOENT', 'ESRCH'].includes((thrown as NodeJS.ErrnoException).code ?? '')) return 0;
    throw thrown;
  }
}

function reportOf(
  fixtures: number,
  results: ReadonlyMap<string, FormatResult>,
  findings: readonly string[],
): BenchReport {
  const all = [...results.values()];
  const total = all.reduce((sum, { files }) => sum + files, 0);
  return {
    title: `${total.toLocaleString('en')} damaged checkpoints`,
    tables: [
      {
        title: 'By format',
        columns: ['', 'files', 'refused', 'read', 'slowest', 'largest process'],
        rows: [...results].map(([format, { files, refused, read, slowest, memory }]) => [
          format,
          String(files),
          String(refused),
          String(read),
          `${round(slowest)} ms`,
          `${Math.round(memory / 1e6)} MB`,
        ]),
      },
    ],
    targets: [
      { name: 'findings', measured: findings.length, limit: 0, unit: '' },
      {
        name: 'slowest file',
        measured: Math.max(...all.map(({ slowest }) => slowest)) / 1e3,
        limit: PATIENCE_SECONDS,
        unit: 's',
      },
      {
        name: 'largest process',
        measured: Math.max(...all.map(({ memory }) => memory)) / 1e6,
        limit: MEMORY_MEGABYTES,
        unit: 'MB',
      },
    ],
    notes: [
      `Copies of ${fixtures} fixtures with bits flipped, bytes changed, copied, moved, taken out or spliced in from another file, lengths and digits replaced, or cut off. In half of the archives one record is changed and its checksum mended.`,
      'A finding is a crash, an error that is not a typed one about the file, a file that takes too long or too much memory, or tensors that differ from those written in an archive whose checksums were not mended.',
      'The memory of a process includes Node itself and all the files that it went through.',
      ...findings.map((finding) => `Finding: ${finding.split('\n')[0]}`),
    ],
  };
}
