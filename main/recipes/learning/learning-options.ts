import { z } from 'zod';
import type { Granularity, LayerGroup } from '../../architectures/layer-groups.ts';
import { plainCoefficients } from '../coefficients.ts';
import type { Coefficients, Larder, LearningSplit, OptionFault } from '../recipe.ts';
import type { CoefficientTable } from './parameterization.ts';

export const granularityOption = z
  .enum(['model', 'name', 'kind', 'stage', 'block', 'layer'] satisfies Granularity[])
  .default('model')
  .describe(
    "What has coefficients of its own: the whole 'model'; groups of layers by 'name' or by 'kind' (convolutions, norms, …); each 'stage', 'block' or 'layer'",
  );

export const splitOption = z
  .enum(['selection', 'train'])
  .default('selection')
  .describe('The samples that are learned from: those of the selection split, or those of the train split');

export const memoryOption = z
  .number()
  .min(0)
  .default(512)
  .describe(
    'Megabytes that ingredients may take in memory. Those that do not fit are read from their files at every step, which changes nothing but the time',
  );

/** What can't be learned from. */
export function splitFaults(split: LearningSplit, { learnsFrom }: Larder): readonly OptionFault[] {
  if (learnsFrom.includes(split)) return [];
  const other = learnsFrom[0];
  return [
    {
      option: ['split'],
      what: `There is no ${split} split to learn from`,
      remedy:
        other === undefined
          ? 'Give the run one. In a chain learning is the first step: it needs the ingredients as they are.'
          : `Give the run one, or learn from its ${other} split.`,
    },
  ];
}

/** The groups that coefficients are for, one of everything by default. */
export function groupsOf(larder: Larder, granularity: Granularity): readonly Pick<LayerGroup, 'name' | 'tensors'>[] {
  return granularity === 'model' ? [{ name: 'all', tensors: larder.tensors }] : larder.layerGroups(granularity);
}

/** A table of coefficients as what a recipe comes to. */
export function coefficientsOf(
  groups: readonly Pick<LayerGroup, 'name' | 'tensors'>[],
  table: CoefficientTable,
): Coefficients {
  if (groups.length === 1) return plainCoefficients(table[0]!);
  return { groups: groups.map(({ name, tensors }, g) => ({ name, tensors, weights: table[g]! })) };
}

/** Ids of the ingredients that count somewhere. */
export function usedIn(table: CoefficientTable, { ingredients }: Larder): readonly string[] {
  return ingredients.filter((_, i) => table.some((row) => row[i] !== 0)).map(({ id }) => id);
}
