import { StockpotError } from '../errors.ts';
import { CheckedStorage, type StoragePlace } from './checked-storage.ts';
import { BYTES_PER_ELEMENT, type Checkpoint, type SharedStorage, type StateDictChoice } from './checkpoint.ts';
import { refuseExpansion } from './expansion.ts';
import type { CheckpointFormat } from './formats.ts';
import type { GlobalKind, PicklePolicy } from './pickle-machine.ts';
import type { PickleCall, PickleValue } from './pickle-values.ts';
import { kindOfGlobal } from './pytorch-globals.ts';
import { describeTensor, type StridedTensor } from './pytorch-tensor.ts';
import { sharedStorages } from './shared-storages.ts';
import { type SourceFile, truncated } from './source-file.ts';
import { StridedReader } from './strided-reader.ts';
import { summarize } from './summarize.ts';
import { tensorToRead } from './tensor-size.ts';

/** The largest models of today have a quarter of this. */
export const MOST_TENSORS = 1 << 18;

/** Foreign classes in a remark. */
const MOST_NAMED = 40;

/** What a file of PyTorch was found to hold, whatever its form. */
export interface PytorchContent {
  readonly format: CheckpointFormat;
  /** Calls that build tensors, by name. */
  readonly tensors: ReadonlyMap<string, PickleCall>;
  readonly stateDicts?: readonly StateDictChoice[];
  readonly stateDict?: string;
  /** @throws StockpotError when the file has no such storage */
  readonly placeOf: (storageKey: string, tensor: string) => StoragePlace;
  readonly bigEndian: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly remarks: readonly string[];
}

/** A tensor, and the place of its storage in the file. */
interface PlacedTensor extends StridedTensor {
  readonly place: StoragePlace;
}

/** Named windows on the storages of an opened file. */
export class PytorchCheckpoint implements Checkpoint {
  readonly path: string;
  readonly format: CheckpointFormat;
  readonly files: readonly string[];
  readonly tensors: ReadonlyMap<string, PlacedTensor>;
  readonly stateDicts: readonly StateDictChoice[] | undefined;
  readonly stateDict: string | undefined;
  readonly sharedStorages: readonly SharedStorage[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly remarks: readonly string[];
  readonly #file: SourceFile;
  readonly #bigEndian: boolean;
  /** The tensor read last: reading goes on where it stopped. */
  #latest: { readonly name: string; readonly reader: StridedReader } | undefined;

  /**
   * @throws StockpotError `checkpoint/malformed-tensor`, `checkpoint/unsupported-dtype`, `checkpoint/unsupported-tensor`,
   * `checkpoint/truncated`, `checkpoint/expands`, `checkpoint/too-many-tensors`
   */
  constructor(file: SourceFile, content: PytorchContent) {
    this.path = file.path;
    this.files = [file.path];
    this.#file = file;
    this.format = content.format;
    refuseMultitude(content.tensors.size, file.path);
    const tensors = [...content.tensors].map(([name, call]) => describeTensor(name, call, file.path));
    refuseExpansion(tensors, file.size, file.path);
    this.tensors = new Map(tensors.map((tensor) => [tensor.name, place(tensor, content, file.path)]));
    this.sharedStorages = sharedStorages(tensors);
    this.stateDicts = content.stateDicts;
    this.stateDict = content.stateDict;
    this.#bigEndian = content.bigEndian;
    this.metadata = content.metadata;
    this.remarks = content.remarks;
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
    const { shape, strides, storageOffset, storageStart, elementCount } = tensor;
    const storage = new CheckedStorage(this.#file, tensor.place);
    return new StridedReader({
      shape,
      strides,
      offset: storageOffset,
      elementCount,
      width: BYTES_PER_ELEMENT[tensor.dtype],
      bigEndian: this.#bigEndian,
      readStorage: (byteOffset, target) => storage.read(storageStart + byteOffset, target),
    });
  }
}

function place(tensor: StridedTensor, { placeOf }: PytorchContent, path: string): PlacedTensor {
  const storage = placeOf(tensor.storageKey, tensor.name);
  const needed = tensor.storageStart + tensor.storageBytes;
  if (storage.size < needed)
    throw truncated(path, `the storage of '${tensor.name}' has ${storage.size} of ${needed} bytes`);
  return { ...tensor, place: storage };
}

function refuseMultitude(tensors: number, path: string): void {
  if (tensors <= MOST_TENSORS) return;
  throw new StockpotError({
    code: 'checkpoint/too-many-tensors',
    what: `The file claims to hold ${tensors} tensors; at most ${MOST_TENSORS} are read`,
    where: path,
  });
}

/** The policy for a checkpoint's pickle, which notes the classes that are not read. */
export class GlobalsOfCheckpoint {
  readonly #foreign = new Set<string>();
  /** A pickle may name one class a million times. */
  readonly #kinds = new Map<string, GlobalKind>();

  policy(persistent: (id: PickleValue) => PickleValue): PicklePolicy {
    return {
      persistent,
      kindOfGlobal: (module, name) => this.#kindOf(module, name),
    };
  }

  #kindOf(module: string, name: string): GlobalKind {
    const key = `${module} ${name}`;
    const known = this.#kinds.get(key);
    if (known !== undefined) return known;
    const kind = kindOfGlobal(module, name);
    this.#kinds.set(key, kind);
    if (kind === 'foreign') this.#foreign.add(`${module}.${name}`);
    return kind;
  }

  remarks(): readonly string[] {
    if (this.#foreign.size === 0) return [];
    return [`Classes that are named, and neither imported nor called: ${summarize([...this.#foreign], MOST_NAMED)}.`];
  }
}
