import { StockpotError } from '../errors.ts';
import { BYTES_PER_ELEMENT, type DType } from './checkpoint.ts';
import { toFloat64 } from './convert.ts';
import { dequantize } from './tfjs-quantization.ts';

/** Types that formats without the ones in question store elements as. */
export type WiderType = 'F32' | 'I32';

/**
 * Elements in another type, every one of them as it was: F16 and BF16 as F32, integers as I32.
 * @param tensor for messages
 * @param bytes contiguous, little-endian, a whole number of elements
 * @throws StockpotError `checkpoint/unwritable-value` for an integer that I32 does not have
 */
export function inWiderType(tensor: string, dtype: DType, wider: WiderType, bytes: Uint8Array): Uint8Array {
  const count = bytes.length / BYTES_PER_ELEMENT[dtype];
  const result = new Uint8Array(count * BYTES_PER_ELEMENT[wider]);
  if (wider === 'I32') writeIntegers(tensor, dtype, bytes, new Int32Array(result.buffer));
  else if (dtype === 'F16') dequantize(bytes, { dtype: 'float16' }, 'F32', result);
  else {
    // A bfloat16 is the upper half of its float32, NaN's payload included.
    for (let at = 0; at < count; at += 1) result.set(bytes.subarray(at * 2, at * 2 + 2), at * 4 + 2);
  }
  return result;
}

function writeIntegers(tensor: string, dtype: DType, bytes: Uint8Array, result: Int32Array): void {
  const values = toFloat64(dtype, bytes);
  result.set(values);
  const lost = values.findIndex((value, index) => value !== result[index]);
  if (lost === -1) return;
  throw new StockpotError({
    code: 'checkpoint/unwritable-value',
    what: `'${tensor}' holds ${values[lost]}, which is no integer of 32 bits, the only ones that the format has`,
    remedy: 'Choose another format.',
  });
}
