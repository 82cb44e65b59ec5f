import {
  closeSync,
  fstatSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { StockpotError } from '../errors.ts';
import { fileError, withFileErrors } from './file-errors.ts';
import { claimPartialName, createEmptyFile, removePartials } from './partial-names.ts';

/** Some systems refuse to write 2 GiB or more at once. */
const LARGEST_WRITE = 1 << 30;

const syncDescriptor = promisify(fsync);

const unfinished = new Set<AtomicFile>();
process.on('exit', () => {
  for (const file of unfinished) file.abandon();
});

/**
 * A file that appears under its name only when it is complete: written under a partial name in the same folder, synced,
 * then renamed. Whatever was there before stays until that moment, and stays for good after `abandon()` or a crash.
 */
export class AtomicFile {
  readonly path: string;
  /** Where the bytes go meanwhile; other threads may open it (`r+`) and write at positions of their own. */
  readonly partialPath: string;
  readonly #descriptor: number;
  #open = true;

  private constructor(path: string, partialPath: string, descriptor: number) {
    this.path = path;
    this.partialPath = partialPath;
    this.#descriptor = descriptor;
  }

  /**
   * @param size length of the finished file in bytes, if known: checked against the free space and set at once
   * @throws StockpotError `file/disk-full`, `file/permission`, `file/not-found` (no such folder), `file/not-a-file`, `file/io`
   */
  static create(path: string, size?: number): AtomicFile {
    const target = resolve(path);
    refuseSpecialTarget(target);
    removePartials(dirname(target), basename(target));
    const partialPath = claimPartialName(target, createEmptyFile);
    let descriptor: number | undefined;
    try {
      descriptor = openSync(partialPath, 'r+');
      if (size !== undefined) reserve(descriptor, target, size);
    } catch (thrown) {
      if (descriptor !== undefined) closeSync(descriptor);
      rmSync(partialPath, { force: true });
      throw fileError(thrown, target);
    }
    const file = new AtomicFile(target, partialPath, descriptor);
    unfinished.add(file);
    return file;
  }

  /** @throws StockpotError `file/disk-full`, `file/io`; the caller then abandons the file */
  write(bytes: Uint8Array, position: number): void {
    withFileErrors(this.path, () => writeFully(this.#descriptor, bytes, position));
  }

  /**
   * Waits until the disk has everything that was written.
   * @throws StockpotError `file/disk-full`, `file/io`; the caller then abandons the file
   */
  sync(): void {
    withFileErrors(this.path, () => fsyncSync(this.#descriptor));
  }

  /**
   * Syncs the file, gives it its name and syncs the folder. On failure the file is abandoned.
   * @throws StockpotError `file/disk-full`, `file/permission`, `file/io`
   */
  commit(): void {
    try {
      fsyncSync(this.#descriptor);
      this.#takeName();
      syncFolder(dirname(this.path));
    } catch (thrown) {
      this.abandon();
      throw fileError(thrown, this.path);
    }
  }

  /**
   * Commits many small files of which each is complete by itself: all are synced at once and each folder once at the end, which
   * takes a fraction of the time. On failure those that have no name yet are abandoned.
   * @throws StockpotError as `commit`
   */
  static async commitAll(files: readonly AtomicFile[]): Promise<void> {
    try {
      await Promise.all(
        files.map(async (file) => syncDescriptor(file.#descriptor).catch((thrown: unknown) => refuse(thrown, file))),
      );
      for (const file of files) withFileErrors(file.path, () => file.#takeName());
      for (const folder of new Set(files.map(({ path }) => dirname(path))))
        withFileErrors(folder, () => syncFolder(folder));
    } finally {
      for (const file of files) file.abandon();
    }
  }

  #takeName(): void {
    closeSync(this.#descriptor);
    this.#open = false;
    renameSync(this.partialPath, this.path);
    unfinished.delete(this);
  }

  /** Deletes what was written. Harmless after `commit()` and when called twice. */
  abandon(): void {
    if (this.#open) {
      this.#open = false;
      closeSync(this.#descriptor);
    }
    if (!unfinished.delete(this)) return;
    rmSync(this.partialPath, { force: true });
  }

  [Symbol.dispose](): void {
    this.abandon();
  }
}

/**
 * Replaces the content of `path`, all or nothing. Text is written as UTF-8.
 * @throws StockpotError as `AtomicFile`
 */
export function writeFileAtomically(path: string, content: Uint8Array | string): void {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const file = AtomicFile.create(path, bytes.length);
  try {
    file.write(bytes, 0);
    file.commit();
  } finally {
    file.abandon();
  }
}

function refuse(thrown: unknown, { path }: AtomicFile): never {
  throw fileError(thrown, path);
}

/** Makes renames in `folder` survive a power cut. Windows has no such call and does not need it. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Writes all of it, however little the system takes at once. May throw what the system throws. */
export function writeFully(descriptor: number, bytes: Uint8Array, position: number): void {
  let written = 0;
  while (written < bytes.length) {
    const length = Math.min(bytes.length - written, LARGEST_WRITE);
    written += writeSync(descriptor, bytes, written, length, position + written);
  }
}

/** Renaming over `/dev/null` or a folder would destroy it. */
function refuseSpecialTarget(path: string): void {
  const status = withFileErrors(path, () => lstatSync(path, { throwIfNoEntry: false }));
  if (status === undefined || status.isFile() || status.isSymbolicLink()) return;
  throw new StockpotError({
    code: 'file/not-a-file',
    what: status.isDirectory() ? 'A folder of this name is in the way' : 'This is not a regular file',
    where: path,
    remedy: 'Choose another name for the output.',
  });
}

/**
 * Gives an open file its length, having looked at the free space.
 * @throws StockpotError `file/disk-full`; and what the system throws
 */
export function reserve(descriptor: number, path: string, size: number): void {
  const { bavail, bsize } = statfsSync(dirname(path));
  const free = bavail * bsize;
  // Some network and virtual file systems report nothing at all.
  if (free > 0 && size > free) {
    throw new StockpotError({
      code: 'file/disk-full',
      kind: 'failure',
      what: `The disk has ${free} bytes free, ${size} are needed`,
      where: path,
      remedy: 'Free some space and try again; what was there before is untouched.',
    });
  }
  if (fstatSync(descriptor).size !== size) ftruncateSync(descriptor, size);
}
