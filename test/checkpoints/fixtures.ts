import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Checkpoint, DType, TensorValue, Weights } from '../../main/checkpoints/checkpoint.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { readWeights } from '../../main/checkpoints/weights.ts';
import { StockpotError } from '../../main/errors.ts';

interface ExpectedTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Hexadecimal. */
  readonly bytes: string;
}

/** Path of a file that make.py wrote. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/checkpoints/${name}`, import.meta.url));
}

type ExpectedFiles = Readonly<Record<string, Readonly<Record<string, ExpectedTensor>>>>;

function expectedIn(folder: string): ExpectedFiles {
  const files = JSON.parse(readFileSync(fixture(`${folder}expected.json`), 'utf8')) as ExpectedFiles;
  return Object.fromEntries(Object.entries(files).map(([name, tensors]) => [`${folder}${name}`, tensors]));
}

const expected: ExpectedFiles = {
  ...expectedIn(''),
  ...expectedIn('pytorch/'),
  ...expectedIn('numpy/'),
  ...expectedIn('onnx/'),
  ...expectedIn('tfjs/'),
};

/** What make.py says a file holds. */
export function expectedWeights(name: string): Weights {
  return new Map(
    Object.entries(expected[name]!).map(([tensor, { dtype, shape, bytes }]) => [
      tensor,
      { dtype, shape, bytes: Uint8Array.from(Buffer.from(bytes, 'hex')) },
    ]),
  );
}

/** The same names with the same types, shapes and bits, in whatever order. */
export function expectSameWeights(actual: Weights, wanted: Weights): void {
  expect(plain(actual)).toEqual(plain(wanted));
}

export function expectHolds(checkpoint: Checkpoint, wanted: Weights): void {
  expectSameWeights(readWeights(checkpoint), wanted);
}

function plain(weights: Weights): Readonly<Record<string, unknown>> {
  const text = ({ dtype, shape, bytes }: TensorValue): string =>
    `${dtype} [${shape.join(',')}] ${Buffer.from(bytes).toString('hex')}`;
  return Object.fromEntries([...weights].map(([name, value]) => [name, text(value)]));
}

/** The typed error that `work` ends with. Any other outcome fails the test. */
export function errorOf(work: () => unknown): StockpotError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof StockpotError) return thrown;
    throw thrown;
  }
  throw new Error('It went through');
}

/** As `errorOf`, of work that takes its time. */
export async function rejectionOf(work: () => Promise<unknown>): Promise<StockpotError> {
  const outcome = await work().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (outcome === undefined) throw new Error('It went through');
  if (outcome instanceof StockpotError) return outcome;
  throw outcome;
}

export function codeOf(work: () => unknown): string {
  return errorOf(work).code;
}

/** The files that a script of fixtures wrote to a folder. */
export function expectedNames(folder: string): readonly string[] {
  return Object.keys(expected).filter((name) => name.startsWith(folder));
}

/** Every part of every tensor of a fixture is what was written, wherever it begins and ends. */
export async function expectReadsFromAnyByte(name: string, numRuns: number): Promise<void> {
  const wanted = [...expectedWeights(name)].filter(([, { bytes }]) => bytes.length > 0);
  const checkpoint = await openCheckpoint(fixture(name));
  const anyPart = fc
    .constantFrom(...wanted)
    .chain(([tensor, { bytes }]) =>
      fc.tuple(fc.constant(tensor), fc.constant(bytes), fc.nat(bytes.length), fc.nat(bytes.length)),
    );
  fc.assert(
    fc.property(anyPart, ([tensor, bytes, a, b]) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const part = new Uint8Array(to - from);
      checkpoint.read(tensor, from, part);
      expect([...part]).toEqual([...bytes.subarray(from, to)]);
    }),
    { numRuns },
  );
  checkpoint.close();
}
