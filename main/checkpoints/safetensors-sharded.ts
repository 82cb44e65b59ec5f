import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { StockpotError } from '../errors.ts';
import type { Checkpoint, TensorInfo } from './checkpoint.ts';
import { HEAD_BYTES, recognize } from './content.ts';
import { isJsonObject } from './json-object.ts';
import { openSafetensors } from './safetensors.ts';
import { readError, SourceFile } from './source-file.ts';
import { tensorToRead } from './tensor-size.ts';

const INDEX_SUFFIX = '.index.json';
const SHARD_SUFFIX = '.safetensors';
const USUAL_NAME = 'model.safetensors';

/** As for a single file's header. */
const LARGEST_INDEX = 100_000_000;

/** More files than this cannot be open at once on many systems. */
const MOST_SHARDS = 1000;

/**
 * The file to open in a folder: its index, or its only safetensors file.
 * @throws StockpotError `checkpoint/not-found`, `checkpoint/ambiguous-folder`, `checkpoint/io`
 */
export function findIndex(folder: string): string {
  const names = namesIn(folder);
  const indexes = names.filter((name) => name.endsWith(INDEX_SUFFIX));
  const usualIndex = `${USUAL_NAME}${INDEX_SUFFIX}`;
  if (indexes.includes(usualIndex)) return join(folder, usualIndex);
  const files = names.filter((name) => name.endsWith(SHARD_SUFFIX));
  const candidates = indexes.length > 0 ? indexes : files;
  if (indexes.length === 0 && files.includes(USUAL_NAME)) return join(folder, USUAL_NAME);
  if (candidates.length === 1) return join(folder, candidates[0]!);
  throw new StockpotError({
    code: candidates.length === 0 ? 'checkpoint/not-found' : 'checkpoint/ambiguous-folder',
    what:
      candidates.length === 0
        ? 'The folder holds no safetensors file and no index of shards'
        : `The folder holds ${candidates.length} safetensors files or indexes`,
    where: folder,
    details: candidates.toSorted().slice(0, 20),
    remedy: 'Name the file instead of the folder.',
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (thrown) {
    throw readError(thrown, folder);
  }
}

/**
 * A checkpoint in several safetensors files, with an index that says which tensor is where (Hugging Face's
 * `model.safetensors.index.json`). Shards lie in the index's folder or below it.
 * @throws StockpotError `checkpoint/malformed-index`, `checkpoint/outside-folder`, `checkpoint/missing-shard`,
 * `checkpoint/unsupported-shard`, `checkpoint/missing-tensor`, and those of `openSafetensors`
 */
export function openShardedSafetensors(indexPath: string): Checkpoint {
  const index = readIndex(indexPath);
  const shards = new Map<string, Checkpoint>();
  try {
    for (const name of new Set(index.shardOf.values())) {
      shards.set(name, openShard(indexPath, name));
    }
    return new ShardedCheckpoint(indexPath, index, shards);
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
  readonly format = 'safetensors-sharded';
  readonly files: readonly string[];
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly metadata: Readonly<Record<string, string>>;
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
    this.remarks =
      unlisted === 0 ? [] : [`The shards hold ${unlisted} tensors that the index does not list; left out.`];
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
  const value = parseIndex(path);
  if (!isJsonObject(value) || !isJsonObject(value.weight_map)) {
    throw new StockpotError({
      code: 'checkpoint/unsupported-format',
      what: 'This is JSON, but no index of safetensors shards',
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

function parseIndex(path: string): unknown {
  const file = SourceFile.open(path);
  try {
    if (file.size > LARGEST_INDEX) throw malformedIndex(path, `it has ${file.size} bytes`);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(file.bytes(0, file.size));
    return JSON.parse(text);
  } catch (thrown) {
    if (thrown instanceof StockpotError) throw thrown;
    throw malformedIndex(path, 'it is not JSON');
  } finally {
    file.close();
  }
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
  const { kind } = recognize(file.bytes(0, Math.min(HEAD_BYTES, file.size)));
  if (kind === 'safetensors' || kind === 'unknown') return openSafetensors(file);
  file.close();
  throw new StockpotError({
    code: 'checkpoint/unsupported-shard',
    what: `The shard '${name}' is no safetensors file`,
    where: indexPath,
    remedy: 'Shards have to be safetensors files; those of torch.save are not supported yet.',
  });
}

/** An index comes from somebody else: it must not make us read files elsewhere, by its names or through links. */
function shardPath(indexPath: string, name: string): string {
  const folder = dirname(resolve(indexPath));
  const path = resolve(folder, name);
  if (isAbsolute(name) || name.includes('\0') || !isInside(path, folder)) throw outside(indexPath, name);
  if (!existsSync(path)) {
    throw new StockpotError({
      code: 'checkpoint/missing-shard',
      what: `The shard '${name}' is missing`,
      where: indexPath,
    });
  }
  const target = realpathSync(path);
  if (!allowedFolders(folder).some((allowed) => isInside(target, allowed))) throw outside(indexPath, name);
  return path;
}

/** The folder itself. In Hugging Face's cache, `snapshots/<revision>/` holds links to files in `blobs/` two levels up. */
function allowedFolders(folder: string): readonly string[] {
  const real = realpathSync(folder);
  const snapshots = dirname(real);
  if (basename(snapshots) !== 'snapshots') return [real];
  return [real, join(dirname(snapshots), 'blobs')];
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function malformedIndex(path: string, what: string): StockpotError {
  return new StockpotError({
    code: 'checkpoint/malformed-index',
    what: `The index of shards is wrong: ${what}`,
    where: path,
  });
}

function outside(path: string, name: string): StockpotError {
  return new StockpotError({
    code: 'checkpoint/outside-folder',
    what: `The index names a shard outside its folder: '${name}'`,
    where: path,
    remedy: 'Put the shards beside their index.',
  });
}
