import { StockpotError } from '../../errors.ts';
import { libraryError, malformedHdf5 } from './errors.ts';
import { mountSource } from './file-node.ts';
import { type Hdf5Library, loadHdf5Library } from './library.ts';
import type { Hdf5Source } from './source.ts';

/** As `H5F_ACC_…` names them: `create` takes what is there away. */
const MODES = { read: 0, change: 1, create: 2 } as const;

/** A damaged file can send the library round in circles. Nothing it is asked for here takes nearly as many reads. */
const MOST_READS = 1_000_000;

/**
 * A library of its own with one file open in it: it sees this file and nothing else. Whatever goes wrong in it, from a missing name to a
 * trap, becomes a typed error.
 *
 * Every method throws StockpotError `checkpoint/malformed-hdf5`, `checkpoint/truncated`, `checkpoint/outside-file`, `checkpoint/expands`
 * and those of the source.
 */
export class LibrarySession {
  readonly path: string;
  readonly #library: Hdf5Library;
  readonly #lines: string[];
  #file: bigint | undefined = 0n;
  #reads = 0;
  #sourceError: unknown;

  private constructor(path: string, library: Hdf5Library, lines: string[]) {
    this.path = path;
    this.#library = library;
    this.#lines = lines;
  }

  /** @param onRead sees what is about to be given to the library; may throw */
  static async open(
    source: Hdf5Source,
    mode: keyof typeof MODES,
    onRead?: (position: number, bytes: Uint8Array) => void,
  ): Promise<LibrarySession> {
    const lines: string[] = [];
    const library = await loadHdf5Library((line) => lines.push(line));
    const session = new LibrarySession(source.path, library, lines);
    const mounted = mountSource(library, source, {
      onRead: (position, bytes) => {
        session.#countRead();
        onRead?.(position, bytes);
      },
      onError: (thrown) => {
        session.#sourceError ??= thrown;
      },
    });
    // The oldest form that holds what is written: everybody reads it, and its headers have no checksums.
    const { H5F_LIBVER_EARLIEST: oldest, H5F_LIBVER_LATEST: latest } = library;
    const file = session.do('its header', () => library.open(mounted, MODES[mode], false, oldest, latest));
    if (file < 0n) throw libraryError(source.path, 'its header', lines);
    session.#file = file;
    return session;
  }

  /** @param doing what is asked for, to complete "… cannot be read" */
  do<T>(doing: string, work: (library: Hdf5Library, file: bigint) => T): T {
    if (this.#file === undefined) {
      throw new StockpotError({ code: 'checkpoint/io', what: 'The file has been closed', where: this.path });
    }
    this.#lines.length = 0;
    this.#reads = 0;
    this.#sourceError = undefined;
    let result: T;
    try {
      result = work(this.#library, this.#file);
    } catch (thrown) {
      if (this.#sourceError !== undefined) throw this.#sourceError;
      if (thrown instanceof StockpotError) throw thrown;
      throw libraryError(this.path, doing, this.#lines);
    }
    if (this.#sourceError !== undefined) throw this.#sourceError;
    return result;
  }

  /** As `do`, for what answers with a status that says whether it worked. */
  succeed(doing: string, work: (library: Hdf5Library, file: bigint) => number): void {
    this.do(doing, (library, file) => {
      if (work(library, file) < 0) throw libraryError(this.path, doing, this.#lines);
    });
  }

  /** As `succeed`, with room in the library's own memory, through which elements pass. */
  withBuffer(
    doing: string,
    length: number,
    work: (library: Hdf5Library, file: bigint, pointer: number) => number,
  ): void {
    this.succeed(doing, (library, file) => {
      const pointer = library._malloc(Math.max(1, length));
      if (pointer === 0) throw outOfMemory(this.path);
      try {
        return work(library, file, pointer);
      } finally {
        library._free(pointer);
      }
    });
  }

  /** Writes what the library still holds back. A file that was only read needs no more than `close`. */
  finish(): void {
    this.succeed('its end', (library, file) => library.close_file(file));
    this.close();
  }

  close(): void {
    this.#file = undefined;
  }

  #countRead(): void {
    this.#reads += 1;
    if (this.#reads > MOST_READS) throw malformedHdf5(this.path, 'its parts refer to each other in circles');
  }
}

function outOfMemory(path: string): StockpotError {
  return new StockpotError({
    code: 'checkpoint/expands',
    what: 'The HDF5 file needs more memory than its reader has',
    where: path,
  });
}
