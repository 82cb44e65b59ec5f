import { crc32 } from 'node:zlib';
import { StockpotError } from '../errors.ts';
import { BYTES_PER_ELEMENT, type Checkpoint } from './checkpoint.ts';
import { PICKLE_RECORD, recognizeArchive } from './content.ts';
import { foreignError } from './foreign-error.ts';
import { isJsonObject } from './json-object.ts';
import { LARGEST_PICKLE, parsePickle } from './pickle.ts';
import type { PickleValue } from './pickle-values.ts';
import { kindOfGlobal } from './pytorch-globals.ts';
import { findStateDict } from './pytorch-state-dict.ts';
import { describeTensor, type StridedTensor } from './pytorch-tensor.ts';
import { METADATA_RECORD } from './pytorch-types.ts';
import { type SourceFile, truncated } from './source-file.ts';
import { StridedReader } from './strided-reader.ts';
import { tensorToRead } from './tensor-size.ts';
import { malformedArchive, readZipDirectory, type StoredRecord } from './zip-directory.ts';

const LARGEST_TEXT_RECORD = 16 << 20;

/** Views of one storage may repeat its elements: this much in all, beside a multiple of the file's own size. */
const EXPANSION_ALLOWANCE_BYTES = 1 << 30;
const LARGEST_EXPANSION = 16;

type Records = ReadonlyMap<string, StoredRecord>;

/** A tensor, and the place of its storage in the file. */
interface PlacedTensor extends StridedTensor {
  readonly storageStart: number;
}

/**
 * A file of `torch.save` (PyTorch 1.6 and later): a zip archive with a pickle that describes the tensors and one record per
 * storage (torch/serialization.py, `_save`). The pickle is read as data, never executed. The file is closed when it turns out
 * to be wrong.
 * @throws StockpotError `checkpoint/unsafe-pickle`, `checkpoint/malformed-pickle`, `checkpoint/malformed-tensor`,
 * `checkpoint/no-tensors`, `checkpoint/unsupported-dtype`, `checkpoint/expands`, and those of `readZipDirectory`
 */
export function openPytorchZip(file: SourceFile): Checkpoint {
  try {
    return new PytorchZipCheckpoint(
      file,
      readZipDirectory(file, (names) => refuseForeign(file.path, names)),
    );
  } catch (thrown) {
    file.close();
    throw thrown;
  }
}

class PytorchZipCheckpoint implements Checkpoint {
  readonly path: string;
  readonly format = 'pytorch-zip';
  readonly files: readonly string[];
  readonly tensors: ReadonlyMap<string, PlacedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly remarks: readonly string[];
  readonly #file: SourceFile;
  readonly #bigEndian: boolean;
  /** The tensor read last: reading goes on where it stopped. */
  #latest: { readonly name: string; readonly reader: StridedReader } | undefined;

  constructor(file: SourceFile, records: Records) {
    this.path = file.path;
    this.files = [file.path];
    this.#file = file;
    const { folder, record } = findPickle(records, file.path);
    const { root, foreign } = readPickle(file, record);
    const stateDict = findStateDict(root, file.path);
    const tensors = [...stateDict.tensors].map(([name, call]) => describeTensor(name, call, file.path));
    refuseExpansion(tensors, file);
    this.tensors = new Map(tensors.map((tensor) => [tensor.name, place(tensor, records, folder, file.path)]));
    this.#bigEndian = readByteOrder(file, records.get(`${folder}/byteorder`));
    this.metadata = readMetadata(file, records.get(`${folder}/${METADATA_RECORD}`));
    this.remarks = [
      ...stateDict.remarks,
      ...(foreign.length === 0 ? [] : [`Holds objects that are not read: ${foreign.join(', ')}.`]),
    ];
  }

  read(name: string, byteOffset: number, target: Uint8Array): void {
    tensorToRead(this, name, byteOffset, target.length);
    if (target.length === 0) return;
    if (this.#latest?.name !== name) this.#latest = { name, reader: this.#readerOf(this.tensors.get(name)!) };
    this.#latest.reader.read(byteOffset, target);
  }

  close(): void {
    this.#latest = undefined;
    this.#file.close();
  }

  #readerOf(tensor: PlacedTensor): StridedReader {
    const { shape, strides, storageOffset, elementCount, storageStart } = tensor;
    return new StridedReader({
      shape,
      strides,
      offset: storageOffset,
      elementCount,
      width: BYTES_PER_ELEMENT[tensor.dtype],
      bigEndian: this.#bigEndian,
      readStorage: (byteOffset, target) => this.#file.read(storageStart + byteOffset, target),
    });
  }
}

