import type { Architecture } from './architecture.ts';
import { type GraphLayer, graphLayers, type LayerKind } from './graph-layers.ts';
import { blocksOf } from './numbered-blocks.ts';
import { readGraph } from './onnx/model.ts';

/**
 * How finely a network is divided. `name`: by parts of tensors' names, as the article does; `kind`: by what the graph does with them;
 * `stage`: where the resolution changes, or by the names of its parts; `block`: its repeated blocks, or else what lies between points that
 * everything passes through; `layer`: a node with its weight, its bias and the normalisation that follows it.
 */
export const GRANULARITIES = ['model', 'name', 'kind', 'stage', 'block', 'layer'] as const;

export type Granularity = (typeof GRANULARITIES)[number];

/** Tensors that share their fate. */
export interface LayerGroup {
  /** Unique among the groups: `layer1.0`, `convolution`, … */
  readonly name: string;
  /** In the order in which checkpoints list them. */
  readonly tensors: readonly string[];
  /** How deep in the network: 0 for the first group, 1 for the last and for one alone. */
  readonly depth: number;
}

/** The parts of names that the article tells layers by, in its order. */
const NAME_PARTS = ['conv', 'bn', 'fc', 'classifier'];

/**
 * The tensors of a network in groups, in the order of its graph. Every tensor is in exactly one; what the graph has no use for
 * (`num_batches_tracked`) goes with the tensors of its module.
 */
export function layerGroups(
  { graph, parameters }: Pick<Architecture, 'graph' | 'parameters'>,
  granularity: Granularity,
): readonly LayerGroup[] {
  const tensors = parameters.map(({ name }) => name);
  const known = new Set(tensors);
  const layers = graphLayers(readGraph(graph), (name) => known.has(name));
  return grouped(tensors, layers, granularity);
}

/**
 * The same from names alone, in their order, where there is no graph: a layer is a module, and what layers do is not known.
 * @returns undefined for groups by kind
 */
export function namedLayerGroups(
  tensors: readonly string[],
  granularity: Granularity,
): readonly LayerGroup[] | undefined {
  if (granularity === 'kind') return undefined;
  const modules = [...Map.groupBy(tensors, moduleOf).values()];
  const layers = modules.map((names, index): GraphLayer => {
    const kind: LayerKind = 'other';
    return { tensors: names.map((name) => ({ name, kind })), kind, node: index, reductions: undefined, segment: index };
  });
  return grouped(tensors, layers, granularity);
}

/** A tensor with what decides on its group. */
interface PlacedTensor {
  readonly name: string;
  readonly kind: LayerKind;
  /** Index of its layer. */
  readonly layer: number;
}

function grouped(
  tensors: readonly string[],
  layers: readonly GraphLayer[],
  granularity: Granularity,
): readonly LayerGroup[] {
  const placed = place(tensors, layers);
  const nameOf = namer(placed, layers, granularity);
  const groups = [...Map.groupBy(placed, nameOf)].map(([name, members]) => ({
    name,
    tensors: members.map((member) => member.name),
    position: members.reduce((sum, { layer }) => sum + layer, 0) / members.length,
    first: Math.min(...members.map(({ layer }) => layer)),
  }));
  const ordered = groups.toSorted((a, b) => a.first - b.first);
  const positions = ordered.map(({ position }) => position);
  const [low, high] = [Math.min(...positions), Math.max(...positions)];
  return ordered.map(({ name, tensors: own, position }) => ({
    name,
    tensors: own,
    depth: high === low ? 1 : (position - low) / (high - low),
  }));
}

/** Tensors that no layer has go with the one before or behind them that shares the most of their module's path. */
function place(tensors: readonly string[], layers: readonly GraphLayer[]): readonly PlacedTensor[] {
  const known = new Map<string, PlacedTensor>(
    layers.flatMap((layer, index) => layer.tensors.map(({ name, kind }) => [name, { name, kind, layer: index }])),
  );
  return tensors.map((name, index) => {
    const own = known.get(name);
    if (own !== undefined) return own;
    const [before, behind] = [
      tensors.slice(0, index).findLast((other) => known.has(other)),
      tensors.slice(index + 1).find((other) => known.has(other)),
    ];
    const isNearer = before === undefined || (behind !== undefined && shared(name, behind) > shared(name, before));
    const nearest = isNearer ? behind : before;
    return nearest === undefined ? { name, kind: 'other', layer: 0 } : { ...known.get(nearest)!, name };
  });
}

function namer(
  placed: readonly PlacedTensor[],
  layers: readonly GraphLayer[],
  granularity: Granularity,
): (tensor: PlacedTensor) => string {
  switch (granularity) {
    case 'model':
      return () => 'model';
    case 'name':
      return ({ name }) => NAME_PARTS.find((part) => name.includes(part)) ?? 'rest';
    case 'kind':
      return ({ kind }) => kind;
    case 'stage':
      return byLayer(stages(placed, layers));
    case 'block':
      return byLayer(blocks(placed, layers));
    case 'layer':
      return byLayer(distinct(layers.map((_, index) => layerName(placed, index))));
  }
}

