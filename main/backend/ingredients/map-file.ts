import { basename, dirname, resolve } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { Checkpoint, Reading } from '../../checkpoints/checkpoint.ts';
import { openCheckpoint } from '../../checkpoints/open.ts';
import { StockpotError } from '../../errors.ts';
import { checkYaml, readYaml } from '../runs/yaml-document.ts';
import type { FileToCheck } from './check/headers.ts';
import { mapSchema } from './reading-schema.ts';

type Names = Readonly<Record<string, string>>;

const byFileSchema = z.record(z.string(), mapSchema);

/** How files on a command line are to be read. */
export interface GivenReading {
  /** A map file: names for every file that has them, or by file. */
  readonly map?: string | undefined;
  /** Key of the state dict, in files that hold several. */
  readonly stateDict?: string | undefined;
}

/**
 * Files with the readings that a map file and a state dict's key give them.
 * @throws StockpotError `names/map-fits-nothing`, `recipe-file/…`, `file/…`, `checkpoint/…`
 */
export async function filesToRead(paths: readonly string[], given: GivenReading): Promise<readonly FileToCheck[]> {
  const map = given.map === undefined ? undefined : readMap(given.map);
  let isUsed = map === undefined;
  const files: FileToCheck[] = [];
  for (const path of paths) {
    const stateDict = await stateDictIn(path, given.stateDict);
    const names = map === undefined ? undefined : await namesFor(path, stateDict, map);
    isUsed ||= names !== undefined;
    const reading: Reading = {
      ...(stateDict === undefined ? {} : { stateDict }),
      ...(names === undefined ? {} : { names }),
    };
    files.push(Object.keys(reading).length === 0 ? { path } : { path, reading });
  }
  if (!isUsed) throw fitsNothing(given.map!);
  return files;
}

/** Files that hold a single set of tensors have nothing to choose. */
async function stateDictIn(path: string, wanted: string | undefined): Promise<string | undefined> {
  if (wanted === undefined) return undefined;
  return withOpened(path, undefined, ({ stateDicts = [], stateDict }) =>
    stateDicts.length < 2 || stateDict === wanted ? undefined : wanted,
  );
}

type NameMap =
  | { readonly kind: 'any'; readonly names: Names }
  | { readonly kind: 'by-file'; readonly files: ReadonlyMap<string, Names>; readonly folder: string };

function readMap(path: string): NameMap {
  const file = readYaml(path);
  const values = Object.values((file.value ?? {}) as Readonly<Record<string, unknown>>);
  if (values.some((value) => typeof value === 'object')) {
    const files = new Map(Object.entries(checkYaml(file, byFileSchema)));
    return { kind: 'by-file', files, folder: dirname(resolve(path)) };
  }
  return { kind: 'any', names: checkYaml(file, mapSchema) };
}

async function namesFor(path: string, stateDict: string | undefined, map: NameMap): Promise<Names | undefined> {
  if (map.kind === 'by-file') {
    const places = [...map.files].filter(([file]) => resolve(map.folder, file) === resolve(path));
    return (places[0] ?? [...map.files].find(([file]) => file === path || file === basename(path)))?.[1];
  }
  return withOpened(path, stateDict, ({ tensors }) =>
    Object.values(map.names).every((name) => tensors.has(name)) ? map.names : undefined,
  );
}

async function withOpened<T>(
  path: string,
  stateDict: string | undefined,
  look: (checkpoint: Checkpoint) => T,
): Promise<T> {
  const checkpoint = await openCheckpoint(path, { stateDict });
  try {
    return look(checkpoint);
  } finally {
    checkpoint.close();
  }
}

/** A map file's text, by file: the name in the file by the new one. */
export function mapFileText(maps: ReadonlyMap<string, Names>): string {
  const head = [
    '# Proposed names, for you to confirm: the name in the file (right) by the new one (left).',
    '# Tensors that are not listed are left out. Put right what is wrong, then use this file with --map.',
  ];
  return `${head.join('\n')}\n${stringify(Object.fromEntries(maps), { lineWidth: 0 })}`;
}

function fitsNothing(where: string): StockpotError {
  return new StockpotError({
    code: 'names/map-fits-nothing',
    what: 'None of the files has all of the names that the map lists',
    where,
    remedy: 'A map gives the name in the file by the new one: new.name: name.in.file.',
  });
}
