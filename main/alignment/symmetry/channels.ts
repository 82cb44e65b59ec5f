/**
 * Channels of a network that may change places, and how axes of tensors are made up of them.
 *
 * Most channels are free: any of them may go anywhere. Those of a grouped convolution come in bundles, one a group: bundles change
 * places as a whole, and channels within their bundle (a wreath product).
 */
export class Channels {
  /** Channels in a bundle; all of them where there is one bundle only. */
  readonly size: number;
  readonly bundles: Bundles;
  /** Set once these turned out to be the same as others, or made up of them. */
  replacement: Layout | undefined;
  fixed = false;

  constructor(size: number, bundles: Bundles = new Bundles(1)) {
    this.size = size;
    this.bundles = bundles;
  }

  get count(): number {
    return this.size * this.bundles.count;
  }

  /** True where any channel may take any place. */
  get free(): boolean {
    return this.bundles.count === 1;
  }
}

/** Bundles of channels that change places together, in every axis that has them. */
export class Bundles {
  readonly count: number;
  #fixed = false;
  #same: Bundles | undefined;

  constructor(count: number) {
    this.count = count;
  }

  /** The one that stands for all that are the same. */
  get root(): Bundles {
    return this.#same === undefined ? this : this.#same.root;
  }

  get fixed(): boolean {
    return this.root.#fixed;
  }

  fix(): void {
    this.root.#fixed = true;
  }

