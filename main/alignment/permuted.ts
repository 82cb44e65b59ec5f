import {
  BYTES_PER_ELEMENT,
  type Checkpoint,
  type TensorInfo,
  type TensorValue,
  type Weights,
} from '../checkpoints/checkpoint.ts';
import { StockpotError } from '../errors.ts';
import type { Permutations } from './permutations.ts';
import type { Symmetries } from './symmetries.ts';
import { placesOf, type TensorPlaces } from './tensor-places.ts';

/** Weights with their channels rearranged: the network computes the same. */
export function permutedWeights(weights: Weights, symmetries: Symmetries, permutations: Permutations): Weights {
  return new Map([...weights].map(([name, value]) => [name, permutedTensor(name, value, symmetries, permutations)]));
}

function permutedTensor(
  name: string,
  value: TensorValue,
  symmetries: Symmetries,
  permutations: Permutations,
): TensorValue {
  const symmetry = symmetries.tensors.get(name);
  if (symmetry === undefined) return value;
  checkShape(name, value.shape, symmetry.shape);
  const bytes = new Uint8Array(value.bytes.length);
  const places = placesOf(symmetries, symmetry, permutations);
  const width = BYTES_PER_ELEMENT[value.dtype];
  const rowBytes = places.rowLength * width;
  for (let row = 0; row < places.rows; row += 1) {
    const from = (places.rowFrom?.[row] ?? row) * rowBytes;
    rearrange(
      value.bytes.subarray(from, from + rowBytes),
      places.elementsFrom(row),
      width,
      bytes.subarray(row * rowBytes, (row + 1) * rowBytes),
    );
  }
  return { ...value, bytes };
}

/**
 * A checkpoint with its channels rearranged, read from the original on demand: a row of a tensor at a time. Closing it closes the
 * original.
 * @throws StockpotError `alignment/wrong-shape` for a tensor that is not the network's
 */
export function permutedCheckpoint(
  checkpoint: Checkpoint,
  symmetries: Symmetries,
  permutations: Permutations,
): Checkpoint {
  for (const { name, shape } of symmetries.tensors.values()) {
    const found = checkpoint.tensors.get(name);
    if (found !== undefined) checkShape(name, found.shape, shape, checkpoint.path);
  }
  return new PermutedCheckpoint(checkpoint, symmetries, permutations);
}

class PermutedCheckpoint implements Checkpoint {
  readonly #original: Checkpoint;
  readonly #symmetries: Symmetries;
  readonly #permutations: Permutations;
  #places: { readonly name: string; readonly places: TensorPlaces } | undefined;
  #row = new Uint8Array(0);
  #rearranged = new Uint8Array(0);

  constructor(original: Checkpoint, symmetries: Symmetries, permutations: Permutations) {
    this.#original = original;
    this.#symmetries = symmetries;
    this.#permutations = permutations;
  }

  get path(): string {
    return this.#original.path;
  }

  get format(): Checkpoint['format'] {
    return this.#original.format;
  }

  get files(): readonly string[] {
    return this.#original.files;
  }

  get tensors(): ReadonlyMap<string, TensorInfo> {
    return this.#original.tensors;
  }

  get stateDicts(): Checkpoint['stateDicts'] {
    return this.#original.stateDicts;
  }

  get stateDict(): Checkpoint['stateDict'] {
    return this.#original.stateDict;
  }

  get sharedStorages(): Checkpoint['sharedStorages'] {
    // Tensors tied in the graph move alike; what else shares bytes may not.
    return this.#original.sharedStorages?.filter(({ tensors }) =>
      tensors.every((name) => !this.#symmetries.tensors.has(name)),
    );
  }

  get metadata(): Checkpoint['metadata'] {
    return this.#original.metadata;
  }

  get remarks(): readonly string[] {
    return this.#original.remarks;
  }

  read(name: string, byteOffset: number, target: Uint8Array): void {
    const info = this.#original.tensors.get(name);
    const places = info === undefined ? undefined : this.#placesOf(name);
    if (info === undefined || places === undefined) {
      this.#original.read(name, byteOffset, target);
      return;
    }
    const width = BYTES_PER_ELEMENT[info.dtype];
    const rowBytes = places.rowLength * width;
    let done = 0;
    while (done < target.length) {
      const row = Math.floor((byteOffset + done) / rowBytes);
      const start = (byteOffset + done) % rowBytes;
      const length = Math.min(rowBytes - start, target.length - done);
      this.#readRow(name, places, row, width, start, target.subarray(done, done + length));
      done += length;
    }
  }

  close(): void {
    this.#original.close();
  }

  /** Tensors are mostly read in pieces one after another. */
  #placesOf(name: string): TensorPlaces | undefined {
    if (this.#places?.name === name) return this.#places.places;
    const symmetry = this.#symmetries.tensors.get(name);
    if (symmetry === undefined) return undefined;
    const places = placesOf(this.#symmetries, symmetry, this.#permutations);
    this.#places = { name, places };
    return places;
  }

  #readRow(name: string, places: TensorPlaces, row: number, width: number, start: number, target: Uint8Array): void {
    const rowBytes = places.rowLength * width;
    const from = (places.rowFrom?.[row] ?? row) * rowBytes;
    const elements = places.elementsFrom(row);
    if (elements === undefined) {
      this.#original.read(name, from + start, target);
      return;
    }
    if (this.#row.length < rowBytes) {
      this.#row = new Uint8Array(rowBytes);
      this.#rearranged = new Uint8Array(rowBytes);
    }
    const original = this.#row.subarray(0, rowBytes);
    this.#original.read(name, from, original);
    rearrange(original, elements, width, this.#rearranged);
    target.set(this.#rearranged.subarray(start, start + target.length));
  }
}

function rearrange(source: Uint8Array, elements: Int32Array | undefined, width: number, target: Uint8Array): void {
  if (elements === undefined) {
    target.set(source);
    return;
  }
  const [from, to] = [wordsOf(source, width), wordsOf(target, width)];
  if (from !== undefined && to !== undefined) {
    for (let place = 0; place < elements.length; place += 1) to[place] = from[elements[place]!]!;
    return;
  }
  for (let place = 0; place < elements.length; place += 1) {
    const at = elements[place]! * width;
    target.set(source.subarray(at, at + width), place * width);
  }
}

/** Elements as words of their width, where they are aligned. */
function wordsOf(bytes: Uint8Array, width: number): Uint8Array | Uint16Array | Uint32Array | undefined {
  if (width === 1) return bytes;
  if (bytes.byteOffset % width !== 0) return undefined;
  const length = Math.floor(bytes.byteLength / width);
  if (width === 2) return new Uint16Array(bytes.buffer, bytes.byteOffset, length);
  return width === 4 ? new Uint32Array(bytes.buffer, bytes.byteOffset, length) : undefined;
}

function checkShape(name: string, found: readonly number[], expected: readonly number[], where?: string): void {
  if (found.join() === expected.join()) return;
  throw new StockpotError({
    code: 'alignment/wrong-shape',
    what: `'${name}' is [${found.join(', ')}], where the network has [${expected.join(', ')}]`,
    ...(where === undefined ? {} : { where }),
    remedy: 'Align checkpoints of one architecture only.',
  });
}
