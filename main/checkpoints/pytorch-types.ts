import type { DType } from './checkpoint.ts';

/** Typed storages, as `torch.save` names them in module `torch`. */
export const DTYPE_OF_STORAGE: ReadonlyMap<string, DType> = new Map([
  ['BoolStorage', 'BOOL'],
  ['ByteStorage', 'U8'],
  ['CharStorage', 'I8'],
  ['ShortStorage', 'I16'],
  ['IntStorage', 'I32'],
  ['LongStorage', 'I64'],
  ['HalfStorage', 'F16'],
  ['BFloat16Storage', 'BF16'],
  ['FloatStorage', 'F32'],
  ['DoubleStorage', 'F64'],
]);

/** Element types in module `torch`: what `_rebuild_tensor_v3` is told. */
export const DTYPE_OF_TORCH_NAME: ReadonlyMap<string, DType> = new Map([
  ['bool', 'BOOL'],
  ['uint8', 'U8'],
  ['int8', 'I8'],
  ['uint16', 'U16'],
  ['int16', 'I16'],
  ['uint32', 'U32'],
  ['int32', 'I32'],
  ['uint64', 'U64'],
  ['int64', 'I64'],
  ['float16', 'F16'],
  ['bfloat16', 'BF16'],
  ['float32', 'F32'],
  ['float64', 'F64'],
  ['float8_e4m3fn', 'F8_E4M3'],
  ['float8_e5m2', 'F8_E5M2'],
]);

export const STORAGE_OF_DTYPE: ReadonlyMap<DType, string> = invert(DTYPE_OF_STORAGE);
export const TORCH_NAME_OF_DTYPE: ReadonlyMap<DType, string> = invert(DTYPE_OF_TORCH_NAME);

function invert(names: ReadonlyMap<string, DType>): ReadonlyMap<DType, string> {
  return new Map([...names].map(([name, dtype]) => [dtype, name]));
}

/** Elements to step over per dimension in row-major order, as PyTorch counts them. */
export function contiguousStrides(shape: readonly number[]): readonly number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    strides[axis] = step;
    step *= Math.max(shape[axis]!, 1);
  }
  return strides;
}

/** Name of the record that carries a checkpoint's text metadata beside the pickle. PyTorch does not look at it. */
export const METADATA_RECORD = 'stockpot.json';
