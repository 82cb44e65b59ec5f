import { basename, join } from 'node:path';
import { StockpotError } from '../errors.ts';
import type { Checkpoint, SharedStorage, TensorInfo } from './checkpoint.ts';
import { headOf, recognize } from './content.ts';
import { type CheckpointFormat, promisedFormats } from './formats.ts';
import { isJsonObject } from './json-object.ts';
import { openPytorchLegacy } from './pytorch-legacy.ts';
import { openPytorchZip } from './pytorch-zip.ts';
import { openSafetensors } from './safetensors.ts';
import { malformedIndex, readJsonFile, shardPath } from './shard-index.ts';
import { SourceFile } from './source-file.ts';
import { tensorToRead } from './tensor-size.ts';

/** More files than this cannot be open at once on many systems. */
const MOST_SHARDS = 1000;

/**
 * A checkpoint in several files, with an index that says which tensor is where (Hugging Face's `model.safetensors.index.json` and
 * `pytorch_model.bin.index.json`). Shards lie in the index's folder or below it; each may be of another format.
 * @throws StockpotError `checkpoint/malformed-index`, `checkpoint/outside-folder`, `checkpoint/missing-shard`,
 * `checkpoint/unsupported-shard`, `checkpoint/missing-tensor`, and those of the shards' readers
 */
export function openSharded(indexPath: string): Checkpoint {
  return openShards(indexPath, readIndex(indexPath));
}

/**
 * A checkpoint in several files without an index: all tensors of all of them.
 * @param folder where they lie
 * @throws StockpotError `checkpoint/duplicate-tensor` and those of the shards' readers
 */
export function openUnindexed(folder: string, names: readonly string[]): Checkpoint {
  const shardOf = new Map<string, string>();
  const place = join(folder, 'index');
  for (const name of names) {
    const shard = openShard(place, name);
    shard.close();
    for (const tensor of shard.tensors.keys()) {
      const other = shardOf.get(tensor);
      if (other !== undefined) throw duplicateTensor(folder, tensor, [other, name]);
      shardOf.set(tensor, name);
    }
  }
  return openShards(place, { shardOf, metadata: {} }, folder);
}

function openShards(indexPath: string, index: ShardIndex, path: string = indexPath): Checkpoint {
  const shards = new Map<string, Checkpoint>();
  try {
    for (const name of new Set(index.shardOf.values())) shards.set(name, openShard(indexPath, name));
    return new ShardedCheckpoint(path, index, shards);
  } catch (thrown) {
    for (const shard of shards.values()) shard.close();
    throw thrown;
  }
}

interface ShardIndex {
  readonly shardOf: ReadonlyMap<string, string>;
  readonly metadata: Readonly<Record<string, string>>;
}

class ShardedCheckpoint implements Checkpoint {
  readonly path: string;
  readonly format: CheckpointFormat;
  readonly files: readonly string[];
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly sharedStorages: readonly SharedStorage[];
  readonly remarks: readonly string[];
  readonly #shards: readonly Checkpoint[];
  readonly #shardOf: ReadonlyMap<string, Checkpoint>;

  constructor(path: string, index: ShardIndex, shards: ReadonlyMap<string, Checkpoint>) {
    this.path = path;
    this.metadata = index.metadata;
    this.#shards = [...shards.values()];
    this.#shardOf = new Map([...index.shardOf].map(([name, shard]) => [name, shards.get(shard)!]));
    this.files = this.#shards.map((shard) => shard.path);
    this.tensors = this.#collect();
    const stored = this.#shards.reduce((sum, shard) => sum + shard.tensors.size, 0);
    const unlisted = stored - this.tensors.size;
    const remark = `The shards hold ${unlisted} tensors that the index does not list; left out.`;
    this.remarks = [...new Set(this.#shards.flatMap((shard) => shard.remarks)), ...(unlisted === 0 ? [] : [remark])];
    this.format = this.#formatBy(path);
    this.sharedStorages = this.#shards
      .flatMap((shard) => shard.sharedStorages ?? [])
      .filter(({ tensors }) => this.#listsAll(tensors));
  }

  /** What the shards are; where they are of several kinds, an index that is named for PyTorch says so. */
  #formatBy(path: string): CheckpointFormat {
    const isPlain = this.#shards.every(({ format }) => format === 'safetensors');
    return isPlain && !promisedFormats(path).includes('pytorch-sharded') ? 'safetensors-sharded' : 'pytorch-sharded';
  }

  #listsAll(names: readonly string[]): boolean {
    return names.every((name) => this.tensors.has(name));
  }

  read(name: string, byteOffset: number, target: Uint8Array): void {
    tensorToRead(this, name, byteOffset, target.length);
    this.#shardOf.get(name)!.read(name, byteOffset, target);
  }

  close(): void {
    for (const shard of this.#shards) shard.close();
  }

  #collect(): ReadonlyMap<string, TensorInfo> {
    const tensors = new Map<string, TensorInfo>();
    const missing: string[] = [];
    for (const [name, shard] of this.#shardOf) {
      const info = shard.tensors.get(name);
      if (info === undefined) missing.push(`${name} (${basename(shard.path)})`);
      else tensors.set(name, info);
    }
    if (missing.length === 0) return tensors;
    throw new StockpotError({
      code: 'checkpoint/missing-tensor',
      what: `${missing.length} tensors are not in the shards that the index names`,
      where: this.path,
      details: missing.slice(0, 20),
    });
  }
}

function readIndex(path: string): ShardIndex {
  const value = readJsonFile(path);
  if (!isJsonObject(value) || !isJsonObject(value.weight_map)) {
    throw new StockpotError({
      code: 'checkpoint/unsupported-format',
      what: 'This is JSON, but no index of shards',
      where: path,
    });
  }
  const shardOf = new Map<string, string>();
  for (const [tensor, shard] of Object.entries(value.weight_map)) {
    if (typeof shard !== 'string') throw malformedIndex(path, `the shard of '${tensor}' is not a file name`);
    shardOf.set(tensor, shard);
  }
  if (shardOf.size === 0) throw malformedIndex(path, 'it lists no tensors');
  if (new Set(shardOf.values()).size > MOST_SHARDS)
    throw malformedIndex(path, `it names more than ${MOST_SHARDS} files`);
  return { shardOf, metadata: textsOf(value.metadata) };
}

/** `metadata` holds numbers as well as texts. */
function textsOf(metadata: unknown): Readonly<Record<string, string>> {
  if (!isJsonObject(metadata)) return {};
  return Object.fromEntries(
    Object.entries(metadata).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

function openShard(indexPath: string, name: string): Checkpoint {
  const file = SourceFile.open(shardPath(indexPath, name));
  const { kind } = recognize(headOf(file));
  switch (kind) {
    case 'safetensors':
    case 'unknown':
      return openSafetensors(file);
    case 'zip':
      return openPytorchZip(file);
    case 'pytorch-legacy':
      return openPytorchLegacy(file);
    default:
      file.close();
      throw new StockpotError({
        code: 'checkpoint/unsupported-shard',
        what: `The shard '${name}' is no file of safetensors or PyTorch`,
        where: indexPath,
      });
  }
}

function duplicateTensor(path: string, tensor: string, shards: readonly string[]): StockpotError {
  return new StockpotError({
    code: 'checkpoint/duplicate-tensor',
    what: `Two of the folder's files hold the tensor '${tensor}'`,
    where: path,
    details: shards,
    remedy: 'Name the file instead of the folder.',
  });
}
