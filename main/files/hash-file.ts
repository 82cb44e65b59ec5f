import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { throwIfCancelled } from '../errors.ts';
import type { OnProgress } from '../progress.ts';
import { fileError } from './file-errors.ts';

const CHUNK_BYTES = 4 << 20;

export interface HashOptions {
  readonly signal?: AbortSignal;
  /** In bytes. */
  readonly onProgress?: OnProgress;
}

/**
 * SHA-256 of a file's bytes, lower-case hex. Reads in chunks and lets other work happen in between.
 * @throws StockpotError `file/not-found`, `file/permission`, `file/not-a-file`, `file/io`, `job/cancelled`
 */
export async function hashFile(path: string, options: HashOptions = {}): Promise<string> {
  const hash = createHash('sha256');
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const chunk = new Uint8Array(Math.max(1, Math.min(CHUNK_BYTES, size)));
      for (let position = 0; ; ) {
        throwIfCancelled(options.signal);
        const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
        if (bytesRead === 0) break;
        hash.update(chunk.subarray(0, bytesRead));
        position += bytesRead;
        options.onProgress?.({ stage: `Hashing ${basename(path)}`, done: position, total: size, unit: 'bytes' });
      }
    } finally {
      await file.close();
    }
  } catch (thrown) {
    throw fileError(thrown, path);
  }
  return hash.digest('hex');
}
