import type { StoragePlace } from './checked-storage.ts';
import type { Checkpoint, Reading } from './checkpoint.ts';
import { foreignError } from './foreign-error.ts';
import { parsePickle } from './pickle.ts';
import { malformedPickle, PickleReader } from './pickle-reader.ts';
import {
  PersistentReference,
  PickleCall,
  PickleGlobal,
  PickleList,
  PickleTuple,
  type PickleValue,
} from './pickle-values.ts';
import { GlobalsOfCheckpoint, MOST_TENSORS, PytorchCheckpoint, type PytorchContent } from './pytorch-checkpoint.ts';
import { readPlain, readStorage } from './pytorch-legacy.ts';
import { findStateDict } from './pytorch-state-dict.ts';
import { describeStorage } from './pytorch-storage.ts';
import { type SourceFile, truncated } from './source-file.ts';
import { readTarMembers, type TarMember } from './tar-members.ts';
import { isCount } from './tensor-size.ts';

const MOST_DIMENSIONS = 64;
/** 'storage', class, key, location, number of elements */
const WHOLE_STORAGE_PARTS = 5;
const BUILDER = new PickleGlobal('torch._utils', '_rebuild_tensor');

/** Objects that the pickle refers to by their keys. */
type Objects = Map<string, PickleValue>;

/**
 * A file of `torch.save` from PyTorch 0.1: a tar archive of `storages` (each with its key, class and elements, then the views of
 * other storages), `tensors` (each with its key, its storage's key, sizes and strides) and `pickle`, which refers to both by their keys
 * (torch/serialization.py, `legacy_load`). The pickles are read as data, never executed. The file is closed when it turns out to
 * be wrong.
 * @throws StockpotError `checkpoint/unsafe-pickle`, `checkpoint/malformed-pickle`, `checkpoint/malformed-tensor`,
 * `checkpoint/malformed-archive`, `checkpoint/no-tensors`, `checkpoint/no-such-state-dict`, `checkpoint/unsupported-dtype`,
 * `checkpoint/expands`, `checkpoint/truncated`
 */
export function openPytorchTar(file: SourceFile, reading: Reading = {}): Checkpoint {
  try {
    return new PytorchCheckpoint(file, contentOf(file, reading));
  } catch (thrown) {
    file.close();
    throw thrown;
  }
}

function contentOf(file: SourceFile, reading: Reading): PytorchContent {
  const members = readTarMembers(file);
  const [storages, tensors, pickle] = ['storages', 'tensors', 'pickle'].map((name) => members.get(name));
  if (storages === undefined || tensors === undefined || pickle === undefined) {
    throw foreignError(file.path, 'This is a tar archive, and none of PyTorch', 'Unpack it first.');
  }
  const globals = new GlobalsOfCheckpoint();
  const objects: Objects = new Map();
  const places = new TarStorages(file, storages, globals).read(objects);
  readTensors(file, tensors, globals, objects);
  const root = readObject(file, pickle, globals, objects);
  const { tensors: found, key, choices, remarks } = findStateDict(root, file.path, reading.stateDict);
  return {
    format: 'pytorch-tar',
    tensors: found,
    stateDicts: choices,
    stateDict: key,
    placeOf: (storageKey) => places.get(storageKey)!,
    bigEndian: false,
    metadata: {},
    remarks: [...remarks, ...globals.remarks()],
  };
}

/** The member `storages`. Each storage becomes a reference like those of the later formats. */
class TarStorages {
  readonly #file: SourceFile;
  readonly #end: number;
  readonly #globals: GlobalsOfCheckpoint;
  readonly #places = new Map<string, StoragePlace>();
  #at: number;

  constructor(file: SourceFile, member: TarMember, globals: GlobalsOfCheckpoint) {
    this.#file = file;
    this.#at = member.offset;
    this.#end = member.end;
    this.#globals = globals;
  }

