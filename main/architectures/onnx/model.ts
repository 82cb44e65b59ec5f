import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { BYTES_PER_ELEMENT } from '../../checkpoints/checkpoint.ts';
import { StockpotError } from '../../errors.ts';
import { dtypeOfElementType, elementTypeName } from './element-types.ts';
import type { Attribute, Graph, GraphNode, GraphTensor, GraphValue } from './graph.ts';
import {
  type AttributeProto,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  TensorProto_DataLocation,
  type ValueInfoProto,
} from './onnx_pb.js';

/**
 * Parses a serialized ONNX ModelProto.
 * @throws StockpotError `architecture/not-onnx` when the bytes are no ModelProto with a graph in it
 */
export function decodeModel(bytes: Uint8Array): ModelProto {
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw notOnnx(cause);
  }
  if (model.graph === undefined) throw notOnnx(undefined);
  return model;
}

export function encodeModel(model: ModelProto): Uint8Array {
  return toBinary(ModelProtoSchema, model);
}

/**
 * The graph of a serialized ModelProto as plain data. Initializers stored as external data have no bytes.
 * @throws StockpotError `architecture/not-onnx`, `architecture/unsupported-onnx` (element types, attributes or sparse
 *   initializers that Stockpot has no use for, each named)
 */
export function readGraph(bytes: Uint8Array): Graph {
  return graphOf(decodeModel(bytes));
}

/** As `readGraph`, from a parsed model. */
export function graphOf(model: ModelProto): Graph {
  const graph = model.graph;
  if (graph === undefined) throw notOnnx(undefined);
  if (graph.sparseInitializer.length > 0) throw unsupported('Sparse initializers are not supported', graph.name);
  const initializers = new Map(graph.initializer.map((tensor) => [tensor.name, readTensor(tensor)]));
  return {
    name: graph.name,
    opset: Number(model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 1n),
    inputs: graph.input.filter(({ name }) => !initializers.has(name)).map(readValue),
    outputs: graph.output.map(readValue),
    initializers,
    nodes: graph.node.map(readNode),
  };
}

function readValue(value: ValueInfoProto): GraphValue {
  const type = value.type?.value;
  if (type?.case !== 'tensorType') throw unsupported('Only tensors can be inputs and outputs', value.name);
  const dimensions = type.value.shape?.dim ?? [];
  return {
    name: value.name,
    dtype: readElementType(type.value.elemType, value.name),
    shape: dimensions.map(({ value: dimension }) => {
      if (dimension.case === undefined) return undefined;
      return dimension.case === 'dimValue' ? Number(dimension.value) : dimension.value;
    }),
  };
}

function readNode(node: NodeProto): GraphNode {
  const inDefaultDomain = node.domain === '' || node.domain === 'ai.onnx';
  return {
    name: node.name,
    op: inDefaultDomain ? node.opType : `${node.domain}::${node.opType}`,
    inputs: node.input,
    outputs: node.output,
    attributes: new Map(node.attribute.map((attribute) => [attribute.name, readAttribute(attribute, node)])),
  };
}

function readAttribute(attribute: AttributeProto, node: NodeProto): Attribute {
  switch (attribute.type) {
    case AttributeType.INT:
      return { kind: 'int', value: clampToSafe(attribute.i) };
    case AttributeType.FLOAT:
      return { kind: 'float', value: attribute.f };
    case AttributeType.STRING:
      return { kind: 'string', value: decodeText(attribute.s) };
    case AttributeType.INTS:
      return { kind: 'ints', value: attribute.ints.map(clampToSafe) };
    case AttributeType.FLOATS:
      return { kind: 'floats', value: attribute.floats };
    case AttributeType.STRINGS:
      return { kind: 'strings', value: attribute.strings.map(decodeText) };
    case AttributeType.TENSOR:
      if (attribute.t !== undefined && attribute.t.dataLocation !== TensorProto_DataLocation.EXTERNAL) {
        return { kind: 'tensor', value: readTensor(attribute.t) };
      }
  }
  throw unsupported(
    `Attribute ${attribute.name} of ${node.opType} is of a kind that is not supported`,
    node.name || node.output[0] || node.opType,
  );
}

function readTensor(tensor: TensorProto): GraphTensor {
  const dtype = readElementType(tensor.dataType, tensor.name);
  const shape = tensor.dims.map(Number);
  const byteLength = shape.reduce((product, size) => product * size, 1) * BYTES_PER_ELEMENT[dtype];
  const bytes = tensor.dataLocation === TensorProto_DataLocation.EXTERNAL ? undefined : inlineBytes(tensor);
  if (bytes !== undefined && bytes.length !== byteLength) {
    throw new StockpotError({
      code: 'architecture/not-onnx',
      what: `Initializer ${tensor.name} holds ${bytes.length} bytes where its shape asks for ${byteLength}`,
      where: tensor.name,
      remedy: 'Export the model to ONNX again',
    });
  }
  return { name: tensor.name, dtype, shape, bytes };
}

/** Elements as bytes, whichever of TensorProto's fields they are in. */
function inlineBytes(tensor: TensorProto): Uint8Array {
  if (tensor.rawData.length > 0) return tensor.rawData;
  if (tensor.floatData.length > 0) return bytesOf(Float32Array.from(tensor.floatData));
  if (tensor.doubleData.length > 0) return bytesOf(Float64Array.from(tensor.doubleData));
  if (tensor.int64Data.length > 0) return bytesOf(BigInt64Array.from(tensor.int64Data));
  if (tensor.uint64Data.length > 0) {
    return tensor.dataType === DataType.UINT32
      ? bytesOf(Uint32Array.from(tensor.uint64Data, Number))
      : bytesOf(BigUint64Array.from(tensor.uint64Data));
  }
  return bytesOfInt32Data(tensor);
}

/** int32_data also carries the narrower integers, booleans and the bit patterns of the half-precision floats. */
function bytesOfInt32Data(tensor: TensorProto): Uint8Array {
  switch (tensor.dataType) {
    case DataType.UINT8:
    case DataType.INT8:
    case DataType.BOOL:
    case DataType.FLOAT8E4M3FN:
    case DataType.FLOAT8E5M2:
      return bytesOf(Uint8Array.from(tensor.int32Data));
    case DataType.UINT16:
    case DataType.INT16:
    case DataType.FLOAT16:
    case DataType.BFLOAT16:
      return bytesOf(Uint16Array.from(tensor.int32Data));
    default:
      return bytesOf(Int32Array.from(tensor.int32Data));
  }
}

function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function readElementType(number: number, where: string) {
  const dtype = dtypeOfElementType(number);
  if (dtype === undefined) throw unsupported(`Element type ${elementTypeName(number)} is not supported`, where);
  return dtype;
}

function clampToSafe(value: bigint): number {
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(value)));
}

function decodeText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function notOnnx(cause: unknown): StockpotError {
  return new StockpotError({
    code: 'architecture/not-onnx',
    what: 'The bytes are not an ONNX model',
    remedy: 'Export the model to ONNX again and give that file',
    cause,
  });
}

function unsupported(what: string, where: string): StockpotError {
  return new StockpotError({
    code: 'architecture/unsupported-onnx',
    what,
    where,
    remedy: 'Export the model to ONNX without it',
  });
}
