import { inflateSync } from 'node:zlib';
import { StockpotError } from '../../errors.ts';
import { malformedHdf5 } from './errors.ts';
import { GlobalHeaps } from './global-heaps.ts';
import { type Hdf5Library, type Hdf5Metadata, TYPE_CLASS } from './library.ts';
import { LibrarySession } from './session.ts';
import { slabsOf } from './slabs.ts';
import type { Hdf5Source } from './source.ts';
import { writeElements } from './write-elements.ts';

/** Elements pass through the library's memory in pieces of this many bytes. */
const PIECE_BYTES = 4 << 20;

/** Names of layers and weights; far more than any model has. */
const LARGEST_ATTRIBUTE = 64 << 20;

/** deflate cannot expand more than this. */
const DEFLATE_LIMIT = 1032;

/** What compressed bytes can at most become without anyone looking. */
const HARMLESS_BYTES = 32 << 20;

/** How 2-byte floats are laid out, as a file's header says it: where the exponent and the fraction are, how long, and the bias. */
const FLOAT_LAYOUTS = {
  F16: Buffer.from('000010000a05000a0f000000', 'hex'),
  BF16: Buffer.from('00001000070800077f000000', 'hex'),
} as const;

/**
 * An HDF5 file, opened for reading in a library of its own. The library sees this one file and nothing else.
 *
 * Every method throws StockpotError `checkpoint/malformed-hdf5`, `checkpoint/truncated`, `checkpoint/outside-file`, `checkpoint/expands`
 * and those of the source.
 */
export class Hdf5File {
  readonly path: string;
  readonly #heaps: GlobalHeaps;
  readonly #seenLayouts = new Set<keyof typeof FLOAT_LAYOUTS>();
  #session!: LibrarySession;
  /** Bytes that a chunk of the dataset being read has, where it is compressed. */
  #chunkBytes: number | undefined;
  /** Elements may look like anything. What else the library reads along with them, it has read before. */
  #readsElements = false;

  private constructor(source: Hdf5Source) {
    this.path = source.path;
    this.#heaps = new GlobalHeaps(source);
  }

  static async open(source: Hdf5Source): Promise<Hdf5File> {
    const file = new Hdf5File(source);
    const mode = source.write === undefined ? 'read' : 'change';
    file.#session = await LibrarySession.open(source, mode, (position, bytes) => file.#inspect(position, bytes));
    return file;
  }

  /** Which 2-byte floats the headers read so far have described. */
  get describedHalves(): ReadonlySet<'F16' | 'BF16'> {
    return this.#seenLayouts;
  }

  /** Names in a group, in the file's order. */
  children(group: string): readonly string[] {
    return this.#session.do(`the group '${group}'`, (library, file) => library.get_names(file, group, false));
  }

  /** One of `OBJECT_KIND`, or another number. */
  kindOf(path: string): number {
    return this.#session.do(`'${path}'`, (library, file) => library.get_type(file, path));
  }

