import { type Axis, fixedAxis, isFree, mergeAxes } from '../value.ts';

/**
 * Axes of a value under another shape: runs of old axes that make runs of new ones, told by their sizes.
 * @param shape as Reshape takes it: 0 keeps a size, −1 is what is left
 * @returns undefined where channels would be torn apart, or too little is known of the sizes
 */
export function reshapedAxes(
  axes: readonly Axis[],
  shape: readonly number[],
  keepZeros: boolean,
): readonly Axis[] | undefined {
  const wanted = shape.map((size, index) => (size === 0 && !keepZeros ? { copied: axes[index] } : { size }));
  const result: Axis[] = [];
  let at = 0;
  for (const [index, target] of wanted.entries()) {
    if ('copied' in target) {
      // What is copied goes with its own axis only where both sides have come to it.
      if (target.copied === undefined || at !== index) return undefined;
      result.push(target.copied);
      at += 1;
      continue;
    }
    const rest = wanted.slice(index + 1);
    const taken = take(axes, at, target.size, rest);
    if (taken === undefined) return splitLast(axes, at, wanted.slice(index), result);
    result.push(taken.axis);
    at = taken.end;
  }
  return axes.slice(at).every(({ size }) => size === 1) ? result : undefined;
}

type Target = { readonly copied: Axis | undefined } | { readonly size: number };

/** The axes from `at` on that make one of `size`. */
function take(
  axes: readonly Axis[],
  at: number,
  size: number,
  rest: readonly Target[],
): { readonly axis: Axis; readonly end: number } | undefined {
  const first = axes[at];
  if (size === 1 && first?.size !== 1) return { axis: fixedAxis(1), end: at };
  if (first === undefined) return undefined;
  if (size === -1) return takeRest(axes, at, rest);
  let merged = first;
  let end = at + 1;
  while (merged.size !== undefined && merged.size < size && end < axes.length) {
    const more = mergeAxes(merged, axes[end]!);
    if (more === undefined) return undefined;
    merged = more;
    end += 1;
  }
  return merged.size === size ? { axis: merged, end } : undefined;
}

/** −1: what the sizes after it leave. The batch, of which no size is known, can only be an axis of its own. */
function takeRest(
  axes: readonly Axis[],
  at: number,
  rest: readonly Target[],
): { readonly axis: Axis; readonly end: number } | undefined {
  const first = axes[at]!;
  if (first.size === undefined) return { axis: first, end: at + 1 };
  let needed = 1;
  for (const target of rest) {
    if ('copied' in target) return undefined;
    needed *= target.size;
  }
  let end = axes.length;
  let product = 1;
  while (end > at && product < needed) {
    end -= 1;
    const { size } = axes[end]!;
    if (size === undefined) return undefined;
    product *= size;
  }
  if (product !== needed) return undefined;
  let merged: Axis | undefined = fixedAxis(1);
  for (const axis of axes.slice(at, end)) merged = merged === undefined ? undefined : mergeAxes(merged, axis);
  return merged === undefined ? undefined : { axis: merged, end };
}

/** One axis without channels torn into several: nothing in it may change places anyway. */
function splitLast(
  axes: readonly Axis[],
  at: number,
  targets: readonly Target[],
  before: readonly Axis[],
): readonly Axis[] | undefined {
  if (axes.slice(at).some(isFree)) return undefined;
  return [
    ...before,
    ...targets.map((target) =>
      'copied' in target ? fixedAxis(undefined) : fixedAxis(target.size < 0 ? undefined : target.size),
    ),
  ];
}
