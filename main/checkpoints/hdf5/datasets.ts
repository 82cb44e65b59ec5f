import { StockpotError } from '../../errors.ts';
import type { TensorInfo } from '../checkpoint.ts';
import { tensorInfo } from '../tensor-size.ts';
import { elementTypeOf } from './element-types.ts';
import { malformedHdf5, outsideFile } from './errors.ts';
import type { Hdf5File } from './file.ts';
import { type Hdf5Metadata, OBJECT_KIND } from './library.ts';

/** A dataset that is a tensor. */
export interface NumericDataset extends TensorInfo {
  /** Where it lies; its name may be shorter. */
  readonly path: string;
  readonly metadata: Hdf5Metadata;
  /** Of an unpacked chunk, where the dataset is compressed. */
  readonly chunkBytes: number | undefined;
}

export interface Datasets {
  /** By their paths without the first slash, in the file's order. */
  readonly numeric: ReadonlyMap<string, NumericDataset>;
  /** One remark for each kind of thing that is not read. */
  readonly remarks: readonly string[];
}

/** Groups that lead back to themselves are as deep as they like. */
const DEEPEST = 64;
const MOST_OBJECTS = 100_000;

/** A chunk is held in memory at once. */
const LARGEST_CHUNK = 256 << 20;

/** HDF5's own filters, by their numbers in its registry: deflate, shuffle and a checksum. */
const FILTERS = { deflate: 1, shuffle: 2, checksum: 3 } as const;

/** Names in a remark. */
const MOST_NAMED = 5;

/**
 * Looks through all groups below one.
 * @throws StockpotError `checkpoint/outside-file`, `checkpoint/malformed-hdf5`, `checkpoint/unsupported-compression`,
 * `checkpoint/expands`, `checkpoint/truncated`, `checkpoint/io`
 */
export function findDatasets(file: Hdf5File): Datasets {
  const numeric = new Map<string, NumericDataset>();
  const leftOut = new Map<string, string[]>();
  let objects = 0;
  const leave = (path: string, why: string): void => {
    leftOut.set(why, [...(leftOut.get(why) ?? []), path]);
  };
  const visit = (group: string, depth: number): void => {
    if (depth > DEEPEST) throw malformedHdf5(file.path, 'its groups lead back to themselves');
    for (const name of inOrder(file.children(group === '' ? '/' : group))) {
      objects += 1;
      if (objects > MOST_OBJECTS) throw malformedHdf5(file.path, `it holds more than ${MOST_OBJECTS} objects`);
      refuseName(file, name);
      const path = group === '' ? name : `${group}/${name}`;
      const link = file.linkOf(path);
      if (link !== undefined && 'file' in link) throw outsideFile(file.path, `'${path}'`, link.file);
      const kind = link === undefined ? file.kindOf(path) : undefined;
      if (link !== undefined) leave(path, 'another name for something');
      else if (kind === OBJECT_KIND.group) visit(path, depth + 1);
      else if (kind === OBJECT_KIND.dataset) {
        const found = datasetAt(file, path);
        if ('leftOut' in found) leave(path, found.leftOut);
        else numeric.set(path, found);
      } else leave(path, 'no dataset');
    }
  };
  visit('', 0);
  return { numeric, remarks: [...leftOut].map(([why, paths]) => remark(why, paths)) };
}

function datasetAt(file: Hdf5File, path: string): NumericDataset | { readonly leftOut: string } {
  const metadata = file.metadata(path);
  const [source] = metadata.virtual_sources ?? [];
  if (source !== undefined) throw outsideFile(file.path, `'${path}'`, source.file_name);
  if (metadata.shape === null) return { leftOut: 'empty, without even a shape' };
  const element = elementTypeOf(file, metadata);
  if ('leftOut' in element) return element;
  const info = tensorInfo(path, element.dtype, metadata.shape);
  if (info === undefined) throw malformedHdf5(file.path, `'${path}' has an impossible shape`);
  const chunkBytes = metadata.chunks === null ? undefined : chunkBytesOf(file, path, metadata, metadata.chunks);
  const dataset = { ...info, path, metadata, chunkBytes };
  if (metadata.chunks === null) refuseForeignElements(file, dataset);
  return dataset;
}

/** Elements in one piece may lie in other files, which shows when they are read and not before. */
function refuseForeignElements(file: Hdf5File, { path, metadata, elementCount }: NumericDataset): void {
  if (elementCount > 0) file.read(path, metadata, 0, new Uint8Array(metadata.size));
}

function chunkBytesOf(
  file: Hdf5File,
  path: string,
  { size }: Hdf5Metadata,
  chunks: readonly number[],
): number | undefined {
  const bytes = chunks.reduce((product, length) => product * length, size);
  const filters = file.filters(path);
  const other = filters.find(({ id }) => !Object.values<number>(FILTERS).includes(id));
  if (other !== undefined) throw unsupportedFilter(file.path, path, other);
  const packed = filters.filter(({ id }) => id === FILTERS.deflate);
  if (packed.length > 1) throw malformedHdf5(file.path, `'${path}' is compressed more than once`);
  if (!(bytes <= LARGEST_CHUNK)) throw largeChunk(file.path, path, bytes);
  return filters.length === 0 ? undefined : bytes;
}

/** Numbers in their own order: Keras counts its variables. */
function inOrder(names: readonly string[]): readonly string[] {
  return names.every((name) => /^\d+$/.test(name)) ? names.toSorted((a, b) => Number(a) - Number(b)) : names;
}

/** A link of such a name could not be followed by a path. */
function refuseName(file: Hdf5File, name: string): void {
  if (name !== '' && name !== '.' && !name.includes('/') && !name.includes('\uFFFD')) return;
  throw malformedHdf5(file.path, `something in it is named '${name}'`);
}

function remark(why: string, paths: readonly string[]): string {
  const named = paths.slice(0, MOST_NAMED).map((path) => `'${path}'`);
  const more = paths.length > MOST_NAMED ? ` and ${paths.length - MOST_NAMED} more` : '';
  return `Left out, as it is ${why}: ${named.join(', ')}${more}.`;
}

function unsupportedFilter(path: string, dataset: string, filter: { readonly id: number; readonly name: string }) {
  return new StockpotError({
    code: 'checkpoint/unsupported-compression',
    what: `'${dataset}' is compressed with filter ${filter.id}${filter.name === '' ? '' : ` (${filter.name})`}, which HDF5 itself does not have`,
    where: path,
    remedy: "Save it again with compression='gzip', or without.",
  });
}

function largeChunk(path: string, dataset: string, bytes: number): StockpotError {
  return new StockpotError({
    code: 'checkpoint/expands',
    what: `A chunk of '${dataset}' takes ${bytes} bytes in memory, ${LARGEST_CHUNK} are allowed`,
    where: path,
    remedy: 'Save it again in smaller chunks, or without.',
  });
}
