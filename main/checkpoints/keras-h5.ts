import type { Checkpoint, TensorInfo } from './checkpoint.ts';
import { refuseExpansion } from './expansion.ts';
import { DatasetReader } from './hdf5/dataset-reader.ts';
import type { NumericDataset } from './hdf5/datasets.ts';
import { findDatasets } from './hdf5/datasets.ts';
import { Hdf5File } from './hdf5/file.ts';
import { type Hdf5Source, windowOf } from './hdf5/source.ts';
import { findKerasModel } from './keras-layout.ts';
import type { SourceFile } from './source-file.ts';
import { tensorToRead } from './tensor-size.ts';

/**
 * An HDF5 file: the weights of Keras 2 and Keras 3, with or without the model around them, or any other file of plain datasets, whose
 * names are their paths. The file is closed when it turns out to be wrong.
 * @throws StockpotError as `Hdf5File`, `findDatasets`, `findKerasModel` and `refuseExpansion`
 */
export function openKerasH5(file: SourceFile): Promise<Checkpoint> {
  return openHdf5Weights(file, windowOf(file), 'keras-h5');
}

/**
 * The same for HDF5 within another file.
 * @param verify compares the source with a checksum; called before the first element is read, and when there is none
 */
export async function openHdf5Weights(
  file: SourceFile,
  source: Hdf5Source,
  format: 'keras-h5' | 'keras-v3',
  verify?: () => void,
): Promise<Checkpoint> {
  try {
    return new Hdf5Checkpoint(file, await Hdf5File.open(source), format, verify);
  } catch (thrown) {
    file.close();
    throw thrown;
  }
}

class Hdf5Checkpoint implements Checkpoint {
  readonly path: string;
  readonly format: 'keras-h5' | 'keras-v3';
  readonly files: readonly string[];
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly metadata: Readonly<Record<string, string>> = {};
  readonly remarks: readonly string[];
  readonly #file: SourceFile;
  readonly #hdf5: Hdf5File;
  readonly #reader: DatasetReader;
  #verify: (() => void) | undefined;

  constructor(file: SourceFile, hdf5: Hdf5File, format: 'keras-h5' | 'keras-v3', verify: (() => void) | undefined) {
    this.#verify = verify;
    this.path = file.path;
    this.format = format;
    this.files = [file.path];
    this.#file = file;
    this.#hdf5 = hdf5;
    this.#reader = new DatasetReader(hdf5);
    const { tensors, remarks } = findKerasModel(hdf5, findDatasets(hdf5));
    refuseExpansion([...tensors.values()], file.size, file.path);
    this.tensors = tensors;
    this.remarks = remarks;
    // Nothing is read of a file without tensors, which damage may have made of it.
    if (tensors.size === 0) this.#verifyOnce();
  }

  read(name: string, byteOffset: number, target: Uint8Array): void {
    const dataset = tensorToRead(this, name, byteOffset, target.length) as NumericDataset;
    this.#verifyOnce();
    this.#reader.read(dataset, byteOffset, target);
  }

  #verifyOnce(): void {
    this.#verify?.();
    this.#verify = undefined;
  }

  close(): void {
    this.#hdf5.close();
    this.#file.close();
  }
}
