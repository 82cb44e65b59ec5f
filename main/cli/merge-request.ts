import { basename, extname, resolve } from 'node:path';
import { parse } from 'yaml';
import type { MergeRequest } from '../backend/merging/merge-request.ts';
import { StockpotError } from '../errors.ts';
import type { MergeFlags } from './merge.ts';
import { DTYPE_FLAGS } from './output-options.ts';
import { filesOf } from './reading-options.ts';

export interface RequestedMerge {
  readonly request: MergeRequest;
  readonly remarks: readonly string[];
}

/**
 * What flags and arguments ask for: files and a recipe, or a YAML file that says everything.
 * @throws StockpotError `cli/bad-usage`, `recipe-file/…`, `mergekit/…`
 */
export async function requestOf(files: readonly string[], flags: MergeFlags): Promise<RequestedMerge> {
  const configs = files.filter((file) => /\.ya?ml$/i.test(file));
  if (configs.length === 0) return { request: await requestOfFlags(files, flags), remarks: [] };
  if (files.length > 1) {
    throw badUsage(configs[0]!, 'A YAML file says by itself what is merged', 'Name it alone, or name the ingredients.');
  }
  const given = ['recipe', 'base', 'weights', 'map', 'stateDict'] as const;
  const beside = given.find((flag) => flags[flag] !== undefined) ?? (flags.set.length > 0 ? 'set' : undefined);
  if (beside !== undefined) {
    throw badUsage(`--${beside}`, 'This stands in the YAML file', 'Write it there, or name the ingredients.');
  }
  return requestOfFile(configs[0]!, flags);
}

async function requestOfFile(path: string, flags: MergeFlags): Promise<RequestedMerge> {
  const { readYaml } = await import('../backend/runs/yaml-document.ts');
  const { isMergekit, readMergekit } = await import('../backend/merging/mergekit-file.ts');
  const file = readYaml(resolve(path));
  if (isMergekit(file)) {
    const request = readMergekit(file);
    return { request: { ...request, ...changesOf(request, flags) }, remarks: request.remarks };
  }
  const { readRecipeFile } = await import('../backend/runs/recipe-file.ts');
  const { readingOf } = await import('../backend/ingredients/reading-schema.ts');
  const loaded = readRecipeFile(path);
  const { recipe, options, scope, seed, accumulate, dtype, placeOf } = loaded;
  const ingredients = loaded.ingredients.map((each) => ({
    name: each.name,
    path: each.path,
    reading: readingOf(each),
  }));
  const request = { recipe, options, scope, seed, accumulate, dtype, placeOf, ingredients };
  return { request: { ...request, ...changesOf(request, flags) }, remarks: [] };
}

/** What flags say of a file's merge. */
function changesOf(request: MergeRequest, flags: MergeFlags): Partial<MergeRequest> {
  const scope = scopeOf(flags);
  return {
    ...(flags.dtype === undefined ? {} : { dtype: DTYPE_FLAGS[flags.dtype]! }),
    ...(flags.accumulate === undefined ? {} : { accumulate: flags.accumulate }),
    ...(flags.seed === undefined ? {} : { seed: parseSeed(flags.seed) }),
    ...(scope === undefined ? {} : { scope: { ...request.scope, ...scope } }),
  };
}

async function requestOfFlags(paths: readonly string[], flags: MergeFlags): Promise<MergeRequest> {
  const recipe = flags.recipe ?? (flags.weights === undefined ? 'uniform' : 'weighted');
  const base = flags.base === undefined ? undefined : resolve(flags.base);
  const all = base === undefined || paths.some((path) => resolve(path) === base) ? paths : [...paths, flags.base!];
  const names = namesOf(all);
  const files = await filesOf(all, flags);
  const baseName = base === undefined ? undefined : names[all.findIndex((path) => resolve(path) === base)];
  return {
    recipe,
    options: {
      ...weightOptions(recipe, flags),
      ...givenOptions(flags),
      ...(baseName === undefined ? {} : { base: baseName }),
    },
    ingredients: files.map((file, i) => ({ ...file, name: names[i]! })),
    scope: scopeOf(flags),
    seed: flags.seed === undefined ? 0 : parseSeed(flags.seed),
    accumulate: flags.accumulate ?? 'f64',
    dtype: DTYPE_FLAGS[flags.dtype ?? 'keep']!,
  };
}

function weightOptions(recipe: string, flags: MergeFlags): Readonly<Record<string, unknown>> {
  if (recipe !== 'weighted') {
    if (flags.weights === undefined) return {};
    throw badUsage(
      '--weights',
      `--weights is of the recipe weighted alone, not of ${recipe}`,
      'Use --recipe weighted, or --set weight=…',
    );
  }
  if (flags.weights === undefined) {
    throw badUsage('--weights', 'A weighted soup needs weights', 'Give one for each file: --weights 2,1,1');
  }
  return { weights: flags.weights.split(',').map(parseWeight), normalize: flags.normalize };
}

function parseWeight(text: string): number {
  const weight = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(weight)) return weight;
  throw badUsage('--weights', `'${text}' is not a number`, 'Separate numbers by commas: --weights 2,1,0.5');
}

function givenOptions({ set }: MergeFlags): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    set.map((text) => {
      const match = /^([\w-]+)=(.*)$/s.exec(text);
      if (match === null)
        throw badUsage('--set', `'${text}' is not an option and its value`, 'Write --set density=0.5');
      return [match[1]!, parseValue(match[2]!, text)];
    }),
  );
}

function parseValue(value: string, text: string): unknown {
  try {
    return parse(value);
  } catch {
    throw badUsage('--set', `The value of '${text}' is not valid YAML`, 'Write --set density=0.5');
  }
}

function scopeOf({ only, freeze }: MergeFlags): MergeRequest['scope'] {
  if (only.length === 0 && freeze.length === 0) return undefined;
  return {
    ...(only.length === 0 ? {} : { only: [...only] }),
    ...(freeze.length === 0 ? {} : { freeze: [...freeze] }),
  };
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed < 2 ** 32) return seed;
  throw badUsage('--seed', `'${text}' is not a seed`, 'Give a whole number below 4294967296.');
}

/** Each file by its name without the ending, all different. */
function namesOf(paths: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return paths.map((path) => {
    const wanted = basename(path, extname(path)) || path;
    let name = wanted;
    for (let n = 2; taken.has(name); n++) name = `${wanted}-${n}`;
    taken.add(name);
    return name;
  });
}

function badUsage(where: string, what: string, remedy: string): StockpotError {
  return new StockpotError({ code: 'cli/bad-usage', what, where, remedy });
}
