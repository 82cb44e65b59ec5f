import { StockpotError } from '../errors.ts';
import { insideFolder } from './inside-folder.ts';
import { SourceFile } from './source-file.ts';

/** As for a single safetensors file's header. */
const LARGEST_INDEX = 100_000_000;

/**
 * A file of JSON that says which tensors are in which files.
 * @throws StockpotError `checkpoint/malformed-index`, `checkpoint/io`
 */
export function readJsonFile(path: string): unknown {
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

/**
 * Where a file lies that an index names: in the index's folder, or below it. An index comes from somebody else: it must not make us read
 * files elsewhere, by its names or through links.
 * @throws StockpotError `checkpoint/outside-folder`, `checkpoint/missing-shard`
 */
export function shardPath(indexPath: string, name: string): string {
  const found = insideFolder(indexPath, name);
  if (found.kind === 'inside') return found.path;
  if (found.kind === 'outside') throw outside(indexPath, name);
  throw new StockpotError({
    code: 'checkpoint/missing-shard',
    what: `The shard '${name}' is missing`,
    where: indexPath,
  });
}

export function malformedIndex(path: string, what: string): StockpotError {
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
