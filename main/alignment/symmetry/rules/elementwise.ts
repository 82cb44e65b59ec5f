import type { Rule, RuleContext } from '../rule.ts';
import { type Axis, fixedAxis, OPAQUE, unifyAxes, type Value } from '../value.ts';

/** One input, each element on its own; further outputs are of the same shape. */
export const mapped: Rule = ({ node, inputs: [input] }) => {
  if (input === undefined) return undefined;
  const { axes, numbers } = input;
  return node.outputs.map(() => ({ axes, numbers }));
};

/** Inputs of shapes that go together by NumPy's rules (https://onnx.ai/onnx/repo-docs/Broadcasting.html), element by element. */
export const broadcast: Rule = (context) => {
  const given = context.inputs.filter((input) => input !== undefined);
  return [given.reduce((left, right) => joined(context, left, right))];
};

/** Two values as one, element by element. */
export function joined(context: RuleContext, left: Value, right: Value): Value {
  const axes = joinedAxes(context, left.axes, right.axes);
  return axes === undefined ? OPAQUE : { axes };
}

/** Axes of two values that are broadcast to one another, the last ones beside each other. */
export function joinedAxes(
  context: RuleContext,
  left: readonly Axis[] | undefined,
  right: readonly Axis[] | undefined,
): readonly Axis[] | undefined {
  if (left === undefined || right === undefined) {
    for (const axis of [...(left ?? []), ...(right ?? [])]) unifyAxes(axis, undefined);
    return undefined;
  }
  const rank = Math.max(left.length, right.length);
  return Array.from({ length: rank }, (_, index) =>
    joinedAxis(context, left[left.length - rank + index], right[right.length - rank + index]),
  );
}

function joinedAxis(context: RuleContext, a: Axis | undefined, b: Axis | undefined): Axis {
  if (a === undefined || b === undefined) return a ?? b!;
  if (a.size === 1) return b;
  if (b.size === 1) return a;
  if (!unifyAxes(a, b)) context.obstacle('its inputs are made up of differently grouped channels');
  if (a.size === undefined && b.size === undefined) return fixedAxis(undefined);
  return a.layout === undefined ? b : a;
}
