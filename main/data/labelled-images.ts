import { StockpotError } from '../errors.ts';
import type { ImageShape } from './corruptions/corruption.ts';
import { type IdxFile, openIdx } from './idx.ts';

/** Two IDX files that belong together, opened and checked against each other. */
export interface LabelledImages {
  readonly images: IdxFile;
  readonly shape: ImageShape;
  /** One per image, from 0 on. */
  readonly labels: Int32Array;
  readonly classCount: number;
  close(): void;
}

/**
 * @param classes number of classes, if known; otherwise one more than the largest label
 * @throws StockpotError `data/not-images`, `data/not-labels`, `data/count-mismatch`, `data/bad-label`, and those of `openIdx`
 */
export async function openLabelledImages(
  paths: { readonly images: string; readonly labels: string },
  classes: number | undefined,
  signal?: AbortSignal,
): Promise<LabelledImages> {
  const labels = await readLabels(paths.labels, signal);
  const images = await openIdx(paths.images, signal);
  try {
    const shape = imageShape(images);
    if (images.rowCount !== labels.length) throw countMismatch(images, paths.labels, labels.length);
    return { images, shape, labels, classCount: countClasses(labels, classes, paths.labels), close: images.close };
  } catch (thrown) {
    images.close();
    throw thrown;
  }
}

function imageShape(images: IdxFile): ImageShape {
  const { element, shape } = images.header;
  const [channels, height, width] = shape.length === 3 ? [1, shape[1], shape[2]] : shape.slice(1);
  if (element === 'U8' && (shape.length === 3 || shape.length === 4) && channels && height && width) {
    return { channels, height, width };
  }
  throw new StockpotError({
    code: 'data/not-images',
    what: `The file holds [${shape.join(', ')}] ${element}, not images of bytes`,
    where: images.path,
    remedy: 'Images are U8 [n, height, width] or [n, channels, height, width]; were images and labels swapped?',
  });
}

async function readLabels(path: string, signal: AbortSignal | undefined): Promise<Int32Array> {
  const file = await openIdx(path, signal);
  try {
    const { element, shape, dataLength, bytesPerElement } = file.header;
    if (shape.length !== 1 || element === 'F32' || element === 'F64') {
      throw new StockpotError({
        code: 'data/not-labels',
        what: `The file holds [${shape.join(', ')}] ${element}, not one integer per image`,
        where: path,
        remedy: 'Were images and labels swapped?',
      });
    }
    const bytes = new Uint8Array(dataLength);
    file.readRows(0, bytes);
    const view = new DataView(bytes.buffer);
    return Int32Array.from({ length: shape[0]! }, (_, row) => integerAt(view, element, row * bytesPerElement));
  } finally {
    file.close();
  }
}

function integerAt(view: DataView, element: 'U8' | 'I8' | 'I16' | 'I32', offset: number): number {
  switch (element) {
    case 'U8':
      return view.getUint8(offset);
    case 'I8':
      return view.getInt8(offset);
    case 'I16':
      return view.getInt16(offset);
    case 'I32':
      return view.getInt32(offset);
  }
}

function countMismatch(images: IdxFile, labelsPath: string, labelCount: number): StockpotError {
  return new StockpotError({
    code: 'data/count-mismatch',
    what: `There are ${images.rowCount} images but ${labelCount} labels`,
    where: `${images.path}, ${labelsPath}`,
    remedy: 'Name the images and labels of the same set.',
  });
}

function countClasses(labels: Int32Array, classes: number | undefined, path: string): number {
  let largest = 1;
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    if (label < 0 || (classes !== undefined && label >= classes)) {
      throw new StockpotError({
        code: 'data/bad-label',
        what: `Label ${label} of row ${row} is not in 0 … ${classes === undefined ? '' : classes - 1}`.trimEnd(),
        where: path,
        remedy: 'Labels count from 0; correct the file or the number of classes.',
      });
    }
    largest = Math.max(largest, label);
  }
  return classes ?? largest + 1;
}
