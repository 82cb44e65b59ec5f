import { open } from 'node:fs/promises';
import { withFileErrors } from './file-errors.ts';

/** Bytes that may wait in memory before the disk is set to work. */
const UNSYNCED_BYTES = 64 * 1024 * 1024;

/**
 * Brings files to the disk while they are being written. The system would keep gigabytes in memory, and the sync at the end would
 * wait for all of them, with the disk idle until then. One file at a time, in a thread of Node's own; what is
 * written last is left to the sync at the end.
 */
export class EarlySync {
  readonly #paths: readonly string[];
  /** Bytes written into each file since it was last synced. */
  readonly #unsynced: number[];
  #running: Promise<void> | undefined;
  #failure: { readonly path: string; readonly thrown: unknown } | undefined;

  constructor(paths: readonly string[]) {
    this.#paths = paths;
    this.#unsynced = paths.map(() => 0);
  }

  /** To be told of what was written, by whichever thread. */
  wrote(file: number, bytes: number): void {
    this.#unsynced[file]! += bytes;
    if (this.#running === undefined && this.#unsynced[file]! >= UNSYNCED_BYTES) this.#running = this.#sync(file);
  }

  /** Waits for the sync that is under way, so that nobody uses the files any more. */
  async settle(): Promise<void> {
    await this.#running;
  }

  /** @throws StockpotError `file/disk-full`, `file/io` when a sync failed */
  check(): void {
    const failure = this.#failure;
    if (failure === undefined) return;
    withFileErrors(failure.path, () => {
      throw failure.thrown;
    });
  }

  async #sync(file: number): Promise<void> {
    const path = this.#paths[file]!;
    this.#unsynced[file] = 0;
    try {
      const handle = await open(path, 'r+');
      try {
        await handle.datasync();
      } finally {
        await handle.close();
      }
      this.#running = undefined;
    } catch (thrown) {
      // No more of them: the failure is told at the end, by `check`.
      this.#failure = { path, thrown };
    }
  }
}
