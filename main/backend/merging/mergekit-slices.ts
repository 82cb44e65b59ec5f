import { blocksOf } from '../../architectures/numbered-blocks.ts';
import { blocksInOrder } from '../../recipes/depth.ts';
import type { ModelList } from './mergekit-models.ts';
import { type PlaceInConfig, unsupported } from './mergekit-unsupported.ts';

/** Layers of every model that a slice takes, from the first on, without the last; undefined where it does not say. */
export interface SliceLayers {
  readonly from: number;
  readonly to: number;
  /** Where that stands. */
  readonly where: string;
}

/**
 * The layers of each slice. All models of a slice must take the same ones, and each slice must go on where the one before ends, so
 * that every layer comes from the same layer of each model.
 * @throws StockpotError `mergekit/unsupported`
 */
export function layersOfSlices(lists: readonly ModelList[], placeOf: PlaceInConfig): readonly SliceLayers[] {
  const found: SliceLayers[] = [];
  for (const { inputs, path } of lists) {
    const from = found.at(-1)?.to ?? 0;
    const [first] = inputs;
    for (const [i, { layer_range: range }] of inputs.entries()) {
      const where = placeOf([...path, i, ...(range === undefined ? [] : ['layer_range'])]);
      if (range === undefined) {
        // A single slice of whole models need not say so.
        if (lists.length > 1) throw unsupported('layer_range', 'Of several slices each must say its layers', where);
        continue;
      }
      if (range[0] !== from || range[1] !== first?.layer_range?.[1] || range[1] <= from) {
        const what = `Layers stay in their place here: the same range for all models, and this one begins with ${from}`;
        throw unsupported('layer_range', what, where);
      }
    }
    if (first?.layer_range !== undefined) {
      found.push({ from, to: first.layer_range[1], where: placeOf([...path, 0, 'layer_range']) });
    }
  }
  return found;
}

/** Names of what comes before the first layer; what comes after the last has others. */
const BEFORE = /emb|wte|wpe/i;

/**
 * The tensors of each slice. Those of no layer go with the first slice where their names say that they are embeddings, and with the last
 * one otherwise: norms and heads.
 * @param tensors of any of the models
 * @throws StockpotError `mergekit/unsupported` where the slices are not all that the models have
 */
export function tensorsOfSlices(
  layers: readonly SliceLayers[],
  tensors: readonly string[],
): readonly (readonly string[])[] {
  const blocks = blocksOf(tensors);
  const order = blocksInOrder(blocks);
  const last = layers.at(-1);
  if (last !== undefined && last.to !== order.length) {
    const what = `The ranges are the first ${last.to} layers, and the model has ${order.length}; parts of a model are not put together here`;
    throw unsupported('layer_range', what, last.where);
  }
  const sliceOf = (tensor: string): number => {
    const block = blocks.get(tensor);
    if (block === undefined) return BEFORE.test(tensor) ? 0 : layers.length - 1;
    const index = order.indexOf(block);
    return layers.findIndex(({ to }) => index < to);
  };
  const slices = Map.groupBy(tensors, sliceOf);
  return layers.map((_, slice) => slices.get(slice) ?? []);
}
