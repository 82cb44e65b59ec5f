import { existsSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { blocksOf } from '../../architectures/numbered-blocks.ts';
import { StockpotError } from '../../errors.ts';
import { METHODS } from '../../mix/methods/index.ts';
import type { Mixture } from '../../mix/mixture.ts';
import { checkYaml, type YamlFile } from '../runs/yaml-document.ts';
import type { MergeRequest } from './merge-request.ts';
import { type MergekitConfig, type MergekitSlice, mergekitSchema } from './mergekit-schema.ts';

export interface MergekitRequest extends MergeRequest {
  /** What the file asks for that is about other things than weights. */
  readonly remarks: readonly string[];
  /** How many layers each model must have, where slices say it, and where. */
  readonly layers: { readonly count: number; readonly where: string } | undefined;
}

/** Whether a YAML file is one of mergekit's. */
export function isMergekit({ value }: YamlFile): boolean {
  return (
    typeof value === 'object' && value !== null && ('merge_method' in value || 'slices' in value || 'modules' in value)
  );
}

/**
 * A mergekit configuration for models of one architecture, as a merge of ours.
 * @throws StockpotError `mergekit/unsupported` for what Stockpot does not do, `recipe-file/invalid` with lines
 */
export function readMergekit(file: YamlFile): MergekitRequest {
  const placeOf = (path: readonly PropertyKey[]): string => `${file.path}, line ${file.lineOf(path)}`;
  refuseUnsupported(file, placeOf);
  const config = checkYaml(file, mergekitSchema);
  const { inputs, path, slice } = inputsOf(config, placeOf);
  const baseModel = slice?.base_model ?? config.base_model ?? undefined;
  const method = METHODS.find(({ name }) => name === config.merge_method);
  if (method === undefined) throw unknownMethod(config.merge_method, placeOf(['merge_method']));
  const named = nameModels(inputs, baseModel, placeOf, path, file.path);
  const usesBase = method.base !== 'unused' && baseModel !== undefined;
  const base = baseModel === undefined ? undefined : named.find(({ model }) => model === baseModel)!.name;
  const parameters = { ...config.parameters, ...slice?.parameters };
  const own = Object.fromEntries(
    named.flatMap(({ name, parameters: given }) => {
      const kept = Object.entries(given ?? {}).filter(([, value]) => value !== null);
      return kept.length === 0 ? [] : [[name, Object.fromEntries(kept)]];
    }),
  );
  return {
    recipe: method.name,
    options: {
      ...Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== null)),
      ...(usesBase ? { base } : {}),
      ...(Object.keys(own).length > 0 ? { ingredients: own } : {}),
    },
    ingredients: named.map(({ name, place }) => ({ name, path: place })),
    seed: 0,
    accumulate: 'f64',
    dtype: DTYPES[config.out_dtype ?? config.dtype ?? ''] ?? 'keep',
    placeOf: (option) =>
      placeOf(
        placeInConfig(
          option,
          named,
          path,
          slice !== undefined && Object.hasOwn(slice.parameters ?? {}, String(option[1])),
        ),
      ),
    remarks: remarksOf(config, file),
    layers: slice === undefined ? undefined : layersOf(slice, placeOf),
  };
}

/** mergekit's names of the types that weights can have. */
const DTYPES: Readonly<Record<string, Mixture['dtype']>> = {
  float16: 'F16',
  bfloat16: 'BF16',
  float32: 'F32',
  float64: 'F64',
};

interface Input {
  readonly model: string;
  readonly parameters?: Readonly<Record<string, unknown>> | null | undefined;
}

interface NamedInput extends Input {
  readonly name: string;
  /** Where its file or folder is. */
  readonly place: string;
  /** Index in the list that it stands in; undefined for a base that is only named as such. */
  readonly index: number | undefined;
}

function inputsOf(
  config: MergekitConfig,
  placeOf: (path: readonly PropertyKey[]) => string,
): {
  readonly inputs: readonly Input[];
  readonly path: readonly PropertyKey[];
  readonly slice: MergekitSlice | undefined;
} {
  if ((config.models === undefined) === (config.slices === undefined)) {
    throw unsupported('models', 'Exactly one of models and slices must be there', placeOf([]));
  }
  if (config.models !== undefined) return { inputs: config.models, path: ['models'], slice: undefined };
  const [slice, ...more] = config.slices!;
  if (more.length > 0)
    throw unsupported('slices', 'Slices of different layers are not put together here', placeOf(['slices', 1]));
  return { inputs: slice!.sources, path: ['slices', 0, 'sources'], slice: slice! };
}

/** All sources must take the same layers, from the first on; that these are all is for whoever knows the models. */
function layersOf(
  { sources }: MergekitSlice,
  placeOf: (path: readonly PropertyKey[]) => string,
): MergekitRequest['layers'] {
  const [first] = sources;
  for (const [i, { layer_range: range }] of sources.entries()) {
    if (range === undefined) continue;
    const where = placeOf(['slices', 0, 'sources', i, 'layer_range']);
    if (range[0] !== 0 || range[1] !== first?.layer_range?.[1]) {
      throw unsupported(
        'layer_range',
        'Slices of different layers are not put together here: a range must be the whole model',
        where,
      );
    }
  }
  return first?.layer_range === undefined
    ? undefined
    : { count: first.layer_range[1], where: placeOf(['slices', 0, 'sources', 0, 'layer_range']) };
}

