import { StockpotError } from '../errors.ts';
import type { StoragePlace } from './checked-storage.ts';
import type { Checkpoint, Reading } from './checkpoint.ts';
import { parsePickle } from './pickle.ts';
import { malformedPickle, PickleReader } from './pickle-reader.ts';
import { PersistentReference, PickleGlobal, PickleList, PickleTuple, type PickleValue } from './pickle-values.ts';
import { GlobalsOfCheckpoint, PytorchCheckpoint, type PytorchContent } from './pytorch-checkpoint.ts';
import { findStateDict } from './pytorch-state-dict.ts';
import { describeStorage, type Storage } from './pytorch-storage.ts';
import { type SourceFile, truncated } from './source-file.ts';

/** What the first pickle and the second hold (torch/serialization.py, `MAGIC_NUMBER`, `PROTOCOL_VERSION`). */
const MAGIC_NUMBER = 0x1950a86a20f9469cfc6cn;
const PROTOCOL_VERSION = 1001;

/** A storage begins with its number of elements. */
const COUNT_BYTES = 8;

/**
 * A file of `torch.save` from before PyTorch 1.6: five pickles (a magic number, the version, facts about the machine, the object, the
 * storages' keys), then the storages (torch/serialization.py, `_legacy_load`). The pickles are read as data, never executed. The
 * storages are little-endian whatever machine wrote them and whatever the third pickle says of it: PyTorch converts them
 * (torch/csrc/serialization.cpp, `THPStorage_writeFileRaw`). The file is closed when it turns out to be wrong.
 * @throws StockpotError `checkpoint/unsafe-pickle`, `checkpoint/malformed-pickle`, `checkpoint/malformed-tensor`,
 * `checkpoint/no-tensors`, `checkpoint/no-such-state-dict`, `checkpoint/unsupported-dtype`, `checkpoint/expands`, `checkpoint/truncated`
 */
export function openPytorchLegacy(file: SourceFile, reading: Reading = {}): Checkpoint {
  try {
    return new PytorchCheckpoint(file, contentOf(file, reading));
  } catch (thrown) {
    file.close();
    throw thrown;
  }
}

function contentOf(file: SourceFile, reading: Reading): PytorchContent {
  const head = readHead(file);
  const globals = new GlobalsOfCheckpoint();
  const described = new Map<string, Storage>();
  const object = PickleReader.inFile(file, head);
  const root = parsePickle(
    object,
    globals.policy((id) => {
      if (isModuleClass(id)) return id.items[1] as PickleGlobal;
      const storage = describeStorage(id, file.path);
      if (!described.has(storage.key)) described.set(storage.key, storage);
      return new PersistentReference(id);
    }),
  );
  const places = placeStorages(file, head + object.position, described);
  const { tensors, key, choices, remarks } = findStateDict(root, file.path, reading.stateDict);
  return {
    format: 'pytorch-legacy',
    tensors,
    stateDicts: choices,
    stateDict: key,
    placeOf: (storageKey, tensor) => {
      const place = places.get(storageKey);
      if (place === undefined) throw malformedPickle(file.path, `the storage of '${tensor}' is missing`);
      return place;
    },
    bigEndian: false,
    metadata: {},
    remarks: [...remarks, ...globals.remarks()],
  };
}

/** ('module', class, source file, source): how a pickled module names its class. The source is not looked at. */
function isModuleClass(id: PickleValue): id is PickleTuple {
  return id instanceof PickleTuple && id.items[0] === 'module' && id.items[1] instanceof PickleGlobal;
}

/** Reads a pickle of plain values. */
export function readPlain(file: SourceFile, start: number, end?: number): { value: PickleValue; end: number } {
  const reader = PickleReader.inFile(file, start, end);
  const value = parsePickle(reader, { kindOfGlobal: () => 'refused' });
  return { value, end: start + reader.position };
}

/** Where the object's pickle begins. */
function readHead(file: SourceFile): number {
  const magic = readPlain(file, 0);
  if (magic.value !== MAGIC_NUMBER) throw malformedPickle(file.path, 'it does not begin with the magic number');
  const version = readPlain(file, magic.end);
  if (version.value !== PROTOCOL_VERSION) {
    throw new StockpotError({
      code: 'checkpoint/unsupported-pickle',
      what: `The file has version ${String(version.value)} of PyTorch's old format; only ${PROTOCOL_VERSION} is known`,
      where: file.path,
    });
  }
  return readPlain(file, version.end).end;
}

/** The storages lie one after the other, in the order of their keys. */
function placeStorages(
  file: SourceFile,
  start: number,
  described: ReadonlyMap<string, Storage>,
): ReadonlyMap<string, StoragePlace> {
  const keys = readPlain(file, start);
  if (!(keys.value instanceof PickleList)) throw malformedPickle(file.path, "the storages' keys are no list");
  const places = new Map<string, StoragePlace>();
  let at = keys.end;
  for (const key of keys.value.items) {
    const storage = typeof key === 'string' ? described.get(key) : undefined;
    if (storage === undefined) throw malformedPickle(file.path, 'the file has a storage that nothing describes');
    const place = readStorage(file, at, storage.elementBytes);
    if (place.size !== storage.wholeBytes) {
      throw malformedPickle(file.path, `a storage of ${storage.wholeBytes} bytes has ${place.size} in the file`);
    }
    if (places.has(storage.key)) throw malformedPickle(file.path, 'a storage occurs twice');
    places.set(storage.key, place);
    at = place.offset + place.size;
  }
  return places;
}

/**
 * Where the elements of the storage at `at` lie: behind their number.
 * @throws StockpotError `checkpoint/truncated` when the file ends before them
 */
export function readStorage(file: SourceFile, at: number, elementBytes: number, end: number = file.size): StoragePlace {
  if (at + COUNT_BYTES > end) throw truncated(file.path, 'a storage is missing');
  const count = new DataView(file.bytes(at, COUNT_BYTES).buffer).getBigUint64(0, true);
  const size = Number(count) * elementBytes;
  const offset = at + COUNT_BYTES;
  if (size > end - offset) throw truncated(file.path, `a storage of ${count} elements goes on beyond the end`);
  return { offset, size };
}