  unite(other: Bundles): void {
    const [mine, theirs] = [this.root, other.root];
    if (mine === theirs) return;
    if (theirs.#fixed) mine.#fixed = true;
    theirs.#same = mine;
  }
}

/** A stretch of an axis: each channel in turn, `block` neighbouring places a channel. Without channels, places that stay as they are. */
export interface Segment {
  readonly channels: Channels | undefined;
  readonly block: number;
  /** Places: channels × block. */
  readonly length: number;
}

/** What an axis is made up of, from its first place to its last. */
export type Layout = readonly Segment[];

export function segmentOf(channels: Channels, block = 1): Segment {
  return { channels, block, length: channels.count * block };
}

export function fixedSegment(length: number): Segment {
  return { channels: undefined, block: 1, length };
}

export function lengthOf(layout: Layout): number {
  return layout.reduce((sum, { length }) => sum + length, 0);
}

/** The layout in terms of channels that nothing replaced. */
export function resolve(layout: Layout): Layout {
  const resolved: Segment[] = [];
  for (const segment of layout) {
    for (const part of expand(segment)) {
      const last = resolved.at(-1);
      if (part.channels === undefined && last !== undefined && last.channels === undefined) {
        resolved[resolved.length - 1] = fixedSegment(last.length + part.length);
      } else if (part.length > 0) {
        resolved.push(part);
      }
    }
  }
  return resolved;
}

function expand(segment: Segment): Layout {
  const { channels, block, length } = segment;
  if (channels === undefined) return [segment];
  if (channels.fixed) return [fixedSegment(length)];
  if (channels.replacement === undefined) return [segment];
  return channels.replacement.flatMap((part) =>
    expand({ channels: part.channels, block: part.block * block, length: part.length * block }),
  );
}

/** True while something in the layout may change places. */
export function isMovable(layout: Layout): boolean {
  return resolve(layout).some(({ channels }) => channels !== undefined);
}

/** The layout with every place standing for `times` neighbouring ones. */
export function widened(layout: Layout, times: number): Layout {
  if (times === 1) return layout;
  return layout.map(({ channels, block, length }) =>
    channels === undefined ? fixedSegment(length * times) : { channels, block: block * times, length: length * times },
  );
}

/** Keeps every channel of the layout in its place. */
export function fix(layout: Layout): void {
  for (const { channels } of resolve(layout)) {
    if (channels === undefined) continue;
    channels.fixed = true;
    if (!channels.free) channels.bundles.fix();
  }
}

/**
 * Makes two axes of one length change places alike. Where they are made up too differently for that, both are fixed.
 * @returns false when something had to be fixed because the two do not go together
 */
export function unify(a: Layout, b: Layout): boolean {
  const [left, right] = [resolve(a), resolve(b)];
  const whole = soleFree(left) ?? soleFree(right);
  if (whole !== undefined) {
    const other = soleFree(left) === whole ? right : left;
    if (!isSame(other, whole)) replace(whole, other);
    return true;
  }
  return unifyPieces(left, right);
}

/** The channels of a layout that is nothing but free channels, one place each. */
function soleFree(layout: Layout): Channels | undefined {
  const [only] = layout;
  if (layout.length !== 1 || only === undefined || only.block !== 1) return undefined;
  return only.channels?.free === true ? only.channels : undefined;
}

function isSame(layout: Layout, channels: Channels): boolean {
  return layout.length === 1 && layout[0]!.channels === channels;
}

function replace(channels: Channels, layout: Layout): void {
  channels.replacement = layout;
}

function unifyPieces(left: Layout, right: Layout): boolean {
  const [a, ...restOfA] = left;
  const [b, ...restOfB] = right;
  if (a === undefined || b === undefined) return true;
  if (a.length === b.length) {
    const fits = unifySegments(a, b);
    return unifyPieces(resolve(restOfA), resolve(restOfB)) && fits;
  }
  const [longer, shorter] = a.length > b.length ? [a, b] : [b, a];
  const [head, tail] = cut(longer, shorter.length);
  const rest = resolve([tail, ...(longer === a ? restOfA : restOfB)]);
  // A part that was cut in two may occur once more further on, so what is left is resolved anew.
  const others = resolve(longer === a ? restOfB : restOfA);
  const clean = head.channels !== undefined || longer.channels === undefined;
  const fits = unifySegments(resolve([head])[0]!, resolve([shorter])[0]!);
  return unifyPieces(rest, others) && fits && clean;
}

function unifySegments(a: Segment, b: Segment): boolean {
  if (a.channels === undefined || b.channels === undefined) {
    fix([a, b]);
    return true;
  }
  if (a.channels === b.channels && a.block === b.block) return true;
  if (a.block === b.block) return unifyChannels(a.channels, b.channels);
  const [fine, coarse] = a.block < b.block ? [a, b] : [b, a];
  if (fine.channels!.free && coarse.block % fine.block === 0 && fine.channels !== coarse.channels) {
    const block = coarse.block / fine.block;
    replace(fine.channels!, [{ channels: coarse.channels, block, length: fine.length / fine.block }]);
    return true;
  }
  fix([a, b]);
  return false;
}

function unifyChannels(a: Channels, b: Channels): boolean {
  if (a.free) replace(a, [segmentOf(b)]);
  else if (b.free) replace(b, [segmentOf(a)]);
  else if (a.size === b.size && a.bundles.count === b.bundles.count) {
    b.bundles.unite(a.bundles);
    replace(a, [segmentOf(b)]);
  } else {
    fix([segmentOf(a), segmentOf(b)]);
    return false;
  }
  return true;
}

/** A segment as two: the first `length` places and the others. Channels that cannot be told apart so are fixed. */
function cut(segment: Segment, length: number): readonly [Segment, Segment] {
  const { channels, block } = segment;
  if (channels?.free === true && length % block === 0) {
    const first = new Channels(length / block);
    const second = new Channels(channels.count - first.count);
    replace(channels, [segmentOf(first), segmentOf(second)]);
    return [segmentOf(first, block), segmentOf(second, block)];
  }
  fix([segment]);
  return [fixedSegment(length), fixedSegment(segment.length - length)];
}

/** The places from `start` up to `end` as a layout of their own. */
export function sliceLayout(layout: Layout, start: number, end: number): Layout {
  return splitLayout(splitLayout(layout, end)[0], start)[1];
}

function splitLayout(layout: Layout, at: number): readonly [Layout, Layout] {
  const before: Segment[] = [];
  let rest = resolve(layout);
  let left = at;
  while (left > 0 && rest.length > 0) {
    const [first, ...others] = rest;
    if (first!.length > left) {
      const [head, tail] = cut(first!, left);
      return [
        [...before, head],
        [tail, ...others],
      ];
    }
    before.push(first!);
    left -= first!.length;
    rest = others;
  }
  return [before, rest];
}
