import { throwIfCancelled } from '../errors.ts';
import type { OnProgress } from '../progress.ts';
import { BYTES_PER_ELEMENT, type Checkpoint, isFloating } from './checkpoint.ts';
import { toFloat32, toFloat64 } from './convert.ts';
import { tensorToRead } from './tensor-size.ts';

/** A multiple of every element size. */
const CHUNK_BYTES = 1 << 20;

export interface TensorScan {
  readonly name: string;
  readonly nanCount: number;
  readonly infinityCount: number;
  /** True for a tensor with elements that are all zero. */
  readonly allZero: boolean;
  /** Of the finite elements; undefined when there are none. */
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly mean: number | undefined;
}

export interface ScanOptions {
  readonly signal?: AbortSignal;
  /** In bytes. */
  readonly onProgress?: OnProgress;
}

/**
 * Looks at every element of a tensor, in chunks.
 * @throws StockpotError as `Checkpoint.read`
 */
function scanTensor(checkpoint: Checkpoint, name: string): TensorScan {
  const { dtype, byteLength } = tensorToRead(checkpoint, name, 0, 0);
  const toNumbers = BYTES_PER_ELEMENT[dtype] === 8 || !isFloating(dtype) ? toFloat64 : toFloat32;
  const buffer = new Uint8Array(Math.min(CHUNK_BYTES, byteLength));
  let tally = EMPTY;
  for (let offset = 0; offset < byteLength; offset += buffer.length) {
    const part = buffer.subarray(0, Math.min(buffer.length, byteLength - offset));
    checkpoint.read(name, offset, part);
    tally = add(tally, toNumbers(dtype, part));
  }
  const { nanCount, infinityCount, finiteCount, zeroCount, min, max, sum } = tally;
  const elements = finiteCount + nanCount + infinityCount;
  const known = finiteCount > 0;
  return {
    name,
    nanCount,
    infinityCount,
    allZero: elements > 0 && zeroCount === elements,
    min: known ? min : undefined,
    max: known ? max : undefined,
    mean: known ? sum / finiteCount : undefined,
  };
}

/**
 * Scans every tensor. Lets other work happen in between.
 * @throws StockpotError as `Checkpoint.read`; `job/cancelled`
 */
export async function scanCheckpoint(
  checkpoint: Checkpoint,
  options: ScanOptions = {},
): Promise<readonly TensorScan[]> {
  const total = checkpoint.tensors.values().reduce((sum, { byteLength }) => sum + byteLength, 0);
  const scans: TensorScan[] = [];
  let done = 0;
  for (const { name, byteLength } of checkpoint.tensors.values()) {
    throwIfCancelled(options.signal);
    scans.push(scanTensor(checkpoint, name));
    done += byteLength;
    options.onProgress?.({ stage: 'Looking at the tensors', done, total, unit: 'bytes' });
    await new Promise(setImmediate);
  }
  return scans;
}

interface Tally {
  readonly nanCount: number;
  readonly infinityCount: number;
  readonly finiteCount: number;
  readonly zeroCount: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
}

const EMPTY: Tally = {
  nanCount: 0,
  infinityCount: 0,
  finiteCount: 0,
  zeroCount: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
  sum: 0,
};

function add(tally: Tally, values: Float32Array | Float64Array): Tally {
  let { nanCount, infinityCount, finiteCount, zeroCount, min, max, sum } = tally;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index]!;
    // Zero for finite numbers, NaN for the others.
    if (value - value === 0) {
      finiteCount += 1;
      sum += value;
      if (value === 0) zeroCount += 1;
      if (value < min) min = value;
      if (value > max) max = value;
    } else if (Number.isNaN(value)) nanCount += 1;
    else infinityCount += 1;
  }
  return { nanCount, infinityCount, finiteCount, zeroCount, min, max, sum };
}
