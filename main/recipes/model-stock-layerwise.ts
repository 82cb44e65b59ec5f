import { z } from 'zod';
import { StockpotError } from '../errors.ts';
import type { BlendInput } from '../mix/blend.ts';
import { modelStockRatio } from '../mix/methods/model-stock-ratio.ts';
import type { TensorGroup } from '../mix/mixture.ts';
import { baseFaults, baseOption } from './base-option.ts';
import { checkNeeds } from './needs.ts';
import { refuseFaults } from './option-faults.ts';
import type { CookContext, CookOutcome, Larder, OptionFault, Recipe, TraceStep } from './recipe.ts';

const options = z.strictObject({ base: baseOption });

export type ModelStockLayerwiseOptions = z.output<typeof options>;

/** Model Stock as in its paper, as a weighted sum: what each layer takes from base and models is known, shown and kept. */
export const modelStockLayerwise: Recipe<ModelStockLayerwiseOptions> = {
  name: 'model-stock-layerwise',
  title: 'Model Stock, layer by layer',
  description:
    'Between a base and the average of what was fine-tuned from it, layer by layer as far as the angle between the changes tells; two models are enough. Says what each layer takes from whom.',
  family: 'task-vectors',
  chooseWhen: 'You have few fine-tuned models (two will do) and their base, and want Model Stock as its paper has it.',
  source:
    'Jang et al., "Model Stock: All we need is just a few fine-tuned models", ECCV 2024, sections 4.1 and 4.2, https://arxiv.org/abs/2403.19522; without merging during training',
  needs: { selection: false, base: 'needed', minimumIngredients: 3 },
  options,
  check: faultsOf,
  mixtures: () => ({ least: 0, most: 0 }),
  async *cook(context: CookContext, chosen: ModelStockLayerwiseOptions): AsyncGenerator<TraceStep, CookOutcome> {
    const { ingredients, tensors, weights, signal } = context;
    checkNeeds(modelStockLayerwise, ingredients.length, context.selection !== undefined);
    refuseFaults(modelStockLayerwise, faultsOf(chosen, context));
    const inputs = context.inputs ?? ingredients.map((_, ingredient): BlendInput => ({ ingredient }));
    const base = ingredients.findIndex(({ name }) => name === chosen.base);
    const models = inputs.filter((_, i) => i !== base);
    const products = await weights.changeProducts(inputs[base]!, models, signal);
    const ratios = tensors.flatMap((tensor) => {
      const own = products.get(tensor);
      return own === undefined ? [] : [{ tensor, ratio: finite(modelStockRatio(own, models.length, 0), tensor) }];
    });
    const sharesOf = (ratio: number): readonly number[] =>
      ingredients.map((_, i) => (i === base ? 1 - ratio : ratio / models.length));
    const groups = ratios.map(
      ({ tensor, ratio }): TensorGroup => ({ name: tensor, tensors: [tensor], weights: sharesOf(ratio) }),
    );
    const isWhole = tensors.every((tensor) => products.has(tensor));
    return {
      // Counters and other integers are the base's.
      coefficients: {
        groups: isWhole ? groups : [...groups, { name: 'integers', tensors: 'rest', weights: sharesOf(0) }],
      },
      used: ingredients.map(({ id }) => id),
      summary: describe(
        ratios.map(({ ratio }) => ratio),
        String(chosen.base),
        models.length,
      ),
    };
  },
};

function faultsOf({ base }: ModelStockLayerwiseOptions, larder: Larder): readonly OptionFault[] {
  return baseFaults(base, larder);
}

function finite(ratio: number, tensor: string): number {
  if (Number.isFinite(ratio)) return ratio;
  throw new StockpotError({
    code: 'recipe/not-finite',
    what: `${tensor} holds NaN or infinities in one of the models, so that no angle can be told`,
    where: 'recipe model-stock-layerwise',
    remedy: 'Leave that model out.',
  });
}

function describe(ratios: readonly number[], base: string, count: number): string {
  const ascending = ratios.toSorted((a, b) => a - b);
  const shown = [ascending[0], ascending[Math.floor(ascending.length / 2)], ascending.at(-1)].map((ratio) =>
    (ratio ?? 0).toFixed(2),
  );
  return `From ${base} towards the average of ${count} models: by tensor ${shown[0]} of the way at least, ${shown[2]} at most, the median ${shown[1]}.`;
}
