import type * as tf from '@tensorflow/tfjs-core';
import type { GraphNode } from '../../../architectures/onnx/graph.ts';
import { StockpotError } from '../../../errors.ts';
import type { Value } from './value.ts';

/**
 * `training`: BatchNorm normalises by the batch's own statistics and updates its running ones. `frozen`: everything is computed as at
 * inference, and gradients reach all weights, the running statistics among them.
 */
export type Mode = 'inference' | 'frozen' | 'training';

/** What an operator is given when it runs. Inputs are counted as in the operator's ONNX specification. */
export interface OperatorContext {
  readonly node: GraphNode;
  readonly mode: Mode;
  /** What running statistics keep of their old value in training; the node's own momentum when undefined. */
  readonly statisticsMomentum: number | undefined;
  /** @throws StockpotError `runtime/bad-graph` when the graph gives no such input */
  input(index: number): Value;
  optionalInput(index: number): Value | undefined;
  /**
   * The elements of an input that is known before the graph runs (shapes, axes, bounds); undefined when it is omitted.
   * @throws StockpotError `runtime/unsupported-operator` when it is computed by the graph
   */
  constantInput(index: number): readonly number[] | undefined;
  /**
   * Something made from an input alone. Kept from run to run when that input is a weight and weights stand still
   * (inference); made anew otherwise, so that gradients reach the weight.
   */
  derived(index: number, what: string, make: (input: tf.Tensor) => tf.Tensor): tf.Tensor;
  /** Hands over the new running statistics of the weight at `index`; the receiver disposes of them. */
  recordStatistics(index: number, value: tf.Tensor): void;
}

export type Operator = (context: OperatorContext) => Value;

export function unsupported(node: GraphNode, what: string): StockpotError {
  return new StockpotError({
    code: 'runtime/unsupported-operator',
    what: `The tfjs runtime does not support ${what}`,
    where: `${node.op} ${node.name || node.outputs[0]}`,
    remedy: 'Use the onnx runtime for evaluation (--runtime onnx)',
  });
}

export function badGraph(node: GraphNode, what: string): StockpotError {
  return new StockpotError({
    code: 'runtime/bad-graph',
    what,
    where: `${node.op} ${node.name || node.outputs[0]}`,
    remedy: 'Export the model to ONNX again',
  });
}
