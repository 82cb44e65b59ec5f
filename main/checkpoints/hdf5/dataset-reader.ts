import type { NumericDataset } from './datasets.ts';
import type { Hdf5File } from './file.ts';

/** Rows of chunks that are kept after unpacking. A row that is longer is unpacked again whenever a part of it is asked for. */
const LARGEST_BAND = 64 << 20;

/** Reads datasets' bytes from any offset on. What has to be unpacked is unpacked in whole rows of chunks, of which the last is kept. */
export class DatasetReader {
  readonly #file: Hdf5File;
  #band: { readonly dataset: string; readonly offset: number; readonly bytes: Uint8Array } | undefined;

  constructor(file: Hdf5File) {
    this.#file = file;
  }

  /** The caller keeps within the dataset. */
  read(dataset: NumericDataset, byteOffset: number, target: Uint8Array): void {
    const band = bandBytes(dataset);
    if (band === undefined || band > LARGEST_BAND) this.#readElements(dataset, byteOffset, target);
    else this.#readBands(dataset, band, byteOffset, target);
  }

  #readBands(dataset: NumericDataset, band: number, byteOffset: number, target: Uint8Array): void {
    for (let done = 0; done < target.length; ) {
      const at = byteOffset + done;
      const { offset, bytes } = this.#bandAt(dataset, Math.floor(at / band) * band, band);
      const part = bytes.subarray(at - offset, at - offset + target.length - done);
      target.set(part, done);
      done += part.length;
    }
  }

  #bandAt(dataset: NumericDataset, offset: number, length: number): { offset: number; bytes: Uint8Array } {
    if (this.#band?.dataset === dataset.path && this.#band.offset === offset) return this.#band;
    const bytes = new Uint8Array(Math.min(length, dataset.byteLength - offset));
    this.#readElements(dataset, offset, bytes);
    this.#band = { dataset: dataset.path, offset, bytes };
    return this.#band;
  }

  /** The library knows elements only; what begins or ends inside one is cut out of whole ones. */
  #readElements({ path, metadata, chunkBytes }: NumericDataset, byteOffset: number, target: Uint8Array): void {
    const first = Math.floor(byteOffset / metadata.size);
    const end = Math.ceil((byteOffset + target.length) / metadata.size);
    const skipped = byteOffset - first * metadata.size;
    const length = (end - first) * metadata.size;
    const whole = length === target.length ? target : new Uint8Array(length);
    this.#file.read(path, metadata, first, whole, chunkBytes);
    if (whole !== target) target.set(whole.subarray(skipped, skipped + target.length));
  }
}

/** Bytes of a row of chunks; undefined where nothing is unpacked. */
function bandBytes({ metadata, byteLength, chunkBytes }: NumericDataset): number | undefined {
  const [rows] = metadata.shape ?? [];
  const [chunkRows] = metadata.chunks ?? [];
  if (chunkBytes === undefined || rows === undefined || chunkRows === undefined) return undefined;
  return Math.min(byteLength, (byteLength / rows) * chunkRows);
}
