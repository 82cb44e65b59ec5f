import { attributeOf } from '../../../architectures/onnx/graph.ts';
import type { Rule } from '../rule.ts';
import { fixedAxis } from '../value.ts';

/** Sums, means, maxima and norms over axes: they are the same in whatever order. */
export const reduction: Rule = ({ node, inputs: [input, wanted] }) => {
  const axes = input?.axes;
  if (axes === undefined || (wanted !== undefined && wanted.numbers === undefined)) return undefined;
  const given = wanted?.numbers ?? attributeOf(node, 'axes', 'ints', []);
  if (given.length === 0 && attributeOf(node, 'noop_with_empty_axes', 'int', 0) === 1) return [{ axes }];
  const reduced =
    given.length === 0 ? axes.map((_, index) => index) : given.map((axis) => (axis + axes.length) % axes.length);
  const kept = attributeOf(node, 'keepdims', 'int', 1) === 1;
  return [
    {
      axes: kept
        ? axes.map((axis, index) => (reduced.includes(index) ? fixedAxis(1) : axis))
        : axes.filter((_, index) => !reduced.includes(index)),
    },
  ];
};
