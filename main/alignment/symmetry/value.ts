import { fix, fixedSegment, isMovable, type Layout, lengthOf, unify, widened } from './channels.ts';

/** An axis of a tensor in the graph. Without a layout its places stay as they are. */
export interface Axis {
  /** Undefined where only running the graph would tell, as for the batch. */
  readonly size: number | undefined;
  readonly layout: Layout | undefined;
}

/** A tensor of the graph, an initializer or one that flows through it. */
export interface Value {
  /** Undefined where nothing is known of it; it then holds nothing that may change places. */
  readonly axes: readonly Axis[] | undefined;
  /** Its elements, of integer constants: shapes, axes, indices. */
  readonly numbers?: readonly number[] | undefined;
  /** Name of the initializer it is. */
  readonly initializer?: string;
}

export const OPAQUE: Value = { axes: undefined };

export function fixedAxis(size: number | undefined): Axis {
  return { size, layout: undefined };
}

export function axisOf(layout: Layout): Axis {
  return { size: lengthOf(layout), layout };
}

export function isFree(axis: Axis): boolean {
  return axis.layout !== undefined && isMovable(axis.layout);
}

export function fixAxis(axis: Axis): void {
  if (axis.layout !== undefined) fix(axis.layout);
}

export function fixValue(value: Value): void {
  for (const axis of value.axes ?? []) fixAxis(axis);
}

/** Makes two axes change places alike; see `unify`. An axis of which nothing is known fixes the other. */
export function unifyAxes(a: Axis | undefined, b: Axis | undefined): boolean {
  const [left, right] = [a?.layout, b?.layout];
  if (left === undefined || right === undefined || lengthOf(left) !== lengthOf(right)) {
    if (left !== undefined) fix(left);
    if (right !== undefined) fix(right);
    return true;
  }
  return unify(left, right);
}

/** Copies of an axis' places beyond which an axis is fixed, not spelled out. */
const MOST_COPIES = 4096;

/**
 * Two neighbouring axes as one, row-major: channels of the outer become blocks, those of the inner repeat.
 * @returns undefined where a size is not known or both have channels that may change places
 */
export function mergeAxes(outer: Axis, inner: Axis): Axis | undefined {
  if (outer.size === 1) return inner;
  if (inner.size === 1) return outer;
  const { size } = outer;
  if (inner.size === undefined || size === undefined) {
    return isFree(outer) || isFree(inner) ? undefined : fixedAxis(undefined);
  }
  if (!isFree(inner))
    return outer.layout === undefined ? fixedAxis(size * inner.size) : axisOf(widened(outer.layout, inner.size));
  if (isFree(outer) || size * inner.layout!.length > MOST_COPIES) return undefined;
  return axisOf(Array.from({ length: size }, () => inner.layout!).flat());
}

/** An axis of which nothing may change places, of a known size, as a layout. */
export function layoutOf(axis: Axis): Layout | undefined {
  if (axis.layout !== undefined) return axis.layout;
  return axis.size === undefined ? undefined : [fixedSegment(axis.size)];
}
