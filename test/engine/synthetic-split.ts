import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareSplit } from '../../main/data/prepare.ts';
import type { Normalization, SplitRef } from '../../main/data/split.ts';

export interface RawSplit {
  /** Bytes, [labels.length, height, width], row-major. */
  readonly images: ArrayLike<number>;
  readonly labels: readonly number[];
  readonly height: number;
  readonly width: number;
  readonly classes: number;
}

/** Writes IDX files (http://yann.lecun.com/exdb/mnist) into `folder` and prepares them as a split. */
export function makeSplit(
  folder: string,
  name: string,
  raw: RawSplit,
  normalization: Normalization = { mean: [0.5], std: [0.5] },
): Promise<SplitRef> {
  const images = join(folder, `${name}-images`);
  const labels = join(folder, `${name}-labels`);
  writeFileSync(images, idx([raw.labels.length, raw.height, raw.width], raw.images));
  writeFileSync(labels, idx([raw.labels.length], raw.labels));
  return prepareSplit(
    {
      format: 'idx',
      images,
      labels,
      classes: raw.classes,
      normalization: { mean: [...normalization.mean], std: [...normalization.std] },
    },
    { cacheFolder: join(folder, 'cache') },
  );
}

function idx(extents: readonly number[], values: ArrayLike<number>): Uint8Array {
  const unsignedByte = 0x08;
  const header = new DataView(new ArrayBuffer(4 + 4 * extents.length));
  header.setUint8(2, unsignedByte);
  header.setUint8(3, extents.length);
  extents.forEach((extent, i) => {
    header.setUint32(4 + 4 * i, extent);
  });
  return Uint8Array.from([...new Uint8Array(header.buffer), ...Array.from(values)]);
}
