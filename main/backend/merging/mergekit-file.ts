import { StockpotError } from '../../errors.ts';
import { METHODS } from '../../mix/methods/index.ts';
import type { TensorMethod } from '../../mix/methods/tensor-method.ts';
import type { Mixture } from '../../mix/mixture.ts';
import { checkYaml, type YamlFile } from '../runs/yaml-document.ts';
import type { MergePart } from './merge-parts.ts';
import type { MergeRequest } from './merge-request.ts';
import { type ModelList, modelLists, type NamedModel, nameModels } from './mergekit-models.ts';
import { type MergekitConfig, mergekitSchema } from './mergekit-schema.ts';
import { layersOfSlices, type SliceLayers, tensorsOfSlices } from './mergekit-slices.ts';
import { type PlaceInConfig, refuseUnsupported } from './mergekit-unsupported.ts';

export interface MergekitRequest extends MergeRequest {
  /** What the file asks for that is about other things than weights. */
  readonly remarks: readonly string[];
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
  const lists = modelLists(config, placeOf);
  const method = METHODS.find(({ name }) => name === config.merge_method);
  if (method === undefined) throw unknownMethod(config.merge_method, placeOf(['merge_method']));
  const named = nameModels(lists, placeOf, file.path);
  const layers = layersOfSlices(lists, placeOf);
  const parts = lists.map((list) => partOf(config, list, named, method, placeOf));
  const whole = parts[0]!;
  const common = {
    recipe: method.name,
    ingredients: named.map(({ name, place }) => ({ name, path: place })),
    seed: 0,
    accumulate: 'f64',
    dtype: DTYPES[config.out_dtype ?? config.dtype ?? ''] ?? 'keep',
    placeOf: whole.placeOf,
    remarks: remarksOf(config, file),
  } as const;
  if (parts.length > 1) {
    return {
      ...common,
      options: undefined,
      partsOf: (tensors) =>
        tensorsOfSlices(layers, tensors).map((own, i) => ({
          ...parts[i]!,
          name: nameOfSlice(layers[i]!),
          tensors: own,
        })),
    };
  }
  return {
    ...common,
    options: whole.options,
    checkTensors: (tensors) => {
      if (layers.length > 0) tensorsOfSlices(layers, tensors);
    },
  };
}

type Part = Omit<MergePart, 'name' | 'tensors'>;

/** What is asked for of one list of models. */
function partOf(
  config: MergekitConfig,
  list: ModelList,
  named: readonly NamedModel[],
  method: TensorMethod,
  placeOf: PlaceInConfig,
): Part {
  const { inputs, slice, base } = list;
  const nameOf = (model: string): string => named.find((each) => each.model === model)!.name;
  const given = (values: Readonly<Record<string, unknown>> | null | undefined) =>
    Object.entries(values ?? {}).filter(([, value]) => value !== null);
  const own = inputs.flatMap(({ model, parameters }) => {
    const kept = given(parameters);
    return kept.length === 0 ? [] : [[nameOf(model), Object.fromEntries(kept)]];
  });
  const usesBase = method.base !== 'unused' && base !== undefined;
  const models = inputs.map(({ model }) => model);
  return {
    ingredients: (base === undefined || models.includes(base) ? models : [...models, base]).map(nameOf),
    options: {
      ...Object.fromEntries(given({ ...config.parameters, ...slice?.parameters })),
      ...(usesBase ? { base: nameOf(base) } : {}),
      ...(own.length > 0 ? { ingredients: Object.fromEntries(own) } : {}),
    },
    placeOf: (option) => placeOf(placeInConfig(option, list, named)),
  };
}

function nameOfSlice({ from, to }: SliceLayers): string {
  return to - from === 1 ? `layer ${from}` : `layers ${from} to ${to - 1}`;
}

/** mergekit's names of the types that weights can have. */
const DTYPES: Readonly<Record<string, Mixture['dtype']>> = {
  float16: 'F16',
  bfloat16: 'BF16',
  float32: 'F32',
  float64: 'F64',
};

function placeInConfig(
  [place, option, name, field]: readonly PropertyKey[],
  { inputs, path, slice }: ModelList,
  named: readonly NamedModel[],
): readonly PropertyKey[] {
  const base = slice?.base_model === undefined ? ['base_model'] : [...path.slice(0, -1), 'base_model'];
  if (place !== 'options') return [];
  if (option === undefined) return slice === undefined ? ['merge_method'] : path.slice(0, -1);
  if (option === 'base') return base;
  if (option !== 'ingredients') {
    const inSlice = Object.hasOwn(slice?.parameters ?? {}, String(option));
    const parameters = inSlice ? [...path.slice(0, -1), 'parameters'] : ['parameters'];
    return [...parameters, option, ...(name === undefined ? [] : [name, ...(field === undefined ? [] : [field])])];
  }
  const index = inputs.findIndex(({ model }) => named.find((each) => each.model === model)?.name === name);
  return index === -1 ? base : [...path, index, 'parameters', ...(field === undefined ? [] : [field])];
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
