import { crc32 } from 'node:zlib';
import { StockpotError } from '../errors.ts';
import type { StoragePlace } from './checked-storage.ts';
import type { Checkpoint, Reading } from './checkpoint.ts';
import { PICKLE_RECORD, recognizeArchive } from './content.ts';
import { foreignError } from './foreign-error.ts';
import { FORMAT_FACTS } from './formats.ts';
import { isJsonObject } from './json-object.ts';
import { parsePickle } from './pickle.ts';
import { PickleMappings } from './pickle-mapping.ts';
import { LARGEST_PICKLE, PickleReader } from './pickle-reader.ts';
import { PersistentReference, type PickleValue } from './pickle-values.ts';
import { GlobalsOfCheckpoint, PytorchCheckpoint, type PytorchContent } from './pytorch-checkpoint.ts';
import { scriptTensors } from './pytorch-modules.ts';
import { findStateDict } from './pytorch-state-dict.ts';
import { refuseOtherThanStorage } from './pytorch-storage.ts';
import { METADATA_RECORD } from './pytorch-types.ts';
import type { SourceFile } from './source-file.ts';
import { summarize } from './summarize.ts';
import { malformedArchive, readZipDirectory, type StoredRecord } from './zip-directory.ts';

const LARGEST_TEXT_RECORD = 16 << 20;

type Records = ReadonlyMap<string, StoredRecord>;

/** Beside the pickle in archives of TorchScript, and nowhere else. */
const SCRIPT_RECORD = 'constants.pkl';

/** The code of a TorchScript archive, which is compressed and never looked at. */
const CODE_RECORD = /^[^/]+\/code\//;

/**
 * A file of `torch.save` (PyTorch 1.6 and later) or `torch.jit.save`: a zip archive with a pickle that describes the tensors and one
 * record per storage (torch/serialization.py, `_save`; torch/csrc/jit/docs/serialization.md). The pickle is read as data, never
 * executed, and code is not read at all. The file is closed when it turns out to be wrong.
 * @throws StockpotError `checkpoint/unsafe-pickle`, `checkpoint/malformed-pickle`, `checkpoint/malformed-tensor`,
 * `checkpoint/no-tensors`, `checkpoint/no-such-state-dict`, `checkpoint/unsupported-dtype`, `checkpoint/expands`, and those of
 * `readZipDirectory`
 */
export function openPytorchZip(file: SourceFile, reading: Reading = {}): Checkpoint {
  try {
    const records = readZipDirectory(
      file,
      (names) => refuseForeign(file.path, names),
      (name) => !CODE_RECORD.test(name),
    );
    return new PytorchCheckpoint(file, contentOf(file, records, reading));
  } catch (thrown) {
    file.close();
    throw thrown;
  }
}

function refuseForeign(path: string, names: readonly string[]): void {
  const content = recognizeArchive(names);
  if (content.kind === 'foreign') throw foreignError(path, `This is ${content.description}`, content.remedy);
  if (content.kind !== 'pytorch-zip') throw foreignError(path, `This is ${FORMAT_FACTS[content.kind].description}`);
}

function contentOf(file: SourceFile, records: Records, reading: Reading): PytorchContent {
  const { folder, record } = findPickle(records, file.path);
  const globals = new GlobalsOfCheckpoint();
  const root = readPickle(file, record, globals);
  const archive = {
    placeOf: (key: string, tensor: string) => placeOf(records, `${folder}/data/${key}`, tensor, file.path),
    bigEndian: readByteOrder(file, records.get(`${folder}/byteorder`)),
    metadata: readMetadata(file, records.get(`${folder}/${METADATA_RECORD}`)),
  };
  if (records.has(`${folder}/${SCRIPT_RECORD}`)) {
    return { format: 'torchscript', ...archive, ...scriptContent(root, file.path) };
  }
  const { tensors, key, choices, remarks } = findStateDict(root, file.path, reading.stateDict);
  return {
    format: 'pytorch-zip',
    ...archive,
    tensors,
    stateDicts: choices,
    stateDict: key,
    remarks: [...remarks, ...globals.remarks()],
  };
}

function scriptContent(root: PickleValue, path: string): Pick<PytorchContent, 'tensors' | 'remarks'> {
  const { tensors, leftOut } = scriptTensors(root, new PickleMappings(path), path);
  if (tensors.size === 0) {
    throw new StockpotError({
      code: 'checkpoint/no-tensors',
      what: 'This TorchScript archive has no parameters and no buffers; those of a frozen model are part of its code',
      where: path,
      remedy: 'Save the model without torch.jit.freeze, or save the state dict: torch.save(model.state_dict(), …).',
    });
  }
  const remark = `Left out, as they are no parameters and no buffers: ${summarize(leftOut)}.`;
  return { tensors, remarks: leftOut.length === 0 ? [] : [remark] };
}

/** PyTorch takes the folder of the first record; an archive with two would be read otherwise by others than here. */
function findPickle(records: Records, path: string): { folder: string; record: StoredRecord } {
  const found = [...records.values()].flatMap((record) => {
    const folder = PICKLE_RECORD.exec(record.name)?.groups?.folder;
    return folder === undefined ? [] : [{ folder, record }];
  });
  if (found.length === 1) return found[0]!;
  throw malformedArchive(path, found.length === 0 ? "it has no 'data.pkl'" : "it has more than one 'data.pkl'");
}

function readPickle(file: SourceFile, record: StoredRecord, globals: GlobalsOfCheckpoint): PickleValue {
  if (record.size > LARGEST_PICKLE) throw malformedArchive(file.path, `its pickle has ${record.size} bytes`);
  const policy = globals.policy((id) => {
    refuseOtherThanStorage(id, file.path);
    return new PersistentReference(id);
  });
  return parsePickle(PickleReader.of(readChecked(file, record), file.path), policy);
}

/** A record's bytes, compared with its checksum. PyTorch can be told to write none, which is zero. */
function readChecked(file: SourceFile, record: StoredRecord): Uint8Array {
  const bytes = file.bytes(record.dataOffset, record.size);
  if (record.crc !== 0 && crc32(bytes) !== record.crc) {
    throw malformedArchive(file.path, `the checksum of '${record.name}' is wrong`);
  }
  return bytes;
}

function placeOf(records: Records, name: string, tensor: string, path: string): StoragePlace {
  const record = records.get(name);
  if (record === undefined) throw malformedArchive(path, `the storage '${name}' of '${tensor}' is missing`);
  const place = { offset: record.dataOffset, size: record.size };
  return record.crc === 0 ? place : { ...place, checksum: record.crc };
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
