import type { DType } from './checkpoint.ts';

/** ONNX's element types by number (onnx.proto, TensorProto.DataType). */
const NAMES: readonly string[] = [
  'UNDEFINED',
  'FLOAT',
  'UINT8',
  'INT8',
  'UINT16',
  'INT16',
  'INT32',
  'INT64',
  'STRING',
  'BOOL',
  'FLOAT16',
  'DOUBLE',
  'UINT32',
  'UINT64',
  'COMPLEX64',
  'COMPLEX128',
  'BFLOAT16',
  'FLOAT8E4M3FN',
  'FLOAT8E4M3FNUZ',
  'FLOAT8E5M2',
  'FLOAT8E5M2FNUZ',
  'UINT4',
  'INT4',
  'FLOAT4E2M1',
  'FLOAT8E8M0',
  'UINT2',
  'INT2',
];

export const ONNX_STRING = 8;

/** Numbers of `float_data`, `int32_data`, `int64_data`, `double_data` and `uint64_data` in TensorProto. */
export const TYPED_FIELDS: readonly number[] = [4, 5, 7, 10, 11];

interface OnnxType {
  readonly number: number;
  /** Which of TensorProto's typed fields carries it. */
  readonly field: number;
}

export const ONNX_TYPES: Readonly<Record<DType, OnnxType>> = {
  F32: { number: 1, field: 4 },
  U8: { number: 2, field: 5 },
  I8: { number: 3, field: 5 },
  U16: { number: 4, field: 5 },
  I16: { number: 5, field: 5 },
  I32: { number: 6, field: 5 },
  I64: { number: 7, field: 7 },
  BOOL: { number: 9, field: 5 },
  F16: { number: 10, field: 5 },
  F64: { number: 11, field: 10 },
  U32: { number: 12, field: 11 },
  U64: { number: 13, field: 11 },
  BF16: { number: 16, field: 5 },
  F8_E4M3: { number: 17, field: 5 },
  F8_E5M2: { number: 19, field: 5 },
};

const DTYPES: ReadonlyMap<number, DType> = new Map(
  Object.entries(ONNX_TYPES).map(([dtype, { number }]) => [number, dtype as DType]),
);

/** Undefined for element types that no checkpoint format has (texts, complex and 4-bit numbers). */
export function dtypeOfOnnxType(number: number): DType | undefined {
  return DTYPES.get(number);
}

/** ONNX's own name of an element type, for messages. */
export function onnxTypeName(number: number): string {
  return NAMES[number] ?? `element type ${number}`;
}