function refuseForeign(path: string, names: readonly string[]): void {
  const foreign = recognizeArchive(names);
  if (foreign !== undefined) throw foreignError(path, `This is ${foreign.description}`, foreign.remedy);
}

function findPickle(records: Records, path: string): { folder: string; record: StoredRecord } {
  for (const record of records.values()) {
    const folder = PICKLE_RECORD.exec(record.name)?.groups?.folder;
    if (folder !== undefined) return { folder, record };
  }
  throw malformedArchive(path, "it has no 'data.pkl'");
}

function readPickle(file: SourceFile, record: StoredRecord): { root: PickleValue; foreign: readonly string[] } {
  if (record.size > LARGEST_PICKLE) throw malformedArchive(file.path, `its pickle has ${record.size} bytes`);
  const foreign = new Set<string>();
  const allow = (module: string, name: string): boolean => {
    const kind = kindOfGlobal(module, name);
    if (kind === 'foreign') foreign.add(`${module}.${name}`);
    return kind !== 'refused';
  };
  const root = parsePickle(readChecked(file, record), allow, file.path);
  return { root, foreign: [...foreign] };
}

/** A record's bytes, compared with its checksum. PyTorch can be told to write none, which is zero. */
function readChecked(file: SourceFile, record: StoredRecord): Uint8Array {
  const bytes = file.bytes(record.dataOffset, record.size);
  if (record.crc !== 0 && crc32(bytes) !== record.crc) {
    throw malformedArchive(file.path, `the checksum of '${record.name}' is wrong`);
  }
  return bytes;
}

function place(tensor: StridedTensor, records: Records, folder: string, path: string): PlacedTensor {
  const name = `${folder}/data/${tensor.storageKey}`;
  const record = records.get(name);
  if (record === undefined) throw malformedArchive(path, `the storage '${name}' of '${tensor.name}' is missing`);
  if (record.size < tensor.storageBytes) {
    throw truncated(path, `the storage of '${tensor.name}' has ${record.size} of ${tensor.storageBytes} bytes`);
  }
  return { ...tensor, storageStart: record.dataOffset };
}

/** A few bytes seen through a view with stride zero, or through very many views, could otherwise fill any memory. */
function refuseExpansion(tensors: readonly StridedTensor[], file: SourceFile): void {
  const total = tensors.reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (total <= EXPANSION_ALLOWANCE_BYTES + LARGEST_EXPANSION * file.size) return;
  throw new StockpotError({
    code: 'checkpoint/expands',
    what: `The tensors would take ${total} bytes in memory, far more than the file's ${file.size}`,
    where: file.path,
    remedy: 'The file was made to exhaust memory, or it repeats views of one tensor; do not use it.',
  });
}

/** Files of PyTorch before 2.1 do not say, and come from little-endian machines. */
function readByteOrder(file: SourceFile, record: StoredRecord | undefined): boolean {
  if (record === undefined) return false;
  const text = readText(file, record);
  if (text === 'little' || text === 'big') return text === 'big';
  throw malformedArchive(file.path, 'it names an unknown byte order');
}

function readMetadata(file: SourceFile, record: StoredRecord | undefined): Readonly<Record<string, string>> {
  if (record === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(readText(file, record));
  } catch (thrown) {
    if (thrown instanceof StockpotError) throw thrown;
    throw malformedArchive(file.path, `'${METADATA_RECORD}' is not JSON`);
  }
  if (isJsonObject(value) && Object.values(value).every((text) => typeof text === 'string')) {
    return value as Readonly<Record<string, string>>;
  }
  throw malformedArchive(file.path, `'${METADATA_RECORD}' is not a dictionary of texts`);
}

function readText(file: SourceFile, record: StoredRecord): string {
  if (record.size > LARGEST_TEXT_RECORD) throw malformedArchive(file.path, `'${record.name}' is too long`);
  return Buffer.from(readChecked(file, record)).toString('utf8');
}
