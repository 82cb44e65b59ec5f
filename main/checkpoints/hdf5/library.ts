/** The part of h5wasm's module that is used here: HDF5's C library, compiled to WebAssembly, and Emscripten's file system. */
export interface Hdf5Library {
  readonly HEAPU8: Uint8Array;
  /** Versions of the format, for `open`. */
  readonly H5F_LIBVER_EARLIEST: number;
  readonly H5F_LIBVER_LATEST: number;
  readonly FS: MemoryFileSystem;
  _malloc(length: number): number;
  _free(pointer: number): void;
  UTF8ToString(pointer: number): string;
  open(path: string, mode: number, trackOrder: boolean, lowest: number, highest: number): bigint;
  close_file(file: bigint): number;
  get_names(file: bigint, path: string, recursive: boolean): string[];
  get_type(file: bigint, path: string): number;
  get_symbolic_link(file: bigint, path: string): string | null;
  get_external_link(file: bigint, path: string): { readonly filename?: string };
  get_attribute_names(file: bigint, path: string): string[];
  get_attribute_metadata(file: bigint, path: string, name: string): Hdf5Metadata;
  get_attribute_data(file: bigint, path: string, name: string, pointer: bigint): number;
  reclaim_vlen_memory(file: bigint, path: string, attribute: string, pointer: bigint): number;
  get_dataset_metadata(file: bigint, path: string): Hdf5Metadata;
  get_dataset_filters(file: bigint, path: string): { readonly id: number; readonly name: string }[];
  get_dataset_data(
    file: bigint,
    path: string,
    count: readonly bigint[] | null,
    offset: readonly bigint[] | null,
    strides: readonly bigint[] | null,
    pointer: bigint,
  ): number;
  set_dataset_data(
    file: bigint,
    path: string,
    count: readonly bigint[] | null,
    offset: readonly bigint[] | null,
    strides: readonly bigint[] | null,
    pointer: bigint,
  ): number;
  delete_attribute(file: bigint, path: string, name: string): number;
  create_group(file: bigint, path: string, trackOrder: boolean): number;
  create_dataset(file: bigint, path: string, pointer: bigint, metadata: WrittenMetadata): number;
  create_attribute(file: bigint, path: string, name: string, pointer: bigint, metadata: WrittenMetadata): number;
  create_vlen_str_attribute(
    file: bigint,
    path: string,
    name: string,
    texts: readonly string[],
    metadata: WrittenMetadata,
  ): number;
}

/** What the library has to know of a dataset or an attribute that it makes. */
export interface WrittenMetadata extends Pick<Hdf5Metadata, 'type' | 'size' | 'signed' | 'vlen'> {
  readonly shape: readonly bigint[];
  /** Of a string: 0 for ASCII, 1 for UTF-8. */
  readonly cset?: number;
  readonly compound_type?: {
    readonly nmembers: number;
    readonly members: readonly (Pick<Hdf5Metadata, 'type' | 'size' | 'signed' | 'vlen'> & {
      readonly name: string;
      readonly offset: number;
    })[];
  };
}

/** What the library tells about the elements of a dataset or an attribute. */
export interface Hdf5Metadata {
  /** Class of the type, `H5T_class_t`. */
  readonly type: number;
  /** Bytes an element. */
  readonly size: number;
  readonly signed: boolean;
  /** Strings of any length each. */
  readonly vlen: boolean;
  /** Of a string: 0 for ASCII, 1 for UTF-8. */
  readonly cset?: number;
  /** Null where there is not even one element ("null dataspace"). */
  readonly shape: readonly number[] | null;
  readonly total_size: number;
  /** Null for a dataset in one piece. */
  readonly chunks: readonly number[] | null;
  readonly enum_type?: { readonly members: Readonly<Record<string, number>> };
  readonly virtual_sources?: readonly { readonly file_name: string }[];
}

/** Classes of types, HDF5's `H5T_class_t`. */
export const TYPE_CLASS = { integer: 0, float: 1, string: 3, opaque: 5, compound: 6, enumeration: 8 } as const;

/** Kinds of objects and links, HDF5's `H5G_obj_t`; -1 where nothing can be reached. */
export const OBJECT_KIND = { group: 0, dataset: 1 } as const;

export interface FileNode {
  usedBytes: number;
  stream_ops: Readonly<Record<string, unknown>>;
  node_ops: Readonly<Record<string, unknown>> & { setattr(node: FileNode, attributes: object): void };
}

/** Emscripten's file system, which lies in memory: nothing of this machine's disks is in it. */
interface MemoryFileSystem {
  readonly ErrnoError: new (code: number) => Error;
  create(path: string, permissions: number): FileNode;
  readdir(path: string): string[];
  unlink(path: string): void;
}

type LibraryFactory = (options: {
  readonly noInitialRun: true;
  readonly printErr: (line: string) => void;
}) => Promise<Hdf5Library>;

/**
 * A library of its own for one file: no other file's damage can reach it, and what it holds goes with it. A few dozen milliseconds and
 * about 6 MB.
 *
 * h5wasm itself offers only one library that all share, so what makes it is taken from beside its entry. The build for browsers is
 * meant: it knows no disk at all.
 * @param onLine is given what the library has to complain about, line by line
 */
export async function loadHdf5Library(onLine: (line: string) => void): Promise<Hdf5Library> {
  const address = new URL('./hdf5_util.js', import.meta.resolve('h5wasm'));
  const { default: create } = (await import(/* @vite-ignore */ address.href)) as { readonly default: LibraryFactory };
  const library = await create({ noInitialRun: true, printErr: onLine });
  removeDevices(library.FS);
  return library;
}

/** A dataset may say that its elements lie in another file: random numbers, for one, or the program's input. */
function removeDevices(files: MemoryFileSystem): void {
  for (const name of files.readdir('/dev')) {
    if (name !== '.' && name !== '..' && name !== 'shm') files.unlink(`/dev/${name}`);
  }
}
