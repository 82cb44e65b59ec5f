import { create } from '@bufbuild/protobuf';
import { elementTypeNumber } from '../../main/architectures/onnx/element-types.ts';
import type { Graph } from '../../main/architectures/onnx/graph.ts';
import { encodeModel, readGraph } from '../../main/architectures/onnx/model.ts';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from '../../main/architectures/onnx/onnx_pb.js';
import type { TensorValue, Weights } from '../../main/checkpoints/checkpoint.ts';
import { Random } from '../../main/random.ts';
import { openOnnxRuntime } from '../../main/runtimes/onnx/onnx-runtime.ts';

type AttributeValue = number | string | readonly number[] | { readonly float: number };

/** A network put together operator by operator, with weights drawn at random: what an exporter might have written. */
export class Network {
  readonly #inputShape: readonly number[];
  readonly #random: Random;
  readonly #model: ModelProto;
  readonly weights = new Map<string, TensorValue>();
  #count = 0;

  /** @param inputShape without the batch, which comes first */
  constructor(inputShape: readonly number[], seed = 1) {
    this.#inputShape = inputShape;
    this.#random = new Random(seed, 'network');
    this.#model = create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [{ domain: '', version: 17n }],
      graph: { name: 'network', input: [valueInfo('input', inputShape)] },
    });
  }

  /** A weight, normally distributed about `mean`. */
  weight(name: string, shape: readonly number[], { mean = 0, deviation = 1 } = {}): string {
    const count = shape.reduce((product, size) => product * size, 1);
    const values = Float32Array.from({ length: count }, () => mean + deviation * this.#random.normal());
    this.weights.set(name, { dtype: 'F32', shape, bytes: new Uint8Array(values.buffer) });
    this.#model.graph!.initializer.push(
      create(TensorProtoSchema, {
        name,
        dataType: elementTypeNumber('F32'),
        dims: shape.map(BigInt),
        dataLocation: TensorProto_DataLocation.EXTERNAL,
        externalData: [{ key: 'location', value: name }],
      }),
    );
    return name;
  }

  /** Integers that are part of the graph, not of its weights. */
  integers(values: readonly number[]): string {
    const name = `integers${this.#count++}`;
    this.#model.graph!.initializer.push(
      create(TensorProtoSchema, {
        name,
        dataType: elementTypeNumber('I64'),
        dims: [BigInt(values.length)],
        int64Data: values.map(BigInt),
      }),
    );
    return name;
  }

  /** @returns the first output */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    outputs = 1,
  ): string {
    const name = `${op.toLowerCase()}${this.#count++}`;
    this.#model.graph!.node.push(
      create(NodeProtoSchema, {
        name,
        opType: op,
        input: [...inputs],
        output: Array.from({ length: outputs }, (_, index) => (index === 0 ? name : `${name}.${index}`)),
        attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
      }),
    );
    return name;
  }

  conv(
    name: string,
    input: string,
    shape: readonly [number, number, number],
    options: { group?: number; stride?: number; bias?: boolean } = {},
  ): string {
    const { group = 1, stride = 1, bias = false } = options;
    const [outputs, inputs, kernel] = shape;
    const pads = new Array<number>(4).fill((kernel - 1) / 2);
    const weight = this.weight(`${name}.weight`, [outputs, inputs / group, kernel, kernel], {
      deviation: 1 / Math.sqrt((inputs / group) * kernel * kernel),
    });
    const inputsOf = [input, weight, ...(bias ? [this.weight(`${name}.bias`, [outputs])] : [])];
    return this.node('Conv', inputsOf, { group, kernel_shape: [kernel, kernel], pads, strides: [stride, stride] });
  }

  batchNorm(name: string, input: string, channels: number): string {
    const parameters = [
      this.weight(`${name}.weight`, [channels], { mean: 1, deviation: 0.3 }),
      this.weight(`${name}.bias`, [channels], { deviation: 0.3 }),
      this.weight(`${name}.running_mean`, [channels], { deviation: 0.3 }),
      this.weight(`${name}.running_var`, [channels], { mean: 1.5, deviation: 0.1 }),
    ];
    return this.node('BatchNormalization', [input, ...parameters], { epsilon: { float: 1e-5 } });
  }

  relu(input: string): string {
    return this.node('Relu', [input]);
  }

  linear(name: string, input: string, outputs: number, inputs: number): string {
    const weight = this.weight(`${name}.weight`, [outputs, inputs], { deviation: 1 / Math.sqrt(inputs) });
    return this.node('Gemm', [input, weight, this.weight(`${name}.bias`, [outputs])], { transB: 1 });
  }

  /** The serialized model; `output` has one axis beside the batch. */
  finish(output: string): { readonly bytes: Uint8Array; readonly graph: Graph; readonly weights: Weights } {
    this.#model.graph!.output = [valueInfo(output, [undefined])];
    const bytes = encodeModel(this.#model);
    return { bytes, graph: readGraph(bytes), weights: this.weights };
  }

  /** A batch of inputs. */
  samples(count: number): Float32Array {
    const size = this.#inputShape.reduce((product, length) => product * length, count);
    return Float32Array.from({ length: size }, () => this.#random.normal());
  }

  get inputShape(): readonly number[] {
    return this.#inputShape;
  }
}

/** What ONNX Runtime computes. */
export async function outputsOf(
  graph: Uint8Array,
  weights: Weights,
  shape: readonly number[],
  data: Float32Array,
): Promise<Float32Array> {
  const runtime = await openOnnxRuntime({ threads: 1 });
  const session = await runtime.open(graph, weights);
  try {
    return (await session.run({ input: { shape, data } })).data.slice();
  } finally {
    await session.dispose();
  }
}

/** Largest difference, relative to the largest output. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  const scale = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index]!)), 0) / scale;
}

function attribute(name: string, value: AttributeValue) {
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, {
      name,
      type: AttributeProto_AttributeType.STRING,
      s: new TextEncoder().encode(value),
    });
  }
  if (typeof value === 'number')
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) });
  if ('float' in value)
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INTS, ints: value.map(BigInt) });
}

function valueInfo(name: string, shape: readonly (number | undefined)[]) {
  const batch = { value: { case: 'dimParam' as const, value: 'batch' } };
  const dims = shape.map((size) =>
    size === undefined
      ? { value: { case: 'dimParam' as const, value: 'any' } }
      : { value: { case: 'dimValue' as const, value: BigInt(size) } },
  );
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: { case: 'tensorType', value: { elemType: elementTypeNumber('F32'), shape: { dim: [batch, ...dims] } } },
    },
  });
}
