import { attributeOf } from '../../../architectures/onnx/graph.ts';
import type { Rule, RuleContext } from '../rule.ts';
import { type Axis, OPAQUE, unifyAxes } from '../value.ts';
import { joined, joinedAxes } from './elementwise.ts';

/** https://onnx.ai/onnx/operators/onnx__Gemm.html */
export const gemm: Rule = (context) => {
  const { node, inputs } = context;
  const left = matrixAxes(inputs[0]?.axes, attributeOf(node, 'transA', 'int', 0));
  const right = matrixAxes(inputs[1]?.axes, attributeOf(node, 'transB', 'int', 0));
  if (right === undefined) return undefined;
  contract(context, left?.[1], right[0]);
  const product = left === undefined ? OPAQUE : { axes: [left[0], right[1]] };
  const [, , offset] = inputs;
  if (offset === undefined) return [product];
  // Where the first matrix is unknown, the offset still goes with the columns.
  if (left === undefined) unifyAxes(offset.axes?.at(-1), right[1]);
  return [
    left === undefined
      ? { axes: [{ size: undefined, layout: undefined }, right[1]] }
      : joined(context, product, offset),
  ];
};

function matrixAxes(axes: readonly Axis[] | undefined, transposed: number): readonly [Axis, Axis] | undefined {
  const [first, second] = axes ?? [];
  if (first === undefined || second === undefined) return undefined;
  return transposed === 1 ? [second, first] : [first, second];
}

/** https://onnx.ai/onnx/operators/onnx__MatMul.html: matrices in the last two axes, the others broadcast. */
export const matrixProduct: Rule = (context) => {
  const [left, right] = context.inputs.map((input) => input?.axes);
  if (left === undefined || right === undefined || left.length === 0 || right.length === 0) return undefined;
  const across = right.length === 1 ? right[0] : right[right.length - 2];
  contract(context, left.at(-1), across);
  const batch = joinedAxes(context, left.slice(0, -2), right.slice(0, -2)) ?? [];
  const rows = left.length === 1 ? [] : [left[left.length - 2]!];
  const columns = right.length === 1 ? [] : [right.at(-1)!];
  return [{ axes: [...batch, ...rows, ...columns] }];
};

function contract(context: RuleContext, a: Axis | undefined, b: Axis | undefined): void {
  if (!unifyAxes(a, b)) context.obstacle('the channels that it sums over are grouped differently');
}
