import { StockpotError } from '../errors.ts';
import { BYTES_PER_ELEMENT, type Checkpoint, type TensorInfo } from './checkpoint.ts';
import { refuseExpansion } from './expansion.ts';
import type { CheckpointFormat } from './formats.ts';
import { malformedNpy, type NpyElements, readNpyHeader } from './npy-header.ts';
import { type SourceFile, truncated } from './source-file.ts';
import { StridedReader } from './strided-reader.ts';
import { summarize } from './summarize.ts';
import { tensorInfo, tensorToRead } from './tensor-size.ts';
import { type PackedRecord, readPackedZipDirectory } from './zip-directory.ts';
import { ZipRecordReader } from './zip-record.ts';

/** What NumPy calls an array that has no name. */
const UNNAMED = 'arr_0';
const ARRAY_SUFFIX = '.npy';

/** Fills `target` from `offset` on: bytes of an array's file, or of its record in an archive. */
type ReadBytes = (offset: number, target: Uint8Array) => void;

interface NumpyArray extends TensorInfo {
  readonly fortranOrder: boolean;
  readonly bigEndian: boolean;
  /** Stored as raw bytes, as NumPy does with types it does not know. */
  readonly isRaw: boolean;
  readonly dataOffset: number;
  /** Makes the way to the array's bytes, anew for each reading from the beginning. */
  readonly source: () => ReadBytes;
}

type Foreign = Extract<NpyElements, { kind: 'foreign' }>;

/**
 * A single array of `numpy.save`, as a checkpoint with one tensor. The file is closed when it turns out to be wrong.
 * @throws StockpotError `checkpoint/malformed-header`, `checkpoint/truncated`, `checkpoint/unsupported-dtype`, `checkpoint/io`
 */
export function openNumpyArray(file: SourceFile): Checkpoint {
  return closingOnError(file, () => {
    const array = describe(UNNAMED, file.size, () => (offset, target) => file.read(offset, target), file.path);
    if ('foreign' in array) throw unsupportedElements(file.path, UNNAMED, array.foreign);
    return new NumpyCheckpoint(file, 'numpy-array', [array], []);
  });
}

/**
 * An archive of `numpy.savez` or `numpy.savez_compressed`: a zip archive with one array per record. Arrays of what is no number
 * (objects, texts, dates) are left out and named. The file is closed when it turns out to be wrong.
 * @throws StockpotError as `openNumpyArray` and `readPackedZipDirectory`; `checkpoint/no-tensors`, `checkpoint/expands`
 */
export function openNumpyArchive(file: SourceFile): Checkpoint {
  return closingOnError(file, () => {
    const records = readPackedZipDirectory(file, (name) => name.endsWith(ARRAY_SUFFIX));
    const arrays: NumpyArray[] = [];
    const leftOut: string[] = [];
    for (const record of records.values()) {
      const name = record.name.slice(0, -ARRAY_SUFFIX.length);
      const array = describeRecord(file, name, record);
      if (!('foreign' in array)) arrays.push(array);
      else if (array.foreign.isNumeric) throw unsupportedElements(file.path, name, array.foreign);
      else leftOut.push(`${name} (${array.foreign.description})`);
    }
    const remark = `Left out, as they hold no numbers: ${summarize(leftOut)}.`;
    if (arrays.length === 0 && leftOut.length > 0) throw noTensors(file.path, leftOut);
    return new NumpyCheckpoint(file, 'numpy-archive', arrays, leftOut.length === 0 ? [] : [remark]);
  });
}

class NumpyCheckpoint implements Checkpoint {
  readonly path: string;
  readonly format: CheckpointFormat;
  readonly files: readonly string[];
  readonly tensors: ReadonlyMap<string, NumpyArray>;
  readonly metadata: Readonly<Record<string, string>> = {};
  readonly remarks: readonly string[];
  readonly #file: SourceFile;
  /** The tensor read last: reading goes on where it stopped. */
  #latest: { readonly name: string; readonly reader: StridedReader } | undefined;

