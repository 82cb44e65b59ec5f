import { attributeOf } from '../../../architectures/onnx/graph.ts';
import { sliceLayout } from '../channels.ts';
import type { Rule, RuleContext } from '../rule.ts';
import { type Axis, axisOf, fixedAxis, isFree, layoutOf, mergeAxes } from '../value.ts';
import { reshapedAxes } from './reshape.ts';

/** https://onnx.ai/onnx/operators/onnx__Flatten.html: a channel becomes a block of features. */
export const flatten: Rule = ({ node, inputs: [input] }) => {
  const axes = input?.axes;
  if (axes === undefined) return undefined;
  const axis = attributeOf(node, 'axis', 'int', 1);
  const at = axis < 0 ? axis + axes.length : axis;
  const [rows, columns] = [merged(axes.slice(0, at)), merged(axes.slice(at))];
  return rows === undefined || columns === undefined ? undefined : [{ axes: [rows, columns] }];
};

function merged(axes: readonly Axis[]): Axis | undefined {
  return axes.reduce<Axis | undefined>(
    (all, axis) => (all === undefined ? undefined : mergeAxes(all, axis)),
    fixedAxis(1),
  );
}

/** https://onnx.ai/onnx/operators/onnx__Reshape.html */
export const reshape: Rule = ({ node, inputs: [input, shape] }) => {
  if (input?.axes === undefined || shape?.numbers === undefined) return undefined;
  const keepZeros = attributeOf(node, 'allowzero', 'int', 0) === 1;
  const axes = reshapedAxes(input.axes, shape.numbers, keepZeros);
  return axes === undefined ? undefined : [{ axes, numbers: input.numbers }];
};

export const transpose: Rule = ({ node, inputs: [input] }) => {
  const axes = input?.axes;
  if (axes === undefined) return undefined;
  const order = attributeOf(
    node,
    'perm',
    'ints',
    axes.map((_, index) => axes.length - 1 - index),
  );
  return [{ axes: order.map((index) => axes[index] ?? fixedAxis(undefined)) }];
};

export const squeeze: Rule = (context) => {
  const [input] = context.inputs;
  const wanted = axesOf(context);
  if (input?.axes === undefined || wanted === undefined) return undefined;
  const rank = input.axes.length;
  const dropped = wanted.map((axis) => (axis + rank) % rank);
  const axes = input.axes.filter((axis, index) => (wanted.length === 0 ? axis.size !== 1 : !dropped.includes(index)));
  return [{ axes, numbers: input.numbers }];
};

export const unsqueeze: Rule = (context) => {
  const [input] = context.inputs;
  const wanted = axesOf(context);
  if (input?.axes === undefined || wanted === undefined) return undefined;
  const rank = input.axes.length + wanted.length;
  const places = new Set(wanted.map((axis) => (axis + rank) % rank));
  const old = [...input.axes];
  const axes = Array.from({ length: rank }, (_, index) => (places.has(index) ? fixedAxis(1) : old.shift()!));
  return [{ axes, numbers: input.numbers }];
};

/** Axes that an operator names: an attribute up to opset 12, an input since. */
function axesOf({ node, inputs: [, given] }: RuleContext): readonly number[] | undefined {
  return given === undefined ? attributeOf(node, 'axes', 'ints', []) : given.numbers;
}

export const concat: Rule = ({ node, inputs }) => {
  const all = inputs.filter((input) => input !== undefined).map((input) => input.axes);
  const [first] = all;
  if (first === undefined || all.some((axes) => axes?.length !== first.length)) return undefined;
  const given = attributeOf(node, 'axis', 'int', 0);
  const at = given < 0 ? given + first.length : given;
  const pieces = all.map((axes) => axes![at]!);
  const layouts = pieces.map(layoutOf);
  const others = first.map((_, index) => all.map((axes) => axes![index]!));
  // Beside the axis in question, places of one input would have to move as the others' do.
  if (others.some((axes, index) => index !== at && axes.some(isFree))) return undefined;
  const along = layouts.every((layout) => layout !== undefined) ? axisOf(layouts.flat()) : undefined;
  if (along === undefined && pieces.some(isFree)) return undefined;
  return [{ axes: first.map((axis, index) => (index === at ? (along ?? fixedAxis(undefined)) : axis)) }];
};