function byLayer(names: readonly string[]): (tensor: PlacedTensor) => string {
  return ({ layer }) => names[layer] ?? 'rest';
}

/** The numbered block of each layer, where names tell one. */
function numberedBlocks(
  placed: readonly PlacedTensor[],
  layers: readonly GraphLayer[],
): readonly (string | undefined)[] {
  const found = blocksOf(placed.map(({ name }) => name));
  const byTensor = layers.map((_, index) => placed.find(({ layer, name }) => layer === index && found.has(name)));
  return byTensor.map((tensor) => tensor && found.get(tensor.name));
}

/** By numbered names; layers outside of them, and all layers of a network without them, by the graph's segments. */
function blocks(placed: readonly PlacedTensor[], layers: readonly GraphLayer[]): readonly string[] {
  const numbered = numberedBlocks(placed, layers);
  const keys = layers.map(({ segment }, index) => numbered[index] ?? segment);
  const names = new Map<string | number, string>();
  const taken = new Set<string>(numbered.flatMap((name) => name ?? []));
  for (const key of new Set(keys)) {
    if (typeof key === 'string') {
      names.set(key, key);
      continue;
    }
    const members = new Set([...keys.keys()].filter((index) => keys[index] === key));
    names.set(key, unused(commonModule(placed.filter(({ layer }) => members.has(layer))), taken));
  }
  return keys.map((key) => names.get(key)!);
}

/**
 * By the names that numbered blocks share, where those tell at least two stages apart; else where height and width change; else what
 * comes before, within and behind the blocks.
 */
function stages(placed: readonly PlacedTensor[], layers: readonly GraphLayer[]): readonly string[] {
  const numbered = numberedBlocks(placed, layers);
  const parents = numbered.map((block) => block?.replace(/\.?\d+$/, ''));
  const distinctParents = new Set(parents.filter((parent) => parent !== undefined));
  if (distinctParents.size > 1) return aroundBody(parents);
  const resolutions = resolutionStages(layers);
  if (new Set(resolutions).size > 2) return resolutions;
  if (distinctParents.size === 1)
    return aroundBody(parents.map((parent) => (parent === undefined ? undefined : parent || 'body')));
  return layers.map(({ kind }) => (kind === 'embedding' ? 'stem' : kind === 'head' ? 'head' : 'body'));
}

/** What comes before the body is the stem, what comes behind it the head, and what lies in between goes with what precedes it. */
function aroundBody(parts: readonly (string | undefined)[]): readonly string[] {
  const [first, last] = [
    parts.findIndex((part) => part !== undefined),
    parts.findLastIndex((part) => part !== undefined),
  ];
  return parts.map((part, index) => {
    if (part !== undefined) return part;
    if (index < first) return 'stem';
    return index > last ? 'head' : parts.slice(0, index).findLast((other) => other !== undefined)!;
  });
}

function resolutionStages(layers: readonly GraphLayer[]): readonly string[] {
  const lastImage = layers.findLastIndex(({ reductions }) => reductions !== undefined);
  const seen = layers.map(
    (_, index) => layers.slice(0, index + 1).findLast(({ reductions }) => reductions !== undefined)?.reductions ?? 0,
  );
  const order = [...new Set(seen.slice(0, lastImage + 1))];
  return layers.map((_, index) => (index > lastImage ? 'head' : `stage ${order.indexOf(seen[index]!) + 1}`));
}

/** The module of a layer's own weight: what joins it comes later. */
function layerName(placed: readonly PlacedTensor[], index: number): string {
  const own = placed.filter(({ layer }) => layer === index);
  const first = own.find(({ kind }) => kind !== 'normalization') ?? own[0];
  return first === undefined ? `layer ${index + 1}` : moduleOf(first.name);
}

function commonModule(members: readonly PlacedTensor[]): string {
  const [first, ...others] = members.map(({ name }) => moduleOf(name).split('.'));
  if (first === undefined) return 'rest';
  const length = first.findIndex((word, place) => others.some((words) => words[place] !== word));
  const common = (length === -1 ? first : first.slice(0, length)).join('.');
  return common === '' ? first.join('.') : common;
}

function distinct(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => unused(name, taken));
}

function unused(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) name = `${wanted} (${number})`;
  taken.add(name);
  return name;
}

/** `layer1.0.conv1` of `layer1.0.conv1.weight`. */
function moduleOf(tensor: string): string {
  const end = tensor.lastIndexOf('.');
  return end === -1 ? tensor : tensor.slice(0, end);
}

/** How many words two names have in common from their beginning. */
function shared(a: string, b: string): number {
  const [first, second] = [a.split('.'), b.split('.')];
  const length = first.findIndex((word, place) => word !== second[place]);
  return length === -1 ? first.length : length;
}
