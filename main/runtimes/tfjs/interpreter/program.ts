import * as tf from '@tensorflow/tfjs-core';
import type { Graph, GraphNode, GraphTensor } from '../../../architectures/onnx/graph.ts';
import { badGraph, type Mode, type OperatorContext, unsupported } from './operator.ts';
import { checkOperators, OPERATORS } from './registry.ts';
import { numbersOf } from './tensor-numbers.ts';
import { plain, toPlain, type Value } from './value.ts';

/** Tensors made from weights alone, kept while the weights stand still. */
export type DerivedTensors = Map<string, tf.Tensor>;

export interface RunOptions {
  readonly mode: Mode;
  /** Absent when weights may differ from run to run or gradients must reach them. */
  readonly derived?: DerivedTensors;
  /** What running statistics keep of their old value in training; each node's own momentum when absent. */
  readonly statisticsMomentum?: number;
  /** Told of new running statistics, by the name of the weight; the receiver disposes of them. */
  readonly onStatistics?: (weight: string, value: tf.Tensor) => void;
}

/** An ONNX graph made ready to run on whatever tfjs backend is set. */
export class Program {
  readonly graph: Graph;
  /** Weights that a gradient step may change; BatchNorm's running statistics are not among them. */
  readonly statistics: ReadonlySet<string>;
  readonly #constants: ReadonlyMap<string, GraphTensor>;
  /** Per node, the values that no later node reads. */
  readonly #lastUses: readonly (readonly string[])[];

  /** @throws StockpotError `runtime/unsupported-operator` */
  constructor(graph: Graph) {
    checkOperators(graph);
    this.graph = graph;
    this.#constants = constantsOf(graph);
    this.statistics = new Set(
      graph.nodes.filter(({ op }) => op === 'BatchNormalization').flatMap(({ inputs }) => inputs.slice(3, 5)),
    );
    this.#lastUses = lastUsesOf(graph);
  }

  /**
   * The graph's first output.
   * @param feeds the graph's inputs by name, in ONNX's order of axes
   * @param weights float initializers by name
   */
  run(feeds: ReadonlyMap<string, tf.Tensor>, weights: ReadonlyMap<string, tf.Tensor>, options: RunOptions): tf.Tensor {
    const values = new Map<string, Value>();
    for (const [name, tensor] of feeds) values.set(name, plain(tensor));
    for (const [name, tensor] of weights) values.set(name, plain(tensor));
    const isTransient = (name: string): boolean => !feeds.has(name) && !weights.has(name) && values.has(name);
    this.graph.nodes.forEach((node, index) => {
      if (node.op === 'Constant') return;
      values.set(node.outputs[0]!, this.#runNode(node, values, options));
      // A gradient needs intermediate values again; without one each goes as soon as nobody reads it any more.
      if (options.mode !== 'inference') return;
      for (const name of this.#lastUses[index]!) {
        if (!isTransient(name)) continue;
        values.get(name)!.tensor.dispose();
        values.delete(name);
      }
    });
    const output = values.get(this.graph.outputs[0]!.name);
    if (output === undefined) throw new Error(`No node computes ${this.graph.outputs[0]!.name}`);
    return toPlain(output);
  }

  #runNode(node: GraphNode, values: ReadonlyMap<string, Value>, options: RunOptions): Value {
    const context = this.#contextOf(node, values, options);
    const operator = OPERATORS.get(node.op)!;
    let layout: Value['layout'] = 'plain';
    const tensor = tf.tidy(() => {
      const value = operator(context);
      layout = value.layout;
      // A value of its own, so that disposing of an input leaves it alone.
      return node.inputs.some((name) => values.get(name)?.tensor === value.tensor)
        ? tf.clone(value.tensor)
        : value.tensor;
    });
    return { tensor, layout };
  }

  #contextOf(node: GraphNode, values: ReadonlyMap<string, Value>, options: RunOptions): OperatorContext {
    const optionalInput = (index: number): Value | undefined => {
      const name = node.inputs[index];
      if (name === undefined || name === '') return undefined;
      return values.get(name) ?? this.#constantValue(name);
    };
    const input = (index: number): Value => {
      const value = optionalInput(index);
      if (value === undefined) throw badGraph(node, `Input ${index} of ${node.op} is missing`);
      return value;
    };
    return {
      node,
      mode: options.mode,
      statisticsMomentum: options.statisticsMomentum,
      input,
      optionalInput,
      constantInput: (index) => {
        const name = node.inputs[index];
        if (name === undefined || name === '') return undefined;
        const constant = this.#constants.get(name);
        if (constant === undefined) throw unsupported(node, `a computed ${name}`);
        return numbersOf(constant.dtype, constant.bytes!);
      },
      derived: (index, what, make) => {
        const { derived } = options;
        if (derived === undefined) return make(input(index).tensor);
        const key = `${node.inputs[index]} ${what}`;
        let kept = derived.get(key);
        if (kept === undefined) {
          kept = tf.keep(tf.tidy(() => tf.clone(make(input(index).tensor))));
          derived.set(key, kept);
        }
        return kept;
      },
      recordStatistics: (index, value) => {
        if (options.onStatistics === undefined) value.dispose();
        else options.onStatistics(node.inputs[index]!, tf.keep(value));
      },
    };
  }

  #constantValue(name: string): Value | undefined {
    const constant = this.#constants.get(name);
    if (constant === undefined) return undefined;
    const numbers = numbersOf(constant.dtype, constant.bytes!);
    const isFloat = constant.dtype.startsWith('F') || constant.dtype === 'BF16';
    return plain(tf.tensor(numbers, [...constant.shape], isFloat ? 'float32' : 'int32'));
  }
}

/** Initializers that carry their own elements, and the outputs of Constant nodes. */
function constantsOf(graph: Graph): ReadonlyMap<string, GraphTensor> {
  const constants = new Map<string, GraphTensor>();
  for (const [name, tensor] of graph.initializers) if (tensor.bytes !== undefined) constants.set(name, tensor);
  for (const node of graph.nodes) {
    if (node.op !== 'Constant') continue;
    const attribute = node.attributes.get('value');
    if (attribute?.kind !== 'tensor') throw unsupported(node, 'constants that are not tensors');
    constants.set(node.outputs[0]!, attribute.value);
  }
  return constants;
}

function lastUsesOf(graph: Graph): string[][] {
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const lastUse = new Map<string, number>();
  graph.nodes.forEach((node, index) => {
    for (const name of [...node.outputs, ...node.inputs]) lastUse.set(name, index);
  });
  const lists: string[][] = graph.nodes.map(() => []);
  for (const [name, index] of lastUse) if (!outputs.has(name)) lists[index]!.push(name);
  return lists;
}
