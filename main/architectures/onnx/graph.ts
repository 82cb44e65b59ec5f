import type { DType } from '../../checkpoints/checkpoint.ts';
import { StockpotError } from '../../errors.ts';

/** A constant of the graph. Checkpoint tensors have no data here: it comes from the weights that the graph is opened with. */
export interface GraphTensor {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Contiguous row-major little-endian elements (at no particular alignment); undefined when they are supplied from outside. */
  readonly bytes: Uint8Array | undefined;
}

/** A graph input or output. A dimension is a number, the name of a symbol (`batch`), or undefined when nothing is known. */
export interface GraphValue {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly (number | string | undefined)[];
}

interface AttributeValues {
  readonly int: number;
  readonly float: number;
  readonly string: string;
  readonly ints: readonly number[];
  readonly floats: readonly number[];
  readonly strings: readonly string[];
  readonly tensor: GraphTensor;
}

/** Integers beyond ±(2^53 − 1), which ONNX uses for "to the end", are clamped to it. */
export type Attribute = {
  readonly [Kind in keyof AttributeValues]: { readonly kind: Kind; readonly value: AttributeValues[Kind] };
}[keyof AttributeValues];

export interface GraphNode {
  /** Module path where known: `layer1.0.conv1`. */
  readonly name: string;
  /** `Conv`, `Gemm`, …; operators outside the default domain as `domain::Operator`. */
  readonly op: string;
  /** Names of values; an omitted optional input is the empty string. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/** An ONNX graph as plain data: what both runtimes read, so that only one place knows protobuf. */
export interface Graph {
  readonly name: string;
  /** Version of the default operator set. */
  readonly opset: number;
  /** Initializers are not among them. */
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  /** In the file's order. */
  readonly initializers: ReadonlyMap<string, GraphTensor>;
  /** In topological order, as ONNX requires. */
  readonly nodes: readonly GraphNode[];
}

/**
 * An attribute of a node, or `fallback` (the default that the operator's specification gives) when the node has none.
 * @throws StockpotError `architecture/bad-attribute` when it is of another kind
 */
export function attributeOf<Kind extends keyof AttributeValues, Fallback>(
  node: GraphNode,
  name: string,
  kind: Kind,
  fallback: Fallback,
): AttributeValues[Kind] | Fallback {
  const attribute = node.attributes.get(name);
  if (attribute === undefined) return fallback;
  if (attribute.kind !== kind) {
    throw new StockpotError({
      code: 'architecture/bad-attribute',
      what: `Attribute ${name} of ${node.op} is ${attribute.kind}, not ${kind}`,
      where: node.name || node.outputs[0] || node.op,
      remedy: 'Export the model to ONNX again',
    });
  }
  return attribute.value as AttributeValues[Kind];
}
