import { BYTES_PER_ELEMENT, type Checkpoint, isFloating, type TensorInfo } from '../checkpoints/checkpoint.ts';
import { toFloat32, toFloat64 } from '../checkpoints/convert.ts';

/** The elements from `start` on that fill `bytes`, which single-precision ones then share. */
export function readNumbers(
  checkpoint: Checkpoint,
  { name, dtype }: TensorInfo,
  start: number,
  bytes: Uint8Array<ArrayBuffer>,
): Float32Array | Float64Array {
  checkpoint.read(name, start * BYTES_PER_ELEMENT[dtype], bytes);
  if (dtype === 'F32') return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  return isFloating(dtype) && dtype !== 'F64' ? toFloat32(dtype, bytes) : toFloat64(dtype, bytes);
}
