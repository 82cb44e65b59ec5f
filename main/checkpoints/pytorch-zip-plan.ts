import { crc32 } from 'node:zlib';
import { StockpotError } from '../errors.ts';
import type { TensorInfo } from './checkpoint.ts';
import { type OutputOptions, type OutputPlan, singleFile, type TensorChecksums } from './output-plan.ts';
import { PickleWriter } from './pickle-writer.ts';
import { contiguousStrides, METADATA_RECORD, STORAGE_OF_DTYPE, TORCH_NAME_OF_DTYPE } from './pytorch-types.ts';
import { centralDirectory, centralDirectoryBytes, localHeader, type PlacedRecord, placeRecords } from './zip-layout.ts';

/** PyTorch aligns storages so, and can then map them. */
const STORAGE_ALIGNMENT = 64;

/** Every record lies in one folder; PyTorch takes its name from the first. */
const FOLDER = 'archive';

/**
 * The layout of a file that `torch.load(weights_only=True)` opens as an `OrderedDict` of contiguous tensors: the records that
 * `torch.save` of PyTorch 2 writes (torch/serialization.py, `_save`), one storage for every tensor or group of tied ones.
 * @throws StockpotError `checkpoint/unwritable-name`
 */
export function planPytorchZip(tensors: readonly TensorInfo[], options: OutputOptions): OutputPlan {
  refuseNames(tensors, options);
  const storages = storagesFor(tensors, options.tied ?? []);
  const texts = textRecords(tensors, storages, options);
  const placed = placeRecords(
    [
      ...[...texts].map(([name, bytes]) => ({ name, size: bytes.length })),
      ...storages.owners.map(({ byteLength }, index) => ({ name: `${FOLDER}/data/${index}`, size: byteLength })),
    ],
    STORAGE_ALIGNMENT,
  );
  const data = placed.slice(texts.size);
  const last = placed.at(-1)!;
  const directoryOffset = last.dataOffset + last.size;
  return {
    format: 'pytorch-zip',
    ...singleFile(
      options.name,
      directoryOffset + centralDirectoryBytes(placed),
      new Map(tensors.map(({ name }) => [name, data[storages.indexOf.get(name)!]!.dataOffset])),
    ),
    needsChecksums: true,
    surroundings: (checksums) => {
      const crcs = recordChecksums(texts, storages.owners, checksums, placed);
      const crcOf = (record: PlacedRecord): number => crcs.get(record)!;
      return [
        ...placed.map((record) => ({ offset: record.headerOffset, bytes: localHeader(record, crcOf(record)) })),
        ...placed.slice(0, texts.size).map(({ name, dataOffset }) => ({ offset: dataOffset, bytes: texts.get(name)! })),
        { offset: directoryOffset, bytes: centralDirectory(placed, crcOf, directoryOffset) },
      ].map((part) => ({ file: 0, ...part }));
    },
  };
}

interface Storages {
  /** The first tensor of each, in the tensors' order. */
  readonly owners: readonly TensorInfo[];
  /** By name of every tensor. */
  readonly indexOf: ReadonlyMap<string, number>;
}

function storagesFor(tensors: readonly TensorInfo[], tied: readonly (readonly string[])[]): Storages {
  const groupOf = new Map(tied.flatMap((names) => names.map((name) => [name, names] as const)));
  const owners: TensorInfo[] = [];
  const indexOf = new Map<string, number>();
  for (const tensor of tensors) {
    const earlier = groupOf.get(tensor.name)?.find((name) => indexOf.has(name));
    if (earlier === undefined) owners.push(tensor);
    indexOf.set(tensor.name, earlier === undefined ? owners.length - 1 : indexOf.get(earlier)!);
  }
  return { owners, indexOf };
}

function nameInFile(name: string, { names = {}, prefix = '' }: OutputOptions): string {
  return Object.hasOwn(names, name) ? names[name]! : `${prefix}${name}`;
}

