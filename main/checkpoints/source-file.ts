import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { StockpotError } from '../errors.ts';
import { systemCode } from '../files/file-errors.ts';

/** Some systems refuse to read 2 GiB or more at once. */
const LARGEST_READ = 1 << 30;

/** A regular file opened for positioned reads. */
export class SourceFile {
  readonly path: string;
  readonly size: number;
  #descriptor: number | undefined;

  private constructor(path: string, size: number, descriptor: number) {
    this.path = path;
    this.size = size;
    this.#descriptor = descriptor;
  }

  /** @throws StockpotError `checkpoint/not-found`, `checkpoint/not-a-file`, `checkpoint/io` */
  static open(path: string): SourceFile {
    const absolute = resolve(path);
    try {
      // Opening a pipe would wait for somebody to write into it.
      if (!statSync(absolute).isFile()) throw notAFile(path);
      const descriptor = openSync(absolute, 'r');
      return new SourceFile(absolute, fstatSync(descriptor).size, descriptor);
    } catch (thrown) {
      throw readError(thrown, path);
    }
  }

  /**
   * Fills `target` from `position` on.
   * @throws StockpotError `checkpoint/truncated` when the file ends before, `checkpoint/io`
   */
  read(position: number, target: Uint8Array): void {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) throw ioError('The file has been closed', this.path);
    let done = 0;
    while (done < target.length) {
      const wanted = Math.min(target.length - done, LARGEST_READ);
      const got = this.#readSome(descriptor, target, done, wanted, position + done);
      if (got === 0) throw truncated(this.path, `byte ${position + done} was expected, but the file ends`);
      done += got;
    }
  }

  /** `length` bytes from `position` on, in memory of their own. The caller has checked `length` against the size. */
  bytes(position: number, length: number): Uint8Array<ArrayBuffer> {
    const target = new Uint8Array(length);
    this.read(position, target);
    return target;
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #readSome(descriptor: number, target: Uint8Array, offset: number, length: number, position: number): number {
    try {
      return readSync(descriptor, target, offset, length, position);
    } catch (thrown) {
      throw readError(thrown, this.path);
    }
  }
}

export function truncated(path: string, how: string): StockpotError {
  return new StockpotError({
    code: 'checkpoint/truncated',
    what: `The checkpoint is incomplete: ${how}`,
    where: path,
    remedy: 'It was probably cut short while being written, copied or downloaded; get it again.',
  });
}

/** A typed error for anything thrown while `path` was being read. */
export function readError(thrown: unknown, path: string): StockpotError {
  if (thrown instanceof StockpotError) return thrown;
  const code = systemCode(thrown);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new StockpotError({ code: 'checkpoint/not-found', what: 'There is no such file', where: path });
  }
  if (code === 'EISDIR') return notAFile(path);
  if (code === 'EACCES' || code === 'EPERM') return ioError('The file may not be read', path);
  return ioError(thrown instanceof Error ? thrown.message : String(thrown), path);
}

function ioError(what: string, path: string): StockpotError {
  return new StockpotError({ code: 'checkpoint/io', what, where: path });
}

function notAFile(path: string): StockpotError {
  return new StockpotError({ code: 'checkpoint/not-a-file', what: 'This is not a regular file', where: path });
}
