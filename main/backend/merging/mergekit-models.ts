import { existsSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { StockpotError } from '../../errors.ts';
import type { MergekitConfig, MergekitSlice } from './mergekit-schema.ts';
import { type PlaceInConfig, unsupported } from './mergekit-unsupported.ts';

interface Input {
  readonly model: string;
  readonly layer_range?: readonly [number, number] | undefined;
  readonly parameters?: Readonly<Record<string, unknown>> | null | undefined;
}

/** Models that are merged with each other: all that a configuration has, or those of one slice. */
export interface ModelList {
  readonly inputs: readonly Input[];
  /** Where the list stands. */
  readonly path: readonly PropertyKey[];
  readonly slice: MergekitSlice | undefined;
  readonly base: string | undefined;
}

/** @throws StockpotError `mergekit/unsupported` */
export function modelLists(config: MergekitConfig, placeOf: PlaceInConfig): readonly ModelList[] {
  if ((config.models === undefined) === (config.slices === undefined)) {
    throw unsupported('models', 'Exactly one of models and slices must be there', placeOf([]));
  }
  const base = config.base_model ?? undefined;
  if (config.models !== undefined) return [{ inputs: config.models, path: ['models'], slice: undefined, base }];
  return config.slices!.map((slice, i) => ({
    inputs: slice.sources,
    path: ['slices', i, 'sources'],
    slice,
    base: slice.base_model ?? base,
  }));
}

export interface NamedModel {
  readonly model: string;
  readonly name: string;
  /** Where its file or folder is. */
  readonly place: string;
}

/**
 * Every model of the lists once, in their order, bases that are only named as such after the others; with different names.
 * @throws StockpotError `mergekit/unsupported`, `mergekit/no-model`
 */
export function nameModels(
  lists: readonly ModelList[],
  placeOf: PlaceInConfig,
  configPath: string,
): readonly NamedModel[] {
  const found = new Map<string, string>();
  for (const { inputs, path } of lists) {
    for (const [index, { model }] of inputs.entries()) {
      const where = placeOf([...path, index, 'model']);
      if (inputs.findIndex((each) => each.model === model) < index) {
        throw unsupported('model', `The model ${model} is there twice`, where);
      }
      if (!found.has(model)) found.set(model, where);
    }
  }
  for (const { base, path, slice } of lists) {
    if (base === undefined || found.has(base)) continue;
    found.set(base, placeOf(slice?.base_model === undefined ? ['base_model'] : [...path.slice(0, -1), 'base_model']));
  }
  const taken = new Set<string>();
  return [...found].map(([model, where]) => {
    const place = placeOfModel(model, where, configPath);
    const wanted = basename(place, extname(place)) || place;
    let name = wanted;
    for (let n = 2; taken.has(name); n++) name = `${wanted}-${n}`;
    taken.add(name);
    return { model, name, place };
  });
}

/** Where a model is: from the folder one is in, as mergekit has it, or from that of the file. */
function placeOfModel(model: string, where: string, configPath: string): string {
  if (existsSync(model)) return model;
  const beside = resolve(dirname(configPath), model);
  if (existsSync(beside)) return beside;
  throw new StockpotError({
    code: 'mergekit/no-model',
    what: `There is no file or folder '${model}'`,
    where,
    remedy: model.includes('+')
      ? 'Adapters are merged into their model beforehand.'
      : 'Models are files or folders on this machine; nothing is downloaded.',
  });
}
