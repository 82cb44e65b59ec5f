import type { Attribute, Graph, GraphNode } from '../../../../main/architectures/onnx/graph.ts';

type AttributeValue = number | string | readonly number[] | { readonly float: number };

export interface OperatorCase {
  readonly op: string;
  /** Shape of the input `x`. */
  readonly x: readonly number[];
  /** Shapes of further inputs that are weights, in order. */
  readonly weights?: readonly (readonly number[])[];
  /** Integers as inputs, after the weights (a shape, axes). */
  readonly constant?: readonly number[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

/** Name of the weight at `index` of a case. */
export function weightName(index: number): string {
  return `w${index}`;
}

/** A graph of one operator: input `x`, weights `w0`, `w1`, …, output `y`. */
export function operatorGraph({ op, x, weights = [], constant, attributes = {} }: OperatorCase): Graph {
  const names = weights.map((_, index) => weightName(index));
  const node: GraphNode = {
    name: op,
    op,
    inputs: ['x', ...names, ...(constant === undefined ? [] : ['constant'])],
    outputs: ['y'],
    attributes: new Map(Object.entries(attributes).map(([name, value]) => [name, attributeFrom(value)])),
  };
  const initializers = weights.map(
    (shape, index) => [weightName(index), { name: weightName(index), dtype: 'F32', shape, bytes: undefined }] as const,
  );
  const constants =
    constant === undefined
      ? []
      : [
          [
            'constant',
            {
              name: 'constant',
              dtype: 'I64',
              shape: [constant.length],
              bytes: new Uint8Array(BigInt64Array.from(constant, BigInt).buffer),
            },
          ] as const,
        ];
  return {
    name: op,
    opset: 17,
    inputs: [{ name: 'x', dtype: 'F32', shape: x }],
    outputs: [{ name: 'y', dtype: 'F32', shape: [] }],
    initializers: new Map<string, Graph['initializers'] extends ReadonlyMap<string, infer Tensor> ? Tensor : never>([
      ...initializers,
      ...constants,
    ]),
    nodes: [node],
  };
}

function attributeFrom(value: AttributeValue): Attribute {
  if (typeof value === 'number') return { kind: 'int', value };
  if (typeof value === 'string') return { kind: 'string', value };
  if ('float' in value) return { kind: 'float', value: value.float };
  return { kind: 'ints', value };
}
