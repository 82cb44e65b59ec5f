import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DType, TensorValue } from '../../main/checkpoints/checkpoint.ts';
import type { PlannedFormat } from '../../main/checkpoints/output-formats.ts';
import { formatOfPath, writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { Random } from '../../main/random.ts';

/** A folder of its own, removed by `[Symbol.dispose]`. */
export class TemporaryFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'stockpot-mix-'));

  file(name: string): string {
    return join(this.path, name);
  }

  /** Writes a checkpoint and returns its path. */
  checkpoint(name: string, tensors: Readonly<Record<string, TensorValue>>): string {
    const path = this.file(name);
    writeCheckpoint(path, formatOfPath(path) as PlannedFormat, new Map(Object.entries(tensors)));
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export function tensor(
  dtype: DType,
  shape: readonly number[],
  elements: NodeJS.ArrayBufferView<ArrayBuffer>,
): TensorValue {
  return { dtype, shape, bytes: new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength) };
}

export function singles(shape: readonly number[], values: ArrayLike<number>): TensorValue {
  return tensor('F32', shape, Float32Array.from(values));
}

export function randomSingles(shape: readonly number[], seed: number): TensorValue {
  const random = new Random(seed, 'singles');
  const count = shape.reduce((product, size) => product * size, 1);
  return singles(
    shape,
    Array.from({ length: count }, () => random.normal()),
  );
}

/** A small network's worth of tensors: floating-point, integer, scalar and empty ones. */
export function network(seed: number): Readonly<Record<string, TensorValue>> {
  return {
    'conv.weight': randomSingles([8, 3, 3, 3], seed),
    'bn.running_mean': randomSingles([8], seed + 1000),
    'bn.num_batches_tracked': tensor('I64', [], BigInt64Array.of(BigInt(seed))),
    'fc.weight': randomSingles([10, 33], seed + 2000),
    scale: randomSingles([], seed + 3000),
    empty: singles([0, 4], []),
    mask: tensor('BOOL', [3], Uint8Array.of(seed % 2, 1, 0)),
  };
}

export function elementsOf(value: TensorValue | undefined): readonly number[] {
  if (value === undefined) throw new Error('There is no such tensor');
  const bytes = value.bytes.slice().buffer;
  return [...(value.dtype === 'F64' ? new Float64Array(bytes) : new Float32Array(bytes))];
}
