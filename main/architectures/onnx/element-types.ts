import type { DType } from '../../checkpoints/checkpoint.ts';
import { TensorProto_DataType as Type } from './onnx_pb.js';

/** ONNX's element types (onnx.proto, TensorProto.DataType) for ours. */
const NUMBER_OF: Readonly<Record<DType, Type>> = {
  BOOL: Type.BOOL,
  U8: Type.UINT8,
  I8: Type.INT8,
  U16: Type.UINT16,
  I16: Type.INT16,
  F16: Type.FLOAT16,
  BF16: Type.BFLOAT16,
  U32: Type.UINT32,
  I32: Type.INT32,
  F32: Type.FLOAT,
  U64: Type.UINT64,
  I64: Type.INT64,
  F64: Type.DOUBLE,
  F8_E4M3: Type.FLOAT8E4M3FN,
  F8_E5M2: Type.FLOAT8E5M2,
};

const DTYPE_OF: ReadonlyMap<number, DType> = new Map(
  Object.entries(NUMBER_OF).map(([dtype, number]) => [number, dtype as DType]),
);

export function elementTypeNumber(dtype: DType): Type {
  return NUMBER_OF[dtype];
}

/** Undefined for element types that no checkpoint format has (strings, complex and 4-bit numbers). */
export function dtypeOfElementType(number: number): DType | undefined {
  return DTYPE_OF.get(number);
}

/** ONNX's own name of an element type, for messages. */
export function elementTypeName(number: number): string {
  return Type[number] ?? `element type ${number}`;
}
