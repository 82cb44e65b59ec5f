import { BYTES_PER_ELEMENT, type DType } from '../checkpoint.ts';
import type { Hdf5File } from './file.ts';
import { type Hdf5Metadata, TYPE_CLASS, type WrittenMetadata } from './library.ts';
import { LibrarySession } from './session.ts';
import type { Hdf5Source } from './source.ts';
import { hasOwnType, StandIns } from './stand-ins.ts';
import { writeElements } from './write-elements.ts';

const INTEGERS: Readonly<Partial<Record<DType, { readonly signed: boolean }>>> = {
  I8: { signed: true },
  I16: { signed: true },
  I32: { signed: true },
  I64: { signed: true },
  U8: { signed: false },
  U16: { signed: false },
  U32: { signed: false },
  U64: { signed: false },
};

/** Of the classes of types that the library makes, those with elements of a fixed size. */
const PLAIN_CLASSES: readonly number[] = [TYPE_CLASS.integer, TYPE_CLASS.float, TYPE_CLASS.string];

/**
 * An HDF5 file that is being made: groups, attributes taken over from another, and datasets in one piece each.
 * @see LibrarySession for what its methods throw
 */
export class NewHdf5File {
  readonly #session: LibrarySession;
  readonly #standIns: StandIns;

  private constructor(session: LibrarySession, standIns: StandIns) {
    this.#session = session;
    this.#standIns = standIns;
  }

  /** @param target whatever it holds is replaced */
  static async create(target: Hdf5Source & Required<Pick<Hdf5Source, 'write'>>): Promise<NewHdf5File> {
    const standIns = new StandIns();
    const written: Hdf5Source = {
      path: target.path,
      size: target.size,
      read: (position, bytes) => target.read(position, bytes),
      write: (position, bytes) => target.write(position, standIns.replaceIn(bytes)),
      resize: (size) => target.resize?.(size),
    };
    return new NewHdf5File(await LibrarySession.open(written, 'create'), standIns);
  }

  createGroup(path: string): void {
    this.#session.succeed(`the group '${path}'`, (library, file) => library.create_group(file, path, false));
  }

  /** @param dtype any that Keras or NumPy has a name for: no bfloat16, no 8-bit floats */
  createDataset(path: string, dtype: DType, shape: readonly number[]): void {
    const metadata = { ...this.#typeOf(dtype), vlen: false, shape: shape.map(BigInt) };
    // Without elements: the library makes the dataset, complains that there is nothing to write, and reports success.
    this.#session.succeed(`'${path}'`, (library, file) => library.create_dataset(file, path, 0n, metadata));
  }

  /** Elements from the one at index `begin` on, as `writeElements` takes them. */
  write(path: string, dtype: DType, shape: readonly number[], begin: number, bytes: Uint8Array): void {
    writeElements(this.#session, path, { shape, size: BYTES_PER_ELEMENT[dtype] }, begin, bytes);
  }

  /**
   * Gives something here an attribute that it has in another file.
   * @returns false where the attribute is of a kind that the library does not write
   */
  copyAttribute(from: Hdf5File, path: string, name: string): boolean {
    const metadata = from.attributeMetadata(path, name);
    if (metadata.shape === null || !PLAIN_CLASSES.includes(metadata.type)) return false;
    const written = attributeOf(metadata, metadata.shape);
    const doing = `the attribute '${name}' of '${path}'`;
    if (metadata.vlen) {
      const texts = from.texts(path, name) ?? [];
      this.#session.succeed(doing, (library, file) =>
        library.create_vlen_str_attribute(file, path, name, texts, written),
      );
      return true;
    }
    const bytes = from.attributeBytes(path, name, metadata);
    this.#session.withBuffer(doing, bytes.length, (library, file, pointer) => {
      library.HEAPU8.set(bytes, pointer);
      return library.create_attribute(file, path, name, BigInt(pointer), written);
    });
    return true;
  }

  /** As `LibrarySession.finish`. */
  finish(): void {
    this.#session.finish();
  }

  #typeOf(dtype: DType): Omit<WrittenMetadata, 'shape' | 'vlen'> {
    const size = BYTES_PER_ELEMENT[dtype];
    if (hasOwnType(dtype)) return this.#standIns.for(dtype, size);
    const integer = INTEGERS[dtype];
    if (integer !== undefined) return { type: TYPE_CLASS.integer, size, signed: integer.signed };
    return { type: TYPE_CLASS.float, size, signed: true };
  }
}

function attributeOf({ type, size, signed, vlen, cset }: Hdf5Metadata, shape: readonly number[]): WrittenMetadata {
  return { type, size, signed, vlen, shape: shape.map(BigInt), ...(cset === undefined ? {} : { cset }) };
}
