/** A window on a row of elements: where its row-major elements lie. Sizes, strides and offsets count elements. */
export interface StridedView {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** True when the view's elements lie one after the other in row-major order. */
export function isContiguous({ shape, strides }: StridedView): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    const size = shape[axis]!;
    if (size === 0) return true;
    if (size !== 1 && strides[axis] !== step) return false;
    step *= size;
  }
  return true;
}

/** Elements from the first to the last that the view touches, both included. */
export function spanOf({ shape, strides }: StridedView): number {
  if (shape.includes(0)) return 0;
  return 1 + shape.reduce((reach, size, axis) => reach + (size - 1) * strides[axis]!, 0);
}

/** Elements of the view that follow each other both in it and in the storage: `length` of them, from element `start` of the storage. */
export type VisitRun = (start: number, stride: number, length: number) => void;

/**
 * Walks the view's elements `first` to `first + count − 1` in row-major order, a stretch along the last axis at a time: `length`
 * elements, `stride` apart, the first of them element `start` of the storage.
 */
export function walk(view: StridedView, first: number, count: number, visit: VisitRun): void {
  const { shape, strides } = view;
  const last = shape.length - 1;
  if (last < 0) {
    if (count > 0) visit(view.offset, 1, 1);
    return;
  }
  const rowLength = shape[last]!;
  const index = indexOf(shape, first);
  let left = count;
  while (left > 0) {
    const row = index.reduce((at, position, axis) => at + position * strides[axis]!, view.offset);
    const length = Math.min(left, rowLength - index[last]!);
    visit(row, strides[last]!, length);
    left -= length;
    index[last] = 0;
    advance(index, shape, last - 1);
  }
}

function indexOf(shape: readonly number[], position: number): number[] {
  const index = new Array<number>(shape.length);
  let rest = position;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    const size = shape[axis]!;
    index[axis] = rest % size;
    rest = Math.floor(rest / size);
  }
  return index;
}

function advance(index: number[], shape: readonly number[], from: number): void {
  for (let axis = from; axis >= 0; axis -= 1) {
    index[axis] = index[axis]! + 1;
    if (index[axis]! < shape[axis]!) return;
    index[axis] = 0;
  }
}

/**
 * Copies `length` elements of `width` bytes, `stride` elements apart from element `start` of `source` on, to `target` from element
 * `at` on. Both begin at a multiple of eight bytes in their buffers.
 */
export function gather(
  source: Uint8Array,
  start: number,
  stride: number,
  length: number,
  target: Uint8Array,
  at: number,
  width: number,
): void {
  if (stride === 1) {
    target.set(source.subarray(start * width, (start + length) * width), at * width);
    return;
  }
  const [from, to] = [wordsOf(source, width), wordsOf(target, width)];
  // Elements of eight bytes are moved as two words: moving them as doubles might alter a NaN.
  const words = Math.max(1, width / 4);
  for (let word = 0; word < words; word += 1) {
    let [read, write] = [start * words + word, at * words + word];
    for (let element = 0; element < length; element += 1) {
      to[write] = from[read]!;
      read += stride * words;
      write += words;
    }
  }
}

type Words = Uint8Array | Uint16Array | Uint32Array;

function wordsOf(bytes: Uint8Array, width: number): Words {
  if (width === 1) return bytes;
  if (width === 2) return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
}

/** Reverses the bytes of each element, in place. */
export function swapBytes(bytes: Uint8Array, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else if (width === 8) buffer.swap64();
}
