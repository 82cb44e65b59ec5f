import { create } from '@bufbuild/protobuf';
import { BYTES_PER_ELEMENT } from '../checkpoints/checkpoint.ts';
import type { Initialization, ParameterSpec } from './architecture.ts';
import { elementTypeNumber } from './onnx/element-types.ts';
import { encodeModel } from './onnx/model.ts';
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './onnx/onnx_pb.js';

const OPSET_VERSION = 17n;
const IR_VERSION = 8n;
const INPUT_NAME = 'input';
const OUTPUT_NAME = 'logits';

/** A value flowing through the graph under construction; `shape` leaves the batch dimension out. */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface BuiltGraph {
  /** Serialized ModelProto. */
  readonly graph: Uint8Array;
  readonly parameters: readonly ParameterSpec[];
}

export interface ConvolutionOptions {
  readonly outputChannels: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly initialization: 'pytorch-default' | 'kaiming-normal-fan-out';
}

export interface PoolOptions {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

type AttributeValue = number | readonly number[] | { readonly float: number };

/**
 * Builds an ONNX model (opset 17, IR 8) layer by layer. Each layer takes the module path that PyTorch would know it by,
 * names its node so, and records its parameters in PyTorch's order. Initializers are declared as external data under
 * their own names: the model carries no weights.
 *
 * Operators: https://onnx.ai/onnx/operators/
 */
export class GraphBuilder {
  readonly #inputShape: readonly number[];
  readonly #nodes: NodeProto[] = [];
  readonly #parameters: ParameterSpec[] = [];

  /** @param inputShape of one sample, without the batch dimension */
  constructor(inputShape: readonly number[]) {
    this.#inputShape = inputShape;
  }

