import { createHash } from 'node:crypto';
import { type HashOptions, hashFile } from '../files/hash-file.ts';
import type { Checkpoint } from './checkpoint.ts';
import { tensorToRead } from './tensor-size.ts';

const CHUNK_BYTES = 4 << 20;

/**
 * What identifies a checkpoint. One file: the SHA-256 of its bytes, as `sha256sum` prints it. Several: the SHA-256 of their
 * hashes in hex, sorted and joined by line feeds, so that neither names nor places of the shards matter.
 * @throws StockpotError as `hashFile`
 */
export async function hashCheckpoint(
  checkpoint: Pick<Checkpoint, 'files'>,
  options: HashOptions = {},
): Promise<string> {
  const hashes: string[] = [];
  for (const file of checkpoint.files) hashes.push(await hashFile(file, options));
  if (hashes.length === 1) return hashes[0]!;
  return createHash('sha256').update(hashes.sort().join('\n')).digest('hex');
}

/**
 * SHA-256 of a tensor's contiguous little-endian bytes, lower-case hex: the same in whatever format it is stored.
 * @throws StockpotError as `Checkpoint.read`
 */
export function hashTensorBytes(checkpoint: Checkpoint, name: string): string {
  return digestTensor(checkpoint, name, '');
}

/**
 * What identifies a tensor: SHA-256 of the text `<dtype> [<d0>,<d1>,…]` and a line feed, followed by its contiguous little-endian
 * bytes. Tensors that hold the same bytes under another element type or shape differ.
 * @throws StockpotError as `Checkpoint.read`
 */
export function hashTensor(checkpoint: Checkpoint, name: string): string {
  const { dtype, shape } = tensorToRead(checkpoint, name, 0, 0);
  return digestTensor(checkpoint, name, `${dtype} [${shape.join(',')}]\n`);
}

function digestTensor(checkpoint: Checkpoint, name: string, prefix: string): string {
  const { byteLength } = tensorToRead(checkpoint, name, 0, 0);
  const hash = createHash('sha256').update(prefix);
  const chunk = new Uint8Array(Math.min(CHUNK_BYTES, byteLength));
  for (let offset = 0; offset < byteLength; offset += chunk.length) {
    const part = chunk.subarray(0, Math.min(chunk.length, byteLength - offset));
    checkpoint.read(name, offset, part);
    hash.update(part);
  }
  return hash.digest('hex');
}
