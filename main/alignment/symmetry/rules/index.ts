import type { Rule } from '../rule.ts';
import { convolution, globalPooling, pooling, transposedConvolution } from './convolution.ts';
import { broadcast, mapped } from './elementwise.ts';
import { gemm, matrixProduct } from './linear.ts';
import { byChannel, layerNormalization } from './normalization.ts';
import { reduction } from './reduction.ts';
import { concat, flatten, pad, reshape, resize, shape, slice, split, squeeze, transpose, unsqueeze } from './shape.ts';

const MAPPED = [
  ...[
    'Relu',
    'LeakyRelu',
    'Elu',
    'Selu',
    'Celu',
    'ThresholdedRelu',
    'Sigmoid',
    'HardSigmoid',
    'HardSwish',
    'Tanh',
    'Gelu',
  ],
  ...[
    'Softplus',
    'Softsign',
    'Mish',
    'Erf',
    'Exp',
    'Log',
    'Sqrt',
    'Reciprocal',
    'Abs',
    'Neg',
    'Sign',
    'Floor',
    'Ceil',
    'Round',
  ],
  ...['Sin', 'Cos', 'Identity', 'Cast', 'Dropout', 'Softmax', 'LogSoftmax', 'LpNormalization', 'Not', 'IsNaN'],
];
const BROADCAST = [
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Pow',
  'Max',
  'Min',
  'Sum',
  'Mean',
  'Clip',
  'PRelu',
  'Where',
  'Equal',
  'Less',
  'Greater',
];
const REDUCTIONS = [
  'ReduceMean',
  'ReduceSum',
  'ReduceMax',
  'ReduceMin',
  'ReduceL1',
  'ReduceL2',
  'ReduceSumSquare',
  'ReduceProd',
  'ReduceLogSumExp',
];

/** What is known of ONNX's operators (https://onnx.ai/onnx/operators/). Whatever goes through another is fixed. */
export const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...MAPPED.map((op) => [op, mapped] as const),
  ...BROADCAST.map((op) => [op, broadcast] as const),
  ...REDUCTIONS.map((op) => [op, reduction] as const),
  ['Conv', convolution],
  ['ConvTranspose', transposedConvolution],
  ...['MaxPool', 'AveragePool', 'LpPool'].map((op) => [op, pooling] as const),
  ...['GlobalAveragePool', 'GlobalMaxPool', 'GlobalLpPool'].map((op) => [op, globalPooling] as const),
  ['BatchNormalization', byChannel],
  ['InstanceNormalization', byChannel],
  ['LayerNormalization', layerNormalization],
  ['Gemm', gemm],
  ['MatMul', matrixProduct],
  ['Flatten', flatten],
  ['Reshape', reshape],
  ['Transpose', transpose],
  ['Squeeze', squeeze],
  ['Unsqueeze', unsqueeze],
  ['Concat', concat],
  ['Split', split],
  ['Slice', slice],
  ['Resize', resize],
  ['Pad', pad],
  ['Shape', shape],
]);