  input(): Value {
    return { name: INPUT_NAME, shape: this.#inputShape };
  }

  /** Square 2-D convolution without a bias, as before a BatchNorm. */
  convolution(path: string, input: Value, options: ConvolutionOptions): Value {
    const { outputChannels, kernel, stride, padding } = options;
    const inputChannels = input.shape[0]!;
    this.#parameter(`${path}.weight`, [outputChannels, inputChannels, kernel, kernel], {
      initialization:
        options.initialization === 'kaiming-normal-fan-out'
          ? { kind: 'kaiming-normal', fanOut: outputChannels * kernel * kernel }
          : { kind: 'kaiming-uniform', fanIn: inputChannels * kernel * kernel },
    });
    const sides = slide(input, options);
    return this.#node('Conv', path, [input.name, `${path}.weight`], [outputChannels, ...sides], {
      dilations: [1, 1],
      group: 1,
      kernel_shape: [kernel, kernel],
      pads: [padding, padding, padding, padding],
      strides: [stride, stride],
    });
  }

  /** BatchNorm2d by its running statistics. */
  batchNorm(path: string, input: Value): Value {
    const shape = [input.shape[0]!];
    const ones: Initialization = { kind: 'constant', value: 1 };
    const zeros: Initialization = { kind: 'constant', value: 0 };
    this.#parameter(`${path}.weight`, shape, { initialization: ones });
    this.#parameter(`${path}.bias`, shape, { initialization: zeros });
    this.#parameter(`${path}.running_mean`, shape, { initialization: zeros, trainable: false });
    this.#parameter(`${path}.running_var`, shape, { initialization: ones, trainable: false });
    this.#parameters.push({
      name: `${path}.num_batches_tracked`,
      shape: [],
      dtype: 'I64',
      trainable: false,
      inGraph: false,
      initialization: zeros,
    });
    const tensors = ['weight', 'bias', 'running_mean', 'running_var'].map((tensor) => `${path}.${tensor}`);
    return this.#node('BatchNormalization', path, [input.name, ...tensors], input.shape, { epsilon: { float: 1e-5 } });
  }

  relu(path: string, input: Value): Value {
    return this.#node('Relu', path, [input.name], input.shape);
  }

  maxPool(path: string, input: Value, options: PoolOptions): Value {
    const { kernel, stride, padding } = options;
    return this.#node('MaxPool', path, [input.name], [input.shape[0]!, ...slide(input, options)], {
      kernel_shape: [kernel, kernel],
      pads: [padding, padding, padding, padding],
      strides: [stride, stride],
    });
  }

  globalAveragePool(path: string, input: Value): Value {
    return this.#node('GlobalAveragePool', path, [input.name], [input.shape[0]!, 1, 1]);
  }

  add(path: string, left: Value, right: Value): Value {
    return this.#node('Add', path, [left.name, right.name], left.shape);
  }

  flatten(path: string, input: Value): Value {
    return this.#node('Flatten', path, [input.name], [elementCount(input.shape)], { axis: 1 });
  }

  /** Fully connected layer: x·Wᵀ + b, W of shape [outputs, inputs]. */
  linear(path: string, input: Value, outputs: number): Value {
    const inputs = input.shape[0]!;
    this.#parameter(`${path}.weight`, [outputs, inputs], {
      initialization: { kind: 'kaiming-uniform', fanIn: inputs },
    });
    this.#parameter(`${path}.bias`, [outputs], { initialization: { kind: 'uniform', bound: 1 / Math.sqrt(inputs) } });
    return this.#node('Gemm', path, [input.name, `${path}.weight`, `${path}.bias`], [outputs], { transB: 1 });
  }

  /** Closes the graph: the value of the last layer becomes the output `logits`. */
  finish(name: string): BuiltGraph {
    const last = this.#nodes.at(-1)!;
    const classes = this.#parameters.at(-1)!.shape[0]!;
    last.output = [OUTPUT_NAME];
    const model = create(ModelProtoSchema, {
      irVersion: IR_VERSION,
      producerName: 'stockpot',
      opsetImport: [{ domain: '', version: OPSET_VERSION }],
      graph: {
        name,
        node: this.#nodes,
        input: [valueInfo(INPUT_NAME, this.#inputShape)],
        output: [valueInfo(OUTPUT_NAME, [classes])],
        initializer: this.#parameters.filter(({ inGraph }) => inGraph).map(externalTensor),
      },
    });
    return { graph: encodeModel(model), parameters: this.#parameters };
  }

  #parameter(
    name: string,
    shape: readonly number[],
    facts: { readonly initialization: Initialization; readonly trainable?: boolean },
  ): void {
    this.#parameters.push({ trainable: true, ...facts, name, shape, dtype: 'F32', inGraph: true });
  }

  #node(
    op: string,
    path: string,
    inputs: readonly string[],
    shape: readonly number[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): Value {
    this.#nodes.push(
      create(NodeProtoSchema, {
        name: path,
        opType: op,
        input: [...inputs],
        output: [path],
        attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      }),
    );
    return { name: path, shape };
  }
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Output height and width of a square window sliding over [channels, height, width]. */
function slide(input: Value, { kernel, stride, padding }: PoolOptions): readonly [number, number] {
  const side = (size: number): number => Math.floor((size + 2 * padding - kernel) / stride) + 1;
  return [side(input.shape[1]!), side(input.shape[2]!)];
}

function attribute(name: string, value: AttributeValue): AttributeProto {
  if (typeof value === 'number') {
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) });
  }
  if ('float' in value) {
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, f: value.float });
  }
  return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INTS, ints: value.map(BigInt) });
}

function valueInfo(name: string, shape: readonly number[]): ValueInfoProto {
  const batch = { value: { case: 'dimParam' as const, value: 'batch' } };
  const dimensions = shape.map((size) => ({ value: { case: 'dimValue' as const, value: BigInt(size) } }));
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: { elemType: elementTypeNumber('F32'), shape: { dim: [batch, ...dimensions] } },
      },
    },
  });
}

function externalTensor({ name, shape, dtype }: ParameterSpec): TensorProto {
  const byteLength = elementCount(shape) * BYTES_PER_ELEMENT[dtype];
  return create(TensorProtoSchema, {
    name,
    dataType: elementTypeNumber(dtype),
    dims: shape.map(BigInt),
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: [
      { key: 'location', value: name },
      { key: 'length', value: String(byteLength) },
    ],
  });
}
