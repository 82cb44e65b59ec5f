import type { Permutations } from './permutations.ts';
import type { AxisPart, Symmetries, TensorSymmetry } from './symmetries.ts';

/**
 * Which place of an axis comes to each place, under permutations of channels.
 * @returns undefined where all places stay
 */
export function axisPlaces(parts: readonly AxisPart[], permutations: Permutations): Int32Array | undefined {
  if (parts.every(({ group }) => group === undefined)) return undefined;
  const places = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const { group, block, length } of parts) {
    const permutation = group === undefined ? undefined : permutations[group]!;
    for (let place = 0; place < length; place += 1) {
      const channel = Math.floor(place / block);
      places[start + place] =
        start + (permutation === undefined ? place : permutation[channel]! * block + (place % block));
    }
    start += length;
  }
  return places.every((from, place) => from === place) ? undefined : places;
}

/** Where the elements of a rearranged tensor come from, row by row: a row is everything under one place of the first axis. */
export interface TensorPlaces {
  readonly rows: number;
  readonly rowLength: number;
  /** The row that comes to each row; undefined where rows stay. */
  readonly rowFrom: Int32Array | undefined;
  /** Within the row that comes to `row`, the element that comes to each place; undefined where they stay. */
  readonly elementsFrom: (row: number) => Int32Array | undefined;
}

/** Vectors are one row, so that they are not read element by element. */
export function placesOf(symmetries: Symmetries, tensor: TensorSymmetry, permutations: Permutations): TensorPlaces {
  const tables = tensor.axes.map((parts) => axisPlaces(parts, permutations));
  if (tensor.shape.length === 1) {
    const [table] = tables;
    return { rows: 1, rowLength: tensor.shape[0]!, rowFrom: undefined, elementsFrom: () => table };
  }
  const [rows, ...rest] = tensor.shape as [number, ...number[]];
  const rowLength = rest.reduce((product, size) => product * size, 1);
  const byBundle = groupedTables(symmetries, tensor, permutations, rest);
  const common = byBundle === undefined ? elementTable(rest, tables.slice(1)) : undefined;
  return { rows, rowLength, rowFrom: tables[0], elementsFrom: byBundle ?? (() => common) };
}

/** Offsets of elements by offsets of places, for axes of these sizes. */
function elementTable(shape: readonly number[], tables: readonly (Int32Array | undefined)[]): Int32Array | undefined {
  if (tables.every((table) => table === undefined)) return undefined;
  let offsets = Int32Array.of(0);
  for (const [axis, size] of shape.entries()) {
    const table = tables[axis];
    const next = new Int32Array(offsets.length * size);
    for (let index = 0; index < offsets.length; index += 1) {
      for (let place = 0; place < size; place += 1)
        next[index * size + place] = offsets[index]! * size + (table?.[place] ?? place);
    }
    offsets = next;
  }
  return offsets;
}

/** The second axis of a grouped convolution's weight: each bundle of outputs has its own bundle of inputs, rearranged in its own way. */
function groupedTables(
  { groups }: Symmetries,
  { grouped }: TensorSymmetry,
  permutations: Permutations,
  rest: readonly number[],
): ((row: number) => Int32Array | undefined) | undefined {
  if (grouped.every(({ inputs }) => inputs === undefined)) return undefined;
  const seen = rest[0]!;
  const tables = grouped.map(({ inputs, bundles }) => {
    if (inputs === undefined || groups[inputs]!.bundleSize === 1) return undefined;
    const permutation = permutations[inputs]!;
    return Array.from({ length: bundles }, (_, bundle) => {
      const within = permutation.slice(bundle * seen, (bundle + 1) * seen).map((channel) => channel % seen);
      return elementTable(rest, [within.every((channel, place) => channel === place) ? undefined : within]);
    });
  });
  return (row) => {
    const index = grouped.findIndex(
      ({ start, bundles, outputSize }) => row >= start && row < start + bundles * outputSize,
    );
    const part = grouped[index];
    return part === undefined ? undefined : tables[index]?.[Math.floor((row - part.start) / part.outputSize)];
  };
}
