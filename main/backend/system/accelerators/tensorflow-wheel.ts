import { createReadStream, createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { finished } from 'node:stream/promises';
import { Unzip, UnzipInflate } from 'fflate';
import { StockpotError, throwIfCancelled } from '../../../errors.ts';
import type { OnProgress } from '../../../progress.ts';
import { lastLines, runCommand } from './run-command.ts';

/** The newest TensorFlow whose operations agree with what tfjs 4.22 expects of them. */
export const TENSORFLOW_VERSION = '2.12.0';

const DOWNLOAD_SECONDS = 20 * 60;

/** pip's description of wheels that fit any Linux on x86-64; the Python version only picks among equal libraries. */
const WHEEL_TARGET = [
  ...['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311'],
  ...['--platform', 'manylinux_2_17_x86_64', '--platform', 'manylinux2014_x86_64'],
];

const LIBRARIES: ReadonlyMap<string, string> = new Map([
  ['tensorflow/libtensorflow_cc.so.2', 'libtensorflow_cc.so.2'],
  ['tensorflow/libtensorflow_framework.so.2', 'libtensorflow_framework.so.2'],
]);

const HEADERS = 'tensorflow/include/';

/** What the C API's headers include, directly or not; the wheel's thousands of others stay in it. */
const HEADER_FOLDERS = ['tensorflow/c/', 'tensorflow/core/platform/', 'tensorflow/tsl/platform/', 'tensorflow/tsl/c/'];

/**
 * Downloads TensorFlow's Python wheel by pip: the one place beside Google's storage that has libtensorflow.
 * @returns the wheel's path in `folder`
 * @throws StockpotError `accelerators/unreachable`
 */
export async function downloadWheel(
  pip: readonly [string, ...string[]],
  gpu: boolean,
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  const requirement = `${gpu ? 'tensorflow' : 'tensorflow-cpu'}==${TENSORFLOW_VERSION}`;
  const [program, ...leading] = pip;
  const args = [...leading, 'download', '--quiet', '--no-deps', '--only-binary=:all:', ...WHEEL_TARGET];
  const outcome = await runCommand(program, [...args, '--dest', folder, requirement], {
    timeoutSeconds: DOWNLOAD_SECONDS,
    signal,
  });
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (outcome.code === 0 && wheel !== undefined) return join(folder, wheel);
  throw new StockpotError({
    code: 'accelerators/unreachable',
    kind: 'failure',
    what: outcome.timedOut
      ? `${requirement} did not arrive within ${DOWNLOAD_SECONDS / 60} minutes`
      : `pip could not download ${requirement}`,
    details: lastLines(outcome.output),
    remedy: "Check the network and pip's index (pip config list), and run npm run accelerators again",
  });
}

/**
 * Unpacks the two libraries (into `folder`/lib) and the C headers (into `folder`/include) of a wheel, entry by entry as
 * it streams by: memory does not grow with the libraries' hundreds of megabytes.
 */
export async function unpackWheel(
  wheel: string,
  folder: string,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<void> {
  const { size } = await stat(wheel);
  const files: WriteStream[] = [];
  const unzip = new Unzip((entry) => {
    const path = targetOf(entry.name);
    if (path === undefined) return;
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    const file = createWriteStream(target);
    files.push(file);
    entry.ondata = (error, chunk, final) => {
      if (error !== null) file.destroy(error);
      else if (final) file.end(chunk);
      else file.write(chunk);
    };
    entry.start();
  });
  unzip.register(UnzipInflate);
  let done = 0;
  for await (const chunk of createReadStream(wheel, { highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>) {
    throwIfCancelled(signal);
    unzip.push(chunk);
    done += chunk.length;
    onProgress({ stage: 'Unpacking TensorFlow', done, total: size, unit: 'bytes' });
    await drained(files);
  }
  unzip.push(new Uint8Array(0), true);
  await Promise.all(files.map((file) => finished(file)));
  await rm(wheel);
}

/** Waits until what has been unpacked is on its way to the disk, so that it does not pile up in memory. */
async function drained(files: readonly WriteStream[]): Promise<void> {
  const waiting = files.filter((file) => file.writableNeedDrain);
  await Promise.all(waiting.map((file) => new Promise<void>((resolve) => file.once('drain', resolve))));
}

/** Where an entry of the wheel goes; undefined for what is not wanted. Only known names pass, so none can lead astray. */
function targetOf(name: string): string | undefined {
  const library = LIBRARIES.get(name);
  if (library !== undefined) return `lib/${library}`;
  if (!name.startsWith(HEADERS) || !name.endsWith('.h') || posix.normalize(name) !== name) return undefined;
  const header = name.slice(HEADERS.length);
  return HEADER_FOLDERS.some((wanted) => header.startsWith(wanted)) ? `include/${header}` : undefined;
}