  /** Where a link leads that is no ordinary one: to another name, or into another file. */
  linkOf(path: string): { readonly name: string } | { readonly file: string } | undefined {
    return this.#session.do(`the link '${path}'`, (library, file) => {
      const name = library.get_symbolic_link(file, path);
      if (name !== null) return { name };
      const { filename } = library.get_external_link(file, path);
      return filename === undefined ? undefined : { file: filename };
    });
  }

  attributes(path: string): readonly string[] {
    return this.#session.do(`the attributes of '${path}'`, (library, file) => library.get_attribute_names(file, path));
  }

  /** An attribute's texts, or undefined when it holds anything else. */
  texts(path: string, attribute: string): readonly string[] | undefined {
    const metadata = this.attributeMetadata(path, attribute);
    if (metadata.shape === null || metadata.total_size === 0) return [];
    return metadata.type === TYPE_CLASS.string ? this.#readTexts(path, attribute, metadata) : undefined;
  }

  attributeMetadata(path: string, attribute: string): Hdf5Metadata {
    return this.#session.do(`the attribute '${attribute}' of '${path}'`, (library, file) =>
      library.get_attribute_metadata(file, path, attribute),
    );
  }

  /** An attribute's elements, little-endian; of a fixed size each. */
  attributeBytes(path: string, attribute: string, metadata: Hdf5Metadata): Uint8Array {
    let bytes = new Uint8Array();
    this.#withAttribute(path, attribute, metadata, (library, _, pointer) => {
      bytes = library.HEAPU8.slice(pointer, pointer + metadata.size * metadata.total_size);
      return 0;
    });
    return bytes;
  }

  metadata(dataset: string): Hdf5Metadata {
    return this.#session.do(`'${dataset}'`, (library, file) => library.get_dataset_metadata(file, dataset));
  }

  /** What is done to a dataset's chunks. */
  filters(dataset: string): readonly { readonly id: number; readonly name: string }[] {
    return this.#session.do(`'${dataset}'`, (library, file) => library.get_dataset_filters(file, dataset));
  }

  /**
   * Fills `target` with elements from the one at index `begin` on, in row-major order, as little-endian bytes.
   * @param chunkBytes size of a chunk once unpacked, where the dataset is compressed
   */
  read(dataset: string, metadata: Hdf5Metadata, begin: number, target: Uint8Array, chunkBytes?: number): void {
    const { shape, size } = metadata;
    if (target.length === 0 || shape === null) return;
    this.#chunkBytes = chunkBytes;
    this.#readsElements = true;
    const most = Math.max(1, Math.floor(Math.max(PIECE_BYTES, chunkBytes === undefined ? 0 : target.length) / size));
    try {
      if (shape.length === 0) this.#readBox(dataset, null, null, target);
      let done = 0;
      for (const slab of slabsOf(shape, begin, begin + target.length / size, most)) {
        const part = target.subarray(done, done + slab.elements * size);
        this.#readBox(dataset, slab.count, slab.offset, part);
        done += part.length;
      }
    } finally {
      this.#chunkBytes = undefined;
      this.#readsElements = false;
    }
  }

  /** Replaces elements from the one at index `begin` on, given as `read` gives them. */
  write(dataset: string, { shape, size }: Hdf5Metadata, begin: number, bytes: Uint8Array): void {
    if (shape === null) return;
    this.#readsElements = true;
    try {
      writeElements(this.#session, dataset, { shape, size }, begin, bytes);
    } finally {
      this.#readsElements = false;
    }
  }

  removeAttribute(path: string, attribute: string): void {
    this.#session.do(`the attribute '${attribute}'`, (library, file) =>
      library.delete_attribute(file, path, attribute),
    );
  }

  /** As `LibrarySession.finish`. */
  finish(): void {
    this.#session.finish();
  }

  close(): void {
    this.#session.close();
  }

  #inspect(position: number, bytes: Uint8Array): void {
    this.#refuseBomb(bytes, this.#chunkBytes ?? HARMLESS_BYTES);
    if (this.#chunkBytes === undefined) this.#noteLayouts(bytes);
    if (!this.#readsElements) this.#heaps.examine(position, bytes);
  }

  /** The library unpacks a chunk to whatever size it takes, and only then compares it with the size it should have. */
  #refuseBomb(packed: Uint8Array, largest: number): void {
    const isZlib = packed.length > 2 && (packed[0]! & 15) === 8 && (packed[0]! * 256 + packed[1]!) % 31 === 0;
    if (!isZlib || packed.length * DEFLATE_LIMIT <= Math.max(HARMLESS_BYTES, largest)) return;
    try {
      inflateSync(packed, { maxOutputLength: largest });
    } catch (thrown) {
      // Anything else that is wrong with it, the library will say.
      if ((thrown as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') return;
      throw new StockpotError({
        code: 'checkpoint/expands',
        what: `A compressed part of the HDF5 file unpacks to more than its ${largest} bytes`,
        where: this.path,
        remedy: 'The file was made to exhaust memory; do not use it.',
      });
    }
  }

  /** The library does not say what kind of 2-byte float a dataset holds; the header that it reads does. */
  #noteLayouts(header: Uint8Array): void {
    const bytes = Buffer.from(header.buffer, header.byteOffset, header.byteLength);
    if (bytes.includes(FLOAT_LAYOUTS.F16)) this.#seenLayouts.add('F16');
    if (bytes.includes(FLOAT_LAYOUTS.BF16)) this.#seenLayouts.add('BF16');
  }

  #readBox(
    dataset: string,
    count: readonly number[] | null,
    offset: readonly number[] | null,
    target: Uint8Array,
  ): void {
    this.#session.withBuffer(`'${dataset}'`, target.length, (library, file, pointer) => {
      const strides = count?.map(() => 1n) ?? null;
      const place = BigInt(pointer);
      const status = library.get_dataset_data(file, dataset, bigints(count), bigints(offset), strides, place);
      target.set(library.HEAPU8.subarray(pointer, pointer + target.length));
      return status;
    });
  }

  #readTexts(path: string, attribute: string, metadata: Hdf5Metadata): readonly string[] {
    const { size, total_size: count, vlen } = metadata;
    if (!vlen) {
      const bytes = this.attributeBytes(path, attribute, metadata);
      return Array.from({ length: count }, (_, index) => textOf(bytes.subarray(index * size, (index + 1) * size)));
    }
    let texts: readonly string[] = [];
    this.#withAttribute(path, attribute, metadata, (library, file, pointer) => {
      const places = new Uint32Array(library.HEAPU8.slice(pointer, pointer + size * count).buffer);
      texts = [...places].map((text) => library.UTF8ToString(text));
      return library.reclaim_vlen_memory(file, path, attribute, BigInt(pointer));
    });
    return texts;
  }

  #withAttribute(
    path: string,
    attribute: string,
    { size, total_size: count }: Hdf5Metadata,
    work: (library: Hdf5Library, file: bigint, pointer: number) => number,
  ): void {
    const length = size * count;
    if (length > LARGEST_ATTRIBUTE)
      throw malformedHdf5(this.path, `the attribute '${attribute}' is unreasonably large`);
    this.#session.withBuffer(`the attribute '${attribute}' of '${path}'`, length, (library, file, pointer) => {
      const status = library.get_attribute_data(file, path, attribute, BigInt(pointer));
      return status < 0 ? status : work(library, file, pointer);
    });
  }
}

function bigints(values: readonly number[] | null): readonly bigint[] | null {
  return values?.map(BigInt) ?? null;
}

/** Up to the first zero. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
