import { BYTES_PER_ELEMENT, type DType } from './checkpoint.ts';

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

/** Bytes per element of storages that are stepped over, though their elements are not read. */
const OTHER_STORAGE_BYTES: ReadonlyMap<string, number> = new Map([
  ['UntypedStorage', 1],
  ['ComplexFloatStorage', 8],
  ['ComplexDoubleStorage', 16],
  ['QInt8Storage', 1],
  ['QUInt8Storage', 1],
  ['QUInt4x2Storage', 1],
  ['QUInt2x4Storage', 1],
  ['QInt32Storage', 4],
]);

/** Bytes per element of a storage class in module `torch`; undefined for an unknown one. */
export function storageElementBytes(name: string): number | undefined {
  const dtype = DTYPE_OF_STORAGE.get(name);
  return dtype === undefined ? OTHER_STORAGE_BYTES.get(name) : BYTES_PER_ELEMENT[dtype];
}
