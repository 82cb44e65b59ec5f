import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { type CheckpointsComparison, compareCheckpoints } from '../../main/analysis/compare-checkpoints.ts';
import type { Checkpoint, DType, TensorValue, Weights } from '../../main/checkpoints/checkpoint.ts';
import { fromFloats } from '../../main/checkpoints/convert.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { Random } from '../../main/random.ts';

/** Numbers by tensor name. */
export type Numbers = Readonly<Record<string, { readonly shape: readonly number[]; readonly values: Float64Array }>>;

export type Shapes = Readonly<Record<string, readonly number[]>>;

const folders: string[] = [];
const opened: Checkpoint[] = [];

afterEach(() => {
  for (const checkpoint of opened.splice(0)) checkpoint.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Independent normal numbers, as an initialisation draws them. */
export function drawn(shapes: Shapes, seed: number, mean = 0): Numbers {
  return mapped(shapes, (name, shape) => {
    const random = new Random(seed, name);
    return { shape, values: Float64Array.from({ length: size(shape) }, () => mean + 0.05 * random.normal()) };
  });
}

/** The same with noise of `share` of their own size added: what training adds. */
export function withNoise(numbers: Numbers, share: number, seed: number): Numbers {
  return mapped(numbers, (name, { shape, values }) => {
    const random = new Random(seed, 'noise', name);
    return { shape, values: values.map((value) => value + share * 0.05 * random.normal()) };
  });
}

function mapped<From, To>(
  record: Readonly<Record<string, From>>,
  change: (name: string, value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(name, value)]));
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

export async function opening(numbers: Numbers, name: string, dtype: DType = 'F32'): Promise<Checkpoint> {
  return openingWeights(
    new Map(
      Object.entries(numbers).map(([tensor, { shape, values }]): [string, TensorValue] => [
        tensor,
        { dtype, shape, bytes: fromFloats(dtype, values) },
      ]),
    ),
    name,
  );
}

export async function openingWeights(weights: Weights, name: string): Promise<Checkpoint> {
  const folder = mkdtempSync(join(tmpdir(), 'stockpot-analysis-'));
  folders.push(folder);
  const path = join(folder, `${name}.safetensors`);
  writeCheckpoint(path, 'safetensors', weights);
  const checkpoint = await openCheckpoint(path);
  opened.push(checkpoint);
  return checkpoint;
}

/** Compares constructed checkpoints, called A, B, C, … */
export async function comparing(...all: readonly Numbers[]): Promise<CheckpointsComparison> {
  const names = all.map((_, index) => String.fromCharCode(65 + index));
  const checkpoints: Checkpoint[] = [];
  for (const [index, numbers] of all.entries()) checkpoints.push(await opening(numbers, names[index]!));
  return compareCheckpoints(checkpoints, { names });
}
