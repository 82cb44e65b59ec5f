import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AtomicFile } from './atomic-file.ts';
import { withFileErrors } from './file-errors.ts';

export interface FileToWrite {
  /** Within the folder. */
  readonly name: string;
  /** Length of the finished file in bytes. */
  readonly size: number;
}

/**
 * Several files that belong together, the last of which refers to the others. Each appears under its name only when all are
 * complete, the last one at the end: whoever finds it finds everything. What was there before stays until then; where the
 * last one replaces an older one, that is taken away first, so that old references never meet new parts.
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

  /** @throws StockpotError as `AtomicFile.commit`; the caller then abandons the files */
  commit(): void {
    const last = this.#files.at(-1)!;
    if (this.#files.length > 1) withFileErrors(last.path, () => rmSync(last.path, { force: true }));
    for (const file of this.#files) file.commit();
  }

  /** Deletes what was written and has no name yet. Harmless after `commit()` and when called twice. */
  abandon(): void {
    for (const file of this.#files) file.abandon();
  }
}
