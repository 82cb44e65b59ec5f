import { gather, isContiguous, type StridedView, spanOf, swapBytes, walk } from './strided-view.ts';

/** Fills `target` with the storage's bytes from `byteOffset` on. */
type ReadStorage = (byteOffset: number, target: Uint8Array) => void;

export interface StridedSource extends StridedView {
  /** Bytes per element. */
  readonly width: number;
  readonly elementCount: number;
  readonly bigEndian: boolean;
  readonly readStorage: ReadStorage;
}

/** A view's storage is held in memory up to this size even where the view itself is small. */
const SMALL_SPAN_BYTES = 64 << 20;

/** Read at once where a view is spread too thinly over its storage to hold that. */
const WINDOW_BYTES = 64 << 10;

/** Rearranged at once, so that a large target needs no second one of its size. */
const PIECE_BYTES = 4 << 20;

/**
 * Reads a tensor's contiguous little-endian bytes out of its storage, whatever its strides and byte order are. Contiguous tensors
 * are read straight into the target. Others are gathered from their storage, which is held while one tensor is being read: no
 * more than twice the tensor itself, or 64 MiB.
 */
export class StridedReader {
  readonly #source: StridedSource;
  readonly #contiguous: boolean;
  #span: Uint8Array | undefined;

  constructor(source: StridedSource) {
    this.#source = source;
    this.#contiguous = isContiguous(source);
  }

  /** `byteOffset` and the target's length need not be multiples of the element size. */
  read(byteOffset: number, target: Uint8Array): void {
    const { width, bigEndian } = this.#source;
    if (this.#contiguous && !bigEndian) {
      this.#source.readStorage(this.#source.offset * width + byteOffset, target);
      return;
    }
    for (let done = 0; done < target.length; done += PIECE_BYTES) {
      this.#readPiece(byteOffset + done, target.subarray(done, Math.min(done + PIECE_BYTES, target.length)));
    }
  }

  /** By way of whole elements in aligned memory. */
  #readPiece(byteOffset: number, target: Uint8Array): void {
    const { width, bigEndian } = this.#source;
    const first = Math.floor(byteOffset / width);
    const end = Math.ceil((byteOffset + target.length) / width);
    const elements = new Uint8Array((end - first) * width);
    this.#readElements(first, end - first, elements);
    if (bigEndian) swapBytes(elements, width);
    const skipped = byteOffset - first * width;
    target.set(elements.subarray(skipped, skipped + target.length));
  }

  #readElements(first: number, count: number, elements: Uint8Array): void {
    const { width, offset, readStorage } = this.#source;
    if (this.#contiguous) {
      readStorage((offset + first) * width, elements);
      return;
    }
    const gatherRun = this.#canHoldSpan() ? this.#fromSpan(elements) : this.#fromWindows(elements);
    let at = 0;
    walk(this.#source, first, count, (start, stride, length) => {
      gatherRun(start, stride, length, at);
      at += length;
    });
  }

  #canHoldSpan(): boolean {
    const { width, elementCount } = this.#source;
    return spanOf(this.#source) * width <= Math.max(SMALL_SPAN_BYTES, 2 * elementCount * width);
  }

  #fromSpan(elements: Uint8Array): (start: number, stride: number, length: number, at: number) => void {
    const { width, offset } = this.#source;
    const span = this.#holdSpan();
    return (start, stride, length, at) => gather(span, start - offset, stride, length, elements, at, width);
  }

  #holdSpan(): Uint8Array {
    if (this.#span !== undefined) return this.#span;
    const { width, offset, readStorage } = this.#source;
    const span = new Uint8Array(spanOf(this.#source) * width);
    readStorage(offset * width, span);
    this.#span = span;
    return span;
  }

  /** Keeps only a small window of the storage, and moves it when an element lies outside. */
  #fromWindows(elements: Uint8Array): (start: number, stride: number, length: number, at: number) => void {
    const { width, offset, readStorage } = this.#source;
    const end = offset + spanOf(this.#source);
    const window = new Uint8Array(WINDOW_BYTES);
    const capacity = WINDOW_BYTES / width;
    let begin = end;
    let filled = 0;
    return (start, stride, length, at) => {
      for (let done = 0; done < length; ) {
        const element = start + done * stride;
        if (element < begin || element >= begin + filled) {
          begin = element;
          filled = Math.min(capacity, end - begin);
          readStorage(begin * width, window.subarray(0, filled * width));
        }
        const inWindow = stride === 0 ? length - done : Math.ceil((begin + filled - element) / stride);
        const taken = Math.min(length - done, inWindow);
        gather(window, element - begin, stride, taken, elements, at + done, width);
        done += taken;
      }
    };
  }
}
