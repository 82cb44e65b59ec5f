import { z } from 'zod';
import type { Granularity, LayerGroup } from '../architectures/layer-groups.ts';
import type { TensorGroup } from '../mix/mixture.ts';
import type { Coefficients, Larder } from './recipe.ts';

const granularities = ['name', 'kind', 'stage', 'block', 'layer'] as const satisfies readonly Granularity[];

/** An option of recipes that decide layer by layer. */
export const granularityOption = (usual: (typeof granularities)[number]) =>
  z
    .enum(granularities)
    .default(usual)
    .meta({
      description: 'How finely the network is divided',
      choices: [
        {
          value: 'name',
          label: 'by name',
          explanation: 'conv, bn, fc and classifier as parts of the names of tensors',
        },
        {
          value: 'kind',
          label: 'by kind',
          explanation: 'Convolutions, normalisations, attention, MLP, embeddings, head, by the graph',
        },
        { value: 'stage', label: 'by stage', explanation: 'Where the resolution changes, or the network says so' },
        { value: 'block', label: 'by block', explanation: 'The blocks that the network repeats' },
        { value: 'layer', label: 'by layer', explanation: 'Every layer with its bias and its normalisation' },
      ],
    });

/** An option: in which order parts have their turn. */
export const orderOption = z
  .enum(['given', 'forward', 'backward'])
  .default('given')
  .describe(
    "Which part comes first. 'given': conv, bn, fc, classifier where they go by name, else as the network is passed through; 'forward' and 'backward': by depth",
  );

export type PartOrder = z.output<typeof orderOption>;

/** Tensors that are tried together. */
export interface LayerPart {
  readonly name: string;
  readonly tensors: readonly string[];
  readonly depth: number;
}

/** The parts of names that the article tells layers by, in its order. */
const NAME_PARTS = ['conv', 'bn', 'fc', 'classifier'];

/**
 * The parts of a network. By name as in the article: a tensor whose name has two of the words is in both parts, and one that has none
 * is in no part.
 */
export function layerParts(
  { tensors, layerGroups }: Larder,
  granularity: Granularity,
  order: PartOrder,
): readonly LayerPart[] {
  const groups = layerGroups(granularity);
  const parts = granularity === 'name' ? namedParts(tensors, groups) : groups;
  if (order === 'given') return parts;
  const sign = order === 'forward' ? 1 : -1;
  return parts.toSorted((a, b) => sign * (a.depth - b.depth));
}

function namedParts(tensors: readonly string[], groups: readonly LayerGroup[]): readonly LayerPart[] {
  return NAME_PARTS.flatMap((name): readonly LayerPart[] => {
    const own = tensors.filter((tensor) => tensor.includes(name));
    const depth = groups.find((group) => group.name === name)?.depth ?? 0;
    return own.length === 0 ? [] : [{ name, tensors: own, depth }];
  });
}

/**
 * A mixture whose weights are told tensor by tensor, in groups called like the parts; what is in no part is the rest.
 * @param weightsOf one weight for each ingredient
 */
export function mixtureOfParts(
  { tensors }: Pick<Larder, 'tensors'>,
  parts: readonly Pick<LayerPart, 'name' | 'tensors'>[],
  weightsOf: (tensor: string) => readonly number[],
): Coefficients {
  const partOf = new Map(
    parts.toReversed().flatMap((part) => part.tensors.map((tensor) => [tensor, part.name] as const)),
  );
  const groups = Map.groupBy(tensors, (tensor) => JSON.stringify([partOf.get(tensor) ?? 'rest', weightsOf(tensor)]));
  const taken = new Set<string>();
  const named = [...groups].map(([key, members]): TensorGroup => {
    const [wanted, weights] = JSON.parse(key) as [string, readonly number[]];
    let name = wanted;
    for (let number = 2; taken.has(name); number += 1) name = `${wanted} (${number})`;
    taken.add(name);
    return { name, tensors: members, weights };
  });
  // As the network has them; the rest last.
  const place = new Map(parts.map(({ name }, index) => [name, index]));
  const placeOf = ({ name }: TensorGroup): number =>
    place.get(name.replace(/ \(\d+\)$/, '')) ?? place.get(name) ?? parts.length;
  return { groups: named.toSorted((a, b) => placeOf(a) - placeOf(b)) };
}