/** Everything but the storages. The pickle comes first, as in PyTorch's own files. */
function textRecords(
  tensors: readonly TensorInfo[],
  storages: Storages,
  options: OutputOptions,
): ReadonlyMap<string, Uint8Array> {
  const { metadata } = options;
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  const records = new Map([
    [`${FOLDER}/data.pkl`, pickleStateDict(tensors, storages, options)],
    [`${FOLDER}/byteorder`, encode('little')],
    [`${FOLDER}/version`, encode('3\n')],
  ]);
  if (Object.keys(metadata).length > 0) records.set(`${FOLDER}/${METADATA_RECORD}`, encode(JSON.stringify(metadata)));
  return records;
}

function recordChecksums(
  texts: ReadonlyMap<string, Uint8Array>,
  tensors: readonly TensorInfo[],
  checksums: TensorChecksums,
  placed: readonly PlacedRecord[],
): ReadonlyMap<PlacedRecord, number> {
  return new Map(
    placed.map((record, index) => {
      const text = texts.get(record.name);
      if (text !== undefined) return [record, crc32(text)];
      const { name } = tensors[index - texts.size]!;
      const checksum = checksums.get(name);
      if (checksum !== undefined) return [record, checksum];
      throw new Error(`The checksum of '${name}' is missing`);
    }),
  );
}

function pickleStateDict(tensors: readonly TensorInfo[], storages: Storages, options: OutputOptions): Uint8Array {
  const pickle = new PickleWriter();
  const keys = options.wrap === undefined || options.wrap === '' ? [] : options.wrap.split('.');
  for (const key of keys) {
    emptyOrderedDict(pickle);
    pickle.mark();
    pickle.string(key);
  }
  emptyOrderedDict(pickle);
  pickle.mark();
  for (const tensor of tensors) {
    pickle.string(nameInFile(tensor.name, options));
    pickleTensor(pickle, tensor, String(storages.indexOf.get(tensor.name)!));
  }
  pickle.setItems();
  for (const _ of keys) pickle.setItems();
  return pickle.finish();
}

function emptyOrderedDict(pickle: PickleWriter): void {
  pickle.global('collections', 'OrderedDict');
  pickle.emptyTuple();
  pickle.reduce();
}

/** `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks)`, or `_v3` with the element type at the end. */
function pickleTensor(pickle: PickleWriter, tensor: TensorInfo, key: string): void {
  const storage = STORAGE_OF_DTYPE.get(tensor.dtype);
  pickle.global('torch._utils', storage === undefined ? '_rebuild_tensor_v3' : '_rebuild_tensor_v2');
  pickle.mark();
  pickleStorage(pickle, tensor, key, storage);
  pickle.integer(0);
  pickleSizes(pickle, tensor.shape);
  pickleSizes(pickle, contiguousStrides(tensor.shape));
  pickle.false();
  emptyOrderedDict(pickle);
  if (storage === undefined) pickle.global('torch', TORCH_NAME_OF_DTYPE.get(tensor.dtype)!);
  pickle.tuple();
  pickle.reduce();
}

/** Typed storages are counted in elements, untyped ones in bytes. */
function pickleStorage(pickle: PickleWriter, tensor: TensorInfo, key: string, storage: string | undefined): void {
  pickle.mark();
  pickle.frequentString('storage');
  if (storage === undefined) pickle.global('torch.storage', 'UntypedStorage');
  else pickle.global('torch', storage);
  pickle.string(key);
  pickle.frequentString('cpu');
  pickle.integer(storage === undefined ? tensor.byteLength : tensor.elementCount);
  pickle.tuple();
  pickle.persistentId();
}

function pickleSizes(pickle: PickleWriter, sizes: readonly number[]): void {
  pickle.mark();
  for (const size of sizes) pickle.integer(size);
  pickle.tuple();
}

function refuseNames(tensors: readonly TensorInfo[], options: OutputOptions): void {
  const taken = new Set<string>();
  for (const tensor of tensors) {
    const name = nameInFile(tensor.name, options);
    if (taken.has(name)) {
      throw new StockpotError({ code: 'checkpoint/unwritable-name', what: `Two tensors are named '${name}'` });
    }
    taken.add(name);
  }
}
