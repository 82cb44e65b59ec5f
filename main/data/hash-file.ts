import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { throwIfCancelled } from '../errors.ts';
import { fileError } from '../files/file-errors.ts';

/**
 * SHA-256 of a file's bytes, lower-case hex.
 * @throws StockpotError `file/not-found`, `file/permission`, `file/io`
 */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      throwIfCancelled(signal);
      hash.update(chunk as Uint8Array);
    }
  } catch (thrown) {
    throw fileError(thrown, path);
  }
  return hash.digest('hex');
}
