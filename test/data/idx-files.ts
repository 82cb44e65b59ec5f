import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Random } from '../../main/random.ts';

const CODES = { U8: 8, I8: 9, I16: 11, I32: 12, F32: 13, F64: 14 } as const;

/** An IDX file's bytes. */
export function idxBytes(element: keyof typeof CODES, shape: readonly number[], data: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint8(2, CODES[element]);
  header.setUint8(3, shape.length);
  shape.forEach((extent, axis) => {
    header.setUint32(4 + 4 * axis, extent);
  });
  return Buffer.concat([new Uint8Array(header.buffer), data]);
}

/** Random images [count, 1, side, side] of `classes` classes, in a folder, as two IDX files. */
export function writeImages(
  folder: string,
  count: number,
  side: number,
  classes: number,
  options: { readonly gzip?: boolean } = {},
): { readonly images: string; readonly labels: string; readonly pixels: Uint8Array; readonly classOf: Uint8Array } {
  const random = new Random(1, 'test images', count, side);
  const words = Uint32Array.from({ length: Math.ceil((count * side * side) / 4) }, () => random.uint32());
  const pixels = new Uint8Array(words.buffer, 0, count * side * side);
  const classOf = Uint8Array.from({ length: count }, (_, i) => (i < classes ? i : random.integer(classes)));
  const suffix = options.gzip === true ? '.gz' : '';
  const pack = (bytes: Uint8Array): Uint8Array => (options.gzip === true ? gzipSync(bytes) : bytes);
  const images = `${folder}/images-idx3-ubyte${suffix}`;
  const labels = `${folder}/labels-idx1-ubyte${suffix}`;
  writeFileSync(images, pack(idxBytes('U8', [count, side, side], pixels)));
  writeFileSync(labels, pack(idxBytes('U8', [count], classOf)));
  return { images, labels, pixels, classOf };
}