  constructor(file: SourceFile, format: CheckpointFormat, arrays: readonly NumpyArray[], remarks: readonly string[]) {
    this.path = file.path;
    this.format = format;
    this.files = [file.path];
    this.#file = file;
    refuseExpansion(arrays, file.size, file.path);
    this.tensors = new Map(arrays.map((array) => [array.name, array]));
    const raw = arrays.filter(({ isRaw }) => isRaw).map(({ name }) => name);
    const remark = `Stored as raw data of two bytes, and read as bfloat16: ${summarize(raw)}.`;
    this.remarks = raw.length === 0 ? remarks : [...remarks, remark];
  }

  read(name: string, byteOffset: number, target: Uint8Array): void {
    tensorToRead(this, name, byteOffset, target.length);
    if (target.length === 0) return;
    if (this.#latest?.name !== name) this.#latest = { name, reader: readerOf(this.tensors.get(name)!) };
    this.#latest.reader.read(byteOffset, target);
  }

  close(): void {
    this.#latest = undefined;
    this.#file.close();
  }
}

function readerOf(array: NumpyArray): StridedReader {
  const { shape, elementCount, dtype, bigEndian, fortranOrder, dataOffset } = array;
  const read = array.source();
  // A checksum covers the header too.
  read(0, new Uint8Array(dataOffset));
  return new StridedReader({
    shape,
    strides: fortranOrder ? fortranStrides(shape) : fortranStrides(shape.toReversed()).toReversed(),
    offset: 0,
    elementCount,
    width: BYTES_PER_ELEMENT[dtype],
    bigEndian,
    readStorage: (byteOffset, target) => read(dataOffset + byteOffset, target),
  });
}

/** The first dimension is the one whose elements are neighbours. */
function fortranStrides(shape: readonly number[]): readonly number[] {
  let step = 1;
  return shape.map((size) => {
    const stride = step;
    step *= size;
    return stride;
  });
}

/** The header is read as part of the record, so that the checksum covers it. */
function describeRecord(file: SourceFile, name: string, record: PackedRecord): NumpyArray | { foreign: Foreign } {
  const source = (): ReadBytes => {
    const reader = new ZipRecordReader(file, record);
    return (offset, target) => reader.read(offset, target);
  };
  return describe(name, record.size, source, `${file.path}: ${record.name}`);
}

function describe(
  name: string,
  size: number,
  source: () => ReadBytes,
  where: string,
): NumpyArray | { readonly foreign: Foreign } {
  const read = source();
  const bytes = (offset: number, length: number): Uint8Array => {
    const target = new Uint8Array(length);
    read(offset, target);
    return target;
  };
  const { elements, shape, fortranOrder, dataOffset } = readNpyHeader(size, bytes, where);
  if (elements.kind === 'foreign') return { foreign: elements };
  const info = tensorInfo(name, elements.dtype, shape);
  if (info === undefined) throw malformedNpy(where, `its shape [${summarize(shape.map(String))}] has no size`);
  const needed = dataOffset + info.byteLength;
  if (needed > size) throw truncated(where, `${needed} bytes are needed, ${size} are there`);
  if (needed < size) throw malformedNpy(where, `${size - needed} bytes at the end belong to no element`);
  const { bigEndian, isRaw } = elements;
  return { ...info, fortranOrder, bigEndian, isRaw, dataOffset, source };
}

function closingOnError(file: SourceFile, open: () => Checkpoint): Checkpoint {
  try {
    return open();
  } catch (thrown) {
    file.close();
    throw thrown;
  }
}

function unsupportedElements(path: string, name: string, { description }: Foreign): StockpotError {
  return new StockpotError({
    code: 'checkpoint/unsupported-dtype',
    what: `The array '${name}' holds ${description}`,
    where: path,
    remedy: 'Save it as an array of floating-point numbers, integers or booleans.',
  });
}

function noTensors(path: string, leftOut: readonly string[]): StockpotError {
  return new StockpotError({
    code: 'checkpoint/no-tensors',
    what: 'None of the arrays holds numbers',
    where: path,
    details: leftOut.slice(0, 20),
    remedy: 'Save arrays of numbers; those of objects are pickled, which is never read.',
  });
}
