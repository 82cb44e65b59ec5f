import type { PickleValue } from './pickle-values.ts';

/** Values that a pickle refers to again, by number. Pickles number them without gaps, unless they were made by hand. */
export class PickleMemo {
  readonly #inOrder: PickleValue[] = [];
  readonly #others = new Map<number, PickleValue>();

  get size(): number {
    return this.#inOrder.length + this.#others.size;
  }

  get(index: number): PickleValue | undefined {
    return index < this.#inOrder.length ? this.#inOrder[index] : this.#others.get(index);
  }

  set(index: number, value: PickleValue): void {
    if (index > this.#inOrder.length) {
      this.#others.set(index, value);
      return;
    }
    this.#inOrder[index] = value;
    if (this.#others.size > 0) this.#others.delete(index);
  }
}
