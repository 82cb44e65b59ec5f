/** A box of elements, as HDF5 calls it a hyperslab: so many from there on, in each dimension. */
export interface Slab {
  readonly offset: readonly number[];
  readonly count: readonly number[];
  /** Elements in the box. They are consecutive in row-major order. */
  readonly elements: number;
}

/**
 * Divides elements that are consecutive in row-major order into boxes.
 * @param shape none of its dimensions zero; no dimensions, no boxes
 * @param most elements a box; one row of the last dimension may be divided
 */
export function* slabsOf(shape: readonly number[], begin: number, end: number, most: number): Generator<Slab> {
  if (shape.length === 0) return;
  const rows = rowLengths(shape);
  for (let at = begin; at < end; ) {
    const slab = largestSlab(shape, rows, at, Math.min(end - at, most));
    yield slab;
    at += slab.elements;
  }
}

/** Elements between neighbours, for each dimension. */
function rowLengths(shape: readonly number[]): readonly number[] {
  const lengths = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis -= 1) lengths[axis] = lengths[axis + 1]! * shape[axis + 1]!;
  return lengths;
}

/** The largest box that begins at an element and stays below a number of elements. */
function largestSlab(shape: readonly number[], rows: readonly number[], at: number, most: number): Slab {
  const offset: number[] = [];
  let rest = at;
  for (const row of rows) {
    offset.push(Math.floor(rest / row));
    rest %= row;
  }
  const axis = rows.findIndex((row) => at % row === 0 && row <= most);
  const length = Math.min(shape[axis]! - offset[axis]!, Math.floor(most / rows[axis]!));
  const count = shape.map((size, other) => (other < axis ? 1 : other === axis ? length : size));
  return { offset, count, elements: length * rows[axis]! };
}
