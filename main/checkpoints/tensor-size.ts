import { StockpotError } from '../errors.ts';
import { BYTES_PER_ELEMENT, type Checkpoint, type DType, type TensorInfo } from './checkpoint.ts';

/** A whole number that counts or measures something and is exact in a double. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0);
}

/** Facts about a tensor, or undefined when its size is beyond what can be counted exactly. */
export function tensorInfo(name: string, dtype: DType, shape: readonly number[]): TensorInfo | undefined {
  let elementCount = 1;
  for (const dimension of shape) {
    elementCount *= dimension;
    if (!isCount(elementCount)) return undefined;
  }
  const byteLength = elementCount * BYTES_PER_ELEMENT[dtype];
  if (!isCount(byteLength)) return undefined;
  return { name, dtype, shape, elementCount, byteLength };
}

/**
 * The tensor that is to be read.
 * @throws StockpotError `checkpoint/unknown-tensor`, `checkpoint/out-of-range`
 */
export function tensorToRead(
  checkpoint: Pick<Checkpoint, 'path' | 'tensors'>,
  name: string,
  byteOffset: number,
  length: number,
): TensorInfo {
  const info = checkpoint.tensors.get(name);
  if (info === undefined) {
    throw new StockpotError({
      code: 'checkpoint/unknown-tensor',
      what: `The checkpoint has no tensor '${name}'`,
      where: checkpoint.path,
    });
  }
  if (byteOffset < 0 || byteOffset + length > info.byteLength) {
    throw new StockpotError({
      code: 'checkpoint/out-of-range',
      kind: 'failure',
      what: `Bytes ${byteOffset} to ${byteOffset + length} of '${name}' were asked for, which has ${info.byteLength}`,
      where: checkpoint.path,
    });
  }
  return info;
}
