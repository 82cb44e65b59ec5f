import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { StockpotError } from '../errors.ts';
import { readError } from './source-file.ts';

/** What to open in a folder: one file, or all shards where no index lists them. */
export type FolderContent =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'shards'; readonly names: readonly string[] };

const INDEX_SUFFIX = '.index.json';

/** Usual names, the better first: who has both formats in a folder has the same weights twice. */
const USUAL_NAMES = ['model.safetensors', 'pytorch_model.safetensors', 'pytorch_model.bin', 'consolidated.safetensors'];

/** Endings of files that are looked for, the better first. */
const SUFFIXES = ['.safetensors', '.bin', '.pt', '.pth', '.ckpt', '.keras', '.h5', '.npz', '.onnx', 'model.json'];

/** `model-00001-of-00003.safetensors` */
const SHARD = /^(?<stem>.+)-(?<number>\d{5})-of-(?<count>\d{5})(?<suffix>\.[a-z]+)$/;

/**
 * What a folder's checkpoint is: an index, files that together are one, or its only file.
 * @throws StockpotError `checkpoint/not-found`, `checkpoint/ambiguous-folder`, `checkpoint/io`
 */
export function findInFolder(folder: string): FolderContent {
  const names = namesIn(folder);
  const usual = USUAL_NAMES.flatMap((name) => [`${name}${INDEX_SUFFIX}`, name]).find((name) => names.includes(name));
  if (usual !== undefined) return { kind: 'file', path: join(folder, usual) };
  const indexes = names.filter((name) => name.endsWith(INDEX_SUFFIX));
  const shards = indexes.length > 0 ? undefined : completeShards(names);
  if (shards !== undefined) return { kind: 'shards', names: shards };
  const candidates = indexes.length > 0 ? indexes : filesIn(names);
  if (candidates.length === 1) return { kind: 'file', path: join(folder, candidates[0]!) };
  throw new StockpotError({
    code: candidates.length === 0 ? 'checkpoint/not-found' : 'checkpoint/ambiguous-folder',
    what:
      candidates.length === 0
        ? 'The folder holds no checkpoint and no index of shards'
        : `The folder holds ${candidates.length} checkpoints or indexes`,
    where: folder,
    details: candidates.toSorted().slice(0, 20),
    remedy: 'Name the file instead of the folder.',
  });
}

/** The files with the best ending that any has. */
function filesIn(names: readonly string[]): readonly string[] {
  return SUFFIXES.map((suffix) => names.filter((name) => name.endsWith(suffix))).find(({ length }) => length > 0) ?? [];
}

/** All shards of the one set that the folder's best files are, in order; undefined when they are anything else. */
function completeShards(names: readonly string[]): readonly string[] | undefined {
  const files = filesIn(names).toSorted();
  const parts = files.map((name) => SHARD.exec(name)?.groups);
  const [first] = parts;
  if (first === undefined || files.length < 2 || Number(first.count) !== files.length) return undefined;
  const isComplete = parts.every(
    (part, index) => part?.stem === first.stem && part.count === first.count && Number(part.number) === index + 1,
  );
  return isComplete ? files : undefined;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (thrown) {
    throw readError(thrown, folder);
  }
}