export const split: Rule = ({ node, inputs: [input, sizes] }) => {
  const axes = input?.axes;
  if (axes === undefined || (sizes !== undefined && sizes.numbers === undefined)) return undefined;
  const given = attributeOf(node, 'axis', 'int', 0);
  const at = given < 0 ? given + axes.length : given;
  const axis = axes[at];
  const layout = axis === undefined ? undefined : layoutOf(axis);
  if (axis?.size === undefined || layout === undefined) return undefined;
  const share = Math.ceil(axis.size / node.outputs.length);
  const lengths =
    sizes?.numbers ??
    attributeOf(
      node,
      'split',
      'ints',
      node.outputs.map(() => share),
    );
  let start = 0;
  return lengths.map((length) => {
    const end = Math.min(axis.size!, start + length);
    const piece = axisOf(sliceLayout(layout, start, end));
    start = end;
    return { axes: axes.map((other, index) => (index === at ? piece : other)) };
  });
};

/** https://onnx.ai/onnx/operators/onnx__Slice.html, in steps of one along axes with channels. */
export const slice: Rule = ({ inputs }) => {
  const [input, starts, ends, along, steps] = inputs;
  const axes = input?.axes;
  if (axes === undefined || starts?.numbers === undefined || ends?.numbers === undefined) return undefined;
  if ((along !== undefined && along.numbers === undefined) || (steps !== undefined && steps.numbers === undefined))
    return undefined;
  const result = [...axes];
  for (const [index, start] of starts.numbers.entries()) {
    const at = ((along?.numbers?.[index] ?? index) + axes.length) % axes.length;
    const axis = axes[at]!;
    const piece = sliced(axis, start, ends.numbers[index]!, steps?.numbers?.[index] ?? 1);
    if (piece === undefined) return undefined;
    result[at] = piece;
  }
  return [{ axes: result }];
};

function sliced(axis: Axis, start: number, end: number, step: number): Axis | undefined {
  const { size } = axis;
  const layout = layoutOf(axis);
  if (size === undefined || layout === undefined || !isFree(axis))
    return isFree(axis) ? undefined : fixedAxis(undefined);
  if (step !== 1) return undefined;
  const place = (at: number): number => Math.max(0, Math.min(size, at < 0 ? at + size : at));
  return axisOf(sliceLayout(layout, place(start), place(end)));
}

/** A value's shape is the same whatever changes places. */
export const shape: Rule = ({ inputs: [input] }) => {
  const sizes = input?.axes?.map(({ size }) => size);
  const known = sizes?.every((size) => size !== undefined) ? (sizes as readonly number[]) : undefined;
  return [{ axes: [fixedAxis(sizes?.length)], numbers: known }];
};

/** Resize and Pad: the same for each channel where they leave the channels' axis alone. */
export const resize: Rule = ({ inputs }) => {
  const [input, , scales, sizes] = inputs;
  return spatial(input?.axes, (index) =>
    scales?.numbers === undefined && sizes?.numbers === undefined
      ? false
      : (scales?.numbers?.[index] ?? 1) === 1 &&
        (sizes?.numbers?.[index] ?? input?.axes?.[index]?.size) === input?.axes?.[index]?.size,
  );
};

export const pad: Rule = ({ node, inputs: [input, pads] }) => {
  const rank = input?.axes?.length ?? 0;
  const given = pads === undefined ? attributeOf(node, 'pads', 'ints', []) : pads.numbers;
  return given === undefined
    ? undefined
    : spatial(input?.axes, (index) => given[index] === 0 && given[rank + index] === 0);
};

function spatial(axes: readonly Axis[] | undefined, isKept: (index: number) => boolean): ReturnType<Rule> {
  if (axes === undefined || axes.some((axis, index) => isFree(axis) && !isKept(index))) return undefined;
  return [{ axes: axes.map((axis, index) => (isFree(axis) || isKept(index) ? axis : fixedAxis(undefined))) }];
}
