import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AtomicFile, syncFolder } from './atomic-file.ts';
import { withFileErrors } from './file-errors.ts';

export interface FileToWrite {
  /** Within the folder. */
  readonly name: string;
  /** Length of the finished file in bytes. */
  readonly size: number;
}

/**
 * Several files that belong together, the last of which refers to the others. Each appears under its name only when all are
 * complete, the last one at the end: whoever finds it finds everything. What was there before stays until then, and is taken away
 * before the first of the new files has its name, so that old and new ones never lie there together.
 */
export class AtomicFiles {
  readonly #files: readonly AtomicFile[];

  private constructor(files: readonly AtomicFile[]) {
    this.#files = files;
  }

  /** @throws StockpotError as `AtomicFile.create` */
  static create(folder: string, files: readonly FileToWrite[]): AtomicFiles {
    const created: AtomicFile[] = [];
    try {
      for (const { name, size } of files) created.push(AtomicFile.create(join(folder, name), size));
    } catch (thrown) {
      for (const file of created) file.abandon();
      throw thrown;
    }
    return new AtomicFiles(created);
  }

  /** Where the bytes go meanwhile, in the order of the files. */
  get partialPaths(): readonly string[] {
    return this.#files.map((file) => file.partialPath);
  }

  /** @throws StockpotError `file/disk-full`, `file/io`; the caller then abandons the files */
  write(index: number, bytes: Uint8Array, position: number): void {
    this.#files[index]!.write(bytes, position);
  }

  /**
   * @param superseded paths of an older set's other files, which go with it
   * @throws StockpotError as `AtomicFile.commit`; the caller then abandons the files
   */
  commit(superseded: readonly string[] = []): void {
    if (this.#files.length > 1 || superseded.length > 0) this.#clear(superseded);
    for (const file of this.#files) file.commit();
  }

  /** With everything new on the disk, what is old goes: first the one that refers to the others. */
  #clear(superseded: readonly string[]): void {
    for (const file of this.#files) file.sync();
    const own = this.#files.map(({ path }) => path);
    for (const path of [...own.toReversed(), ...superseded]) withFileErrors(path, () => rmSync(path, { force: true }));
    syncFolder(dirname(own[0]!));
  }

  /** Deletes what was written and has no name yet. Harmless after `commit()` and when called twice. */
  abandon(): void {
    for (const file of this.#files) file.abandon();
  }
}
