import type { Graph } from '../../../architectures/onnx/graph.ts';
import { StockpotError } from '../../../errors.ts';
import type { Operator } from './operator.ts';
import * as activations from './operators/activations.ts';
import * as arithmetic from './operators/arithmetic.ts';
import { conv } from './operators/convolution.ts';
import { gemm, matMul } from './operators/linear.ts';
import { batchNormalization } from './operators/normalization.ts';
import * as pooling from './operators/pooling.ts';
import * as shape from './operators/shape.ts';

/** Every operator of ONNX's default domain that the interpreter knows. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['Abs', activations.absolute],
  ['Add', arithmetic.add],
  ['AveragePool', pooling.averagePool],
  ['BatchNormalization', batchNormalization],
  ['Clip', activations.clip],
  ['Concat', shape.concat],
  ['Conv', conv],
  ['Div', arithmetic.divide],
  ['Dropout', shape.dropout],
  ['Erf', activations.erf],
  ['Exp', activations.exp],
  ['Flatten', shape.flatten],
  ['Gemm', gemm],
  ['GlobalAveragePool', pooling.globalAveragePool],
  ['GlobalMaxPool', pooling.globalMaxPool],
  ['Identity', shape.identity],
  ['LeakyRelu', activations.leakyRelu],
  ['Log', activations.log],
  ['LogSoftmax', activations.logSoftmax],
  ['MatMul', matMul],
  ['MaxPool', pooling.maxPool],
  ['Mul', arithmetic.multiply],
  ['Neg', activations.negate],
  ['Pow', arithmetic.power],
  ['ReduceMean', shape.reduceMean],
  ['Relu', activations.relu],
  ['Reshape', shape.reshape],
  ['Sigmoid', activations.sigmoid],
  ['Softmax', activations.softmax],
  ['Sqrt', activations.sqrt],
  ['Squeeze', shape.squeeze],
  ['Sub', arithmetic.subtract],
  ['Tanh', activations.tanh],
  ['Transpose', shape.transpose],
  ['Unsqueeze', shape.unsqueeze],
]);

/** @throws StockpotError `runtime/unsupported-operator`, all of them listed, when the graph has operators that are not known */
export function checkOperators(graph: Graph): void {
  const unknown = [...new Set(graph.nodes.map(({ op }) => op).filter((op) => !OPERATORS.has(op) && op !== 'Constant'))];
  if (unknown.length === 0) return;
  throw new StockpotError({
    code: 'runtime/unsupported-operator',
    what: 'The tfjs runtime does not know all operators of this architecture',
    where: graph.name,
    details: unknown,
    remedy: 'Use the onnx runtime for evaluation (--runtime onnx)',
  });
}
