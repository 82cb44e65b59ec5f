import type { Datasets, NumericDataset } from './hdf5/datasets.ts';
import { malformedHdf5 } from './hdf5/errors.ts';
import type { Hdf5File } from './hdf5/file.ts';

/** The tensors of a model among a file's datasets. */
export interface KerasLayout {
  /** The group that the names below begin from; empty for the top. */
  readonly group: string;
  readonly tensors: ReadonlyMap<string, NumericDataset>;
  readonly remarks: readonly string[];
}

/** The group of a full model's weights (Keras 2, and Keras 3 with `.h5`). */
const MODEL_GROUP = 'model_weights';

/** Weights that belong to no layer. Their group is not among the layers' names. */
const TOP_LEVEL_GROUP = 'top_level_model_weights';

/** Where Keras 3 keeps a model's layers; the second name is that of its first version. */
const LAYER_GROUPS = ['layers', '_layer_checkpoint_dependencies'];

/** What Keras 3 keeps beside a model. */
const TRAINING_GROUPS = ['optimizer', 'metrics', 'loss_tracker', '_loss_tracker'];

/**
 * Finds the model among a file's datasets. Keras 2 lists layers and their weights in attributes; Keras 3 has the groups `layers` and
 * `optimizer`; any other file is taken as it is. Names are paths below `group`.
 * @throws StockpotError `checkpoint/malformed-hdf5` when a listed weight is missing
 */
export function findKerasModel(file: Hdf5File, datasets: Datasets): KerasLayout {
  const top = file.children('/');
  const group = top.includes(MODEL_GROUP) && listsNames(file, `/${MODEL_GROUP}`, 'layer_names') ? MODEL_GROUP : '';
  if (listsNames(file, `/${group}`, 'layer_names')) return listedModel(file, datasets, group, top);
  if (top.some((name) => LAYER_GROUPS.includes(name))) return withoutTraining(datasets);
  return { group: '', tensors: datasets.numeric, remarks: datasets.remarks };
}

function listedModel(file: Hdf5File, datasets: Datasets, group: string, top: readonly string[]): KerasLayout {
  const tensors = new Map<string, NumericDataset>();
  const layers = namesIn(file, `/${group}`, 'layer_names');
  const children = file.children(`/${group}`);
  const unlisted = children.filter((name) => name === TOP_LEVEL_GROUP && !layers.includes(name));
  for (const layer of [...layers, ...unlisted]) {
    if (!children.includes(layer)) throw malformedHdf5(file.path, `the layer '${layer}' is listed and missing`);
    for (const weight of namesIn(file, `/${below(group, layer)}`, 'weight_names')) {
      const name = `${layer}/${weight}`;
      const dataset = datasets.numeric.get(below(group, name));
      if (dataset === undefined) throw malformedHdf5(file.path, `the weight '${name}' is listed and no tensor`);
      tensors.set(name, { ...dataset, name });
    }
  }
  const remaining = datasets.numeric.size - tensors.size;
  const what = top.includes('optimizer_weights') ? "the optimizer's" : 'of no listed layer';
  const remarks = remaining === 0 ? [] : [`Left out: ${remaining} tensors, ${what}.`];
  return { group, tensors, remarks: [...datasets.remarks, ...remarks] };
}

function withoutTraining(datasets: Datasets): KerasLayout {
  const isTraining = (path: string): boolean => TRAINING_GROUPS.includes(path.split('/')[0]!);
  const tensors = [...datasets.numeric].filter(([path]) => !isTraining(path));
  const left = datasets.numeric.size - tensors.length;
  const remarks = left === 0 ? [] : [`Left out: ${left} tensors of the optimizer and the metrics.`];
  return { group: '', tensors: new Map(tensors), remarks: [...datasets.remarks, ...remarks] };
}

/** Lists beyond the size of an attribute are divided: `layer_names0`, `layer_names1`, … */
function namesIn(file: Hdf5File, path: string, attribute: string): readonly string[] {
  const attributes = file.attributes(path);
  const parts = attributes.includes(attribute) ? [attribute] : [];
  for (let part = 0; parts[0] !== attribute && attributes.includes(`${attribute}${part}`); part += 1) {
    parts.push(`${attribute}${part}`);
  }
  return parts.flatMap((part) => {
    const texts = file.texts(path, part);
    if (texts === undefined) throw malformedHdf5(file.path, `the attribute '${part}' of '${path}' holds no names`);
    return texts;
  });
}

function listsNames(file: Hdf5File, path: string, attribute: string): boolean {
  const attributes = file.attributes(path);
  return attributes.includes(attribute) || attributes.includes(`${attribute}0`);
}

function below(group: string, name: string): string {
  return group === '' ? name : `${group}/${name}`;
}