  read(objects: Objects): ReadonlyMap<string, StoragePlace> {
    const count = this.#pickle();
    if (!isCount(count) || count > MOST_TENSORS) throw malformedPickle(this.#file.path, 'its storages are not counted');
    for (let index = 0; index < count; index += 1) this.#readOne(objects);
    this.#readViews(objects);
    return this.#places;
  }

  #readOne(objects: Objects): void {
    const [key, location, storageClass] = partsOf(this.#pickle());
    if (!(storageClass instanceof PickleGlobal)) throw malformedPickle(this.#file.path, 'a storage has no class');
    const name = keyOf(key, this.#file.path);
    const describe = (size: number): PickleTuple =>
      new PickleTuple(['storage', storageClass, name, location ?? null, size]);
    const { elementBytes } = describeStorage(describe(0), this.#file.path);
    const place = readStorage(this.#file, this.#at, elementBytes, this.#end);
    if (this.#places.has(name)) throw malformedPickle(this.#file.path, 'a storage occurs twice');
    this.#places.set(name, place);
    this.#at = place.offset + place.size;
    objects.set(name, new PersistentReference(describe(place.size / elementBytes)));
  }

  /** (key of the view, key of the storage, offset, number of elements) */
  #readViews(objects: Objects): void {
    const views = this.#pickle();
    if (!(views instanceof PickleList)) throw malformedPickle(this.#file.path, 'its views of storages are no list');
    for (const view of views.items) {
      const [target, root, offset, length] = partsOf(view);
      const storage = objects.get(keyOf(root, this.#file.path));
      if (!(storage instanceof PersistentReference)) throw malformedPickle(this.#file.path, 'a view has no storage');
      const name = keyOf(target, this.#file.path);
      const whole = partsOf(storage.id);
      if (whole.length !== WHOLE_STORAGE_PARTS) throw malformedPickle(this.#file.path, 'it has a view of a view');
      const parts = [...whole, new PickleTuple([name, offset ?? null, length ?? null])];
      objects.set(name, new PersistentReference(new PickleTuple(parts)));
    }
  }

  #pickle(): PickleValue {
    const { value, end } = readForeign(this.#file, this.#at, this.#end, this.#globals);
    this.#at = end;
    return value;
  }
}

/** The member `tensors`: a pickle for each, then its arrangement in binary. */
function readTensors(file: SourceFile, member: TarMember, globals: GlobalsOfCheckpoint, objects: Objects): void {
  const count = readPlain(file, member.offset, member.end);
  if (!isCount(count.value) || count.value > MOST_TENSORS)
    throw malformedPickle(file.path, 'its tensors are not counted');
  let at = count.end;
  for (let index = 0; index < count.value; index += 1) {
    const { value, end } = readForeign(file, at, member.end, globals);
    const [key, storageKey] = partsOf(value);
    const storage = objects.get(keyOf(storageKey, file.path));
    if (!(storage instanceof PersistentReference)) throw malformedPickle(file.path, 'a tensor has no storage');
    const arrangement = readArrangement(file, end, member.end);
    objects.set(keyOf(key, file.path), new PickleCall(BUILDER, [storage, ...arrangement.args]));
    at = arrangement.end;
  }
}

/** Dimensions (four bytes and four unused), then sizes, strides and the offset, of eight bytes each. */
function readArrangement(file: SourceFile, at: number, end: number): { args: readonly PickleValue[]; end: number } {
  const numbersAt = at + 8;
  if (numbersAt > end) throw truncated(file.path, 'a tensor has no sizes');
  const dimensions = new DataView(file.bytes(at, 8).buffer).getInt32(0, true);
  if (dimensions < 0 || dimensions > MOST_DIMENSIONS) throw malformedPickle(file.path, 'a tensor has no sizes');
  const length = 8 * (2 * dimensions + 1);
  if (numbersAt + length > end) throw truncated(file.path, 'a tensor has no sizes');
  const view = new DataView(file.bytes(numbersAt, length).buffer);
  const numbers = Array.from({ length: 2 * dimensions + 1 }, (_, index) => Number(view.getBigInt64(8 * index, true)));
  const sizes = new PickleTuple(numbers.slice(0, dimensions));
  const strides = new PickleTuple(numbers.slice(dimensions, 2 * dimensions));
  return { args: [numbers.at(-1)!, sizes, strides], end: numbersAt + length };
}

function readObject(file: SourceFile, member: TarMember, globals: GlobalsOfCheckpoint, objects: Objects): PickleValue {
  const policy = globals.policy((id) => {
    // (class, source file, source): how a pickled module names its class.
    if (id instanceof PickleTuple && id.items[0] instanceof PickleGlobal) return id.items[0];
    const object = objects.get(keyOf(id, file.path));
    if (object === undefined) throw malformedPickle(file.path, 'it refers to a tensor that is not there');
    return object;
  });
  return parsePickle(PickleReader.inFile(file, member.offset, member.end), policy);
}

/** A pickle that names the classes of storages or tensors. */
function readForeign(
  file: SourceFile,
  start: number,
  limit: number,
  globals: GlobalsOfCheckpoint,
): { value: PickleValue; end: number } {
  const reader = PickleReader.inFile(file, start, limit);
  const { kindOfGlobal } = globals.policy((id) => id);
  const value = parsePickle(reader, { kindOfGlobal });
  return { value, end: start + reader.position };
}

function partsOf(value: PickleValue): readonly PickleValue[] {
  return value instanceof PickleTuple ? value.items : [];
}

/** Keys are numbers, which the pickle may write as text. */
function keyOf(value: PickleValue | undefined, path: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw malformedPickle(path, 'a key is no number');
}
