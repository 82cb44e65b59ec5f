import type { Architecture } from '../architectures/architecture.ts';
import { type ComputedFile, withInput } from '../mix/blend.ts';
import type { TensorGroup } from '../mix/mixture.ts';
import type { Coefficients, OptionFault, Recipe } from './recipe.ts';

/**
 * What becomes of BatchNorm's running statistics: mixed like every other tensor, or estimated anew on the `train` split's inputs with the
 * soup's weights in place, because an average of statistics fits no network (Izmailov et al., UAI 2018, section 3.2).
 */
export const BATCH_NORM = ['average', 're-estimate'] as const;

export type BatchNormChoice = (typeof BATCH_NORM)[number];

/** Names of BatchNorm's running means and variances. */
export function statisticsOf({ parameters }: Pick<Architecture, 'parameters'>): readonly string[] {
  return parameters.filter(({ trainable, inGraph }) => inGraph && !trainable).map(({ name }) => name);
}

/** What is wrong with asking for new statistics, apart from a recipe's own options. */
export function batchNormFaults(
  choice: BatchNormChoice,
  { title, makes }: Pick<Recipe, 'title' | 'makes'>,
  architecture: Pick<Architecture, 'name' | 'parameters'>,
  hasTrain: boolean,
): readonly OptionFault[] {
  if (choice === 'average') return [];
  const remedy = 'Leave batchNorm out, or set it to average.';
  if (makes === 'ensemble') {
    const what = `${title} mixes what whole models say, so there is no soup to estimate statistics of`;
    return [{ option: ['batchNorm'], what, remedy }];
  }
  if (statisticsOf(architecture).length === 0) {
    const what = `${architecture.name} has no BatchNorm layers, so there are no statistics to estimate`;
    return [{ option: ['batchNorm'], what, remedy }];
  }
  if (hasTrain) return [];
  const what = 'BatchNorm statistics are estimated on the inputs of a train split, and the run has none';
  return [{ option: ['batchNorm'], what, remedy: 'Give the run a train split; its labels are not looked at.' }];
}

/** The same soup with its running statistics taken from a file. */
export function withStatistics(
  soup: Coefficients,
  ingredientCount: number,
  statistics: readonly string[],
  file: ComputedFile,
): Coefficients {
  const { inputs = [], groups } = withInput(soup, { file }, ingredientCount);
  const taken = new Set(statistics);
  const others = groups.flatMap(({ tensors, ...group }): readonly TensorGroup[] => {
    if (tensors === 'rest') return [{ ...group, tensors }];
    const left = tensors.filter((name) => !taken.has(name));
    return left.length === 0 ? [] : [{ ...group, tensors: left }];
  });
  const weights = inputs.map((_, index) => (index === inputs.length - 1 ? 1 : 0));
  return { inputs, groups: [...others, { name: 'BatchNorm statistics', tensors: statistics, weights }] };
}
