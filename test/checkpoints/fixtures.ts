import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Checkpoint, DType, TensorValue, Weights } from '../../main/checkpoints/checkpoint.ts';
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
