import { crc32 } from 'node:zlib';
import { StockpotError } from '../errors.ts';
import type { Checkpoint } from './checkpoint.ts';
import { sourceOf, windowOf } from './hdf5/source.ts';
import { openHdf5Weights } from './keras-h5.ts';
import type { SourceFile } from './source-file.ts';
import { malformedArchive, type PackedRecord, readPackedZipDirectory } from './zip-directory.ts';
import { ZipRecordReader } from './zip-record.ts';

const WEIGHTS = 'model.weights.h5';

/** HDF5 is read here and there, so that deflated weights have to be in memory. Keras itself stores them as they are. */
const LARGEST_INFLATED = 1 << 30;

const CHECKED_BYTES = 4 << 20;

/**
 * An archive of Keras 3: HDF5 weights beside the model's description. Stored weights are read where they lie. The file is closed when it
 * turns out to be wrong.
 * @throws StockpotError as `readPackedZipDirectory` and `openKerasH5`; `checkpoint/expands`
 */
export async function openKerasV3(file: SourceFile): Promise<Checkpoint> {
  const record = closingOnError(file, () => weightsRecord(file));
  if (!record.deflated) {
    const source = windowOf(file, record.dataOffset, record.size);
    return openHdf5Weights(file, source, 'keras-v3', () => checkStored(file, record));
  }
  const bytes = closingOnError(file, () => inflated(file, record));
  return openHdf5Weights(file, sourceOf(file.path, bytes), 'keras-v3');
}

function weightsRecord(file: SourceFile): PackedRecord {
  const record = readPackedZipDirectory(file, (name) => name === WEIGHTS).get(WEIGHTS);
  if (record === undefined) throw malformedArchive(file.path, `'${WEIGHTS}' is missing`);
  return record;
}

function inflated(file: SourceFile, record: PackedRecord): Uint8Array {
  if (record.size > LARGEST_INFLATED) {
    throw new StockpotError({
      code: 'checkpoint/expands',
      what: `The archive's weights are compressed and take ${record.size} bytes in memory, ${LARGEST_INFLATED} are allowed`,
      where: file.path,
      remedy: `Unpack '${WEIGHTS}' and give that file.`,
    });
  }
  const bytes = new Uint8Array(record.size);
  new ZipRecordReader(file, record).read(0, bytes);
  return bytes;
}

function checkStored(file: SourceFile, record: PackedRecord): void {
  let crc = 0;
  for (let at = 0; at < record.size; at += CHECKED_BYTES) {
    crc = crc32(file.bytes(record.dataOffset + at, Math.min(CHECKED_BYTES, record.size - at)), crc);
  }
  if (crc !== record.crc) throw malformedArchive(file.path, `the checksum of '${WEIGHTS}' is wrong`);
}

function closingOnError<T>(file: SourceFile, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    file.close();
    throw thrown;
  }
}
