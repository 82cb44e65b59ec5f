import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import { buildArchitecture } from '../../architectures/build.ts';
import type { DType, Reading } from '../../checkpoints/checkpoint.ts';
import { openCheckpoint } from '../../checkpoints/open.ts';
import type { LayoutOptions } from '../../checkpoints/output-formats.ts';

/** How a network's tensors lie in a file, as far as whoever loads it has to know. */
export interface StoredTensors {
  /** Key that they lie under, keys within keys joined by dots; empty for the top. */
  readonly key: string;
  /** What their names begin with that the network's own do not. */
  readonly prefix: string;
  /** The network's names by the file's, where these are others altogether. */
  readonly names: Readonly<Record<string, string>> | undefined;
  readonly dtypes: ReadonlySet<DType>;
}

/** Tensors at the top, under the network's names. */
export const PLAINLY_STORED: StoredTensors = { key: '', prefix: '', names: undefined, dtypes: new Set() };

/**
 * How they will lie in a file that is yet to be written.
 * @param first ingredient, whose file is looked into where the new one is to be like it
 * @throws StockpotError as `openCheckpoint`
 */
export async function storedAsAsked(
  { wrap = '', prefix = '', likeFirst = false }: LayoutOptions,
  first: { readonly path: string; readonly reading: Reading | undefined },
  spec: ArchitectureSpec,
): Promise<StoredTensors> {
  if (!likeFirst) return { ...PLAINLY_STORED, key: wrap, prefix };
  const checkpoint = await openCheckpoint(first.path, first.reading);
  const { stateDict = '' } = checkpoint;
  checkpoint.close();
  return { ...PLAINLY_STORED, key: stateDict, names: ownNames(first.reading?.names, spec) };
}

/** The network's names by those of a file. */
function ownNames(
  original: Readonly<Record<string, string>> | undefined,
  spec: ArchitectureSpec,
): Readonly<Record<string, string>> | undefined {
  if (original === undefined) return undefined;
  return Object.fromEntries(buildArchitecture(spec).parameters.map(({ name }) => [original[name] ?? name, name]));
}

/**
 * @param original names in the first ingredient's file by the network's, where they differ: a soup may be written under them
 * @throws StockpotError as `openCheckpoint`
 */
export async function storedTensors(
  path: string,
  spec: ArchitectureSpec,
  original: Readonly<Record<string, string>> = {},
): Promise<StoredTensors> {
  const checkpoint = await openCheckpoint(path);
  try {
    const { tensors, stateDict = '' } = checkpoint;
    const own = buildArchitecture(spec).parameters.map(({ name }) => name);
    const dtypes = new Set([...tensors.values()].map(({ dtype }) => dtype));
    const plain = { key: stateDict, prefix: '', names: undefined, dtypes };
    const [first] = own;
    if (first === undefined || tensors.has(first)) return plain;
    if (own.every((name) => tensors.has(original[name] ?? name))) {
      return { ...plain, names: ownNames(original, spec) };
    }
    const written = [...tensors.keys()].find((name) => name.endsWith(first)) ?? first;
    return { ...plain, prefix: written.slice(0, written.length - first.length) };
  } finally {
    checkpoint.close();
  }
}