/**
 * Refuses a range of layers that is not all that a model has.
 * @param tensors of any of the models
 * @throws StockpotError `mergekit/unsupported`
 */
export function checkLayers({ layers }: MergekitRequest, tensors: readonly string[]): void {
  if (layers === undefined) return;
  const found = new Set(blocksOf(tensors).values()).size;
  if (found === layers.count) return;
  throw unsupported(
    'layer_range',
    `The range is the first ${layers.count} layers, and the model has ${found}; parts of a model are not put together here`,
    layers.where,
  );
}

function nameModels(
  inputs: readonly Input[],
  base: string | undefined,
  placeOf: (path: readonly PropertyKey[]) => string,
  path: readonly PropertyKey[],
  configPath: string,
): readonly NamedInput[] {
  const models = new Set<string>();
  for (const [index, { model }] of inputs.entries()) {
    if (models.has(model))
      throw unsupported('model', `The model ${model} is there twice`, placeOf([...path, index, 'model']));
    models.add(model);
  }
  const all = base === undefined || models.has(base) ? inputs : [...inputs, { model: base }];
  const taken = new Set<string>();
  return all.map((input, i) => {
    const index = i < inputs.length ? i : undefined;
    const where = placeOf(index === undefined ? ['base_model'] : [...path, index, 'model']);
    const place = placeOfModel(input.model, where, configPath);
    const wanted = basename(place, extname(place)) || place;
    let name = wanted;
    for (let n = 2; taken.has(name); n++) name = `${wanted}-${n}`;
    taken.add(name);
    return { ...input, name, place, index };
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

function placeInConfig(
  [place, option, name, field]: readonly PropertyKey[],
  named: readonly NamedInput[],
  path: readonly PropertyKey[],
  inSlice: boolean,
): readonly PropertyKey[] {
  if (place !== 'options') return [];
  if (option === undefined) return ['merge_method'];
  if (option === 'base') return ['base_model'];
  const parameters = inSlice ? ['slices', 0, 'parameters'] : ['parameters'];
  if (option !== 'ingredients')
    return [...parameters, option, ...(name === undefined ? [] : [name, ...(field === undefined ? [] : [field])])];
  const index = named.find((each) => each.name === name)?.index;
  return index === undefined ? ['base_model'] : [...path, index, 'parameters', ...(field === undefined ? [] : [field])];
}

/** Keys that stand for something that Stockpot does not do. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  modules: 'Models of several modules are not merged module by module here',
  experts: 'Mixtures of experts are not built here',
  gate_mode: 'Mixtures of experts are not built here',
  experts_per_token: 'Mixtures of experts are not built here',
};

function refuseUnsupported(file: YamlFile, placeOf: (path: readonly PropertyKey[]) => string): void {
  const value = file.value as Readonly<Record<string, unknown>>;
  for (const [key, what] of Object.entries(UNSUPPORTED)) {
    if (key in value) throw unsupported(key, what, placeOf([key]));
  }
  const { tokenizer, tokenizer_source: source } = value as {
    tokenizer?: { source?: unknown; tokens?: unknown; pad_to_multiple_of?: unknown } | null;
    tokenizer_source?: unknown;
  };
  const surgery = 'Vocabularies are not put together here; the embeddings of all models must mean the same tokens';
  if (source === 'union') throw unsupported('tokenizer_source', surgery, placeOf(['tokenizer_source']));
  if (tokenizer?.source === 'union') throw unsupported('tokenizer.source', surgery, placeOf(['tokenizer', 'source']));
  for (const key of ['tokens', 'pad_to_multiple_of'] as const) {
    if (tokenizer?.[key] !== undefined && tokenizer[key] !== null) {
      throw unsupported(`tokenizer.${key}`, surgery, placeOf(['tokenizer', key]));
    }
  }
}

function remarksOf(config: MergekitConfig, file: YamlFile): readonly string[] {
  const line = (key: string): string => `line ${file.lineOf([key])}: ${key}`;
  return [
    ...(config.tokenizer_source === undefined
      ? []
      : [`${line('tokenizer_source')} is about the tokenizer's files; copy those of that model beside the weights`]),
    ...(config.tokenizer === undefined
      ? []
      : [`${line('tokenizer')} is about the tokenizer's files; copy those of that model beside the weights`]),
    ...(config.chat_template === undefined
      ? []
      : [`${line('chat_template')} is about the tokenizer's files; write it there`]),
    ...(config.dtype !== undefined &&
    config.out_dtype === undefined &&
    config.dtype !== 'float32' &&
    config.dtype !== 'float64'
      ? [
          `${line('dtype')}: weights are widened, merged and rounded to ${config.dtype} once, where mergekit computes in it`,
        ]
      : []),
  ];
}

function unknownMethod(method: string, where: string): StockpotError {
  const names = METHODS.map(({ name }) => name).join(', ');
  return new StockpotError({
    code: 'mergekit/unknown-method',
    what: `There is no merge method '${method}'`,
    where,
    remedy: `Methods: ${names}.`,
  });
}

function unsupported(key: string, what: string, where: string): StockpotError {
  return new StockpotError({
    code: 'mergekit/unsupported',
    what: `${key}: ${what}`,
    where,
    remedy: 'Stockpot merges models of one architecture, tensor by tensor.',
  });
}
