import { z } from 'zod';
import { baseFaults, baseOption } from './base-option.ts';
import { plainCoefficients } from './coefficients.ts';
import { checkNeeds } from './needs.ts';
import { refuseFaults } from './option-faults.ts';
import type { CookContext, CookOutcome, Larder, OptionFault, Recipe, TraceStep } from './recipe.ts';

const options = z.strictObject({
  base: baseOption,
  alpha: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('How far to go from the base to the fine-tuned model: 0 is the base, 1 the fine-tuned model'),
});

export type WiseFtOptions = z.output<typeof options>;

export const wiseFt: Recipe<WiseFtOptions> = {
  name: 'wise-ft',
  title: 'WiSE-FT',
  description:
    'The straight line between a base model and what was fine-tuned from it (with several, their average). Keeps what fine-tuning gained and gives robustness back.',
  family: 'interpolation',
  chooseWhen: 'A fine-tuned model is good on its own data and worse than its base on everything else.',
  source: 'Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022, https://arxiv.org/abs/2109.01903',
  needs: { selection: false, base: 'needed', minimumIngredients: 2 },
  options,
  check: faultsOf,
  mixtures: () => ({ least: 0, most: 0 }),
  async *cook(context: CookContext, { base, alpha }: WiseFtOptions): AsyncGenerator<TraceStep, CookOutcome> {
    const { ingredients } = context;
    checkNeeds(wiseFt, ingredients.length, context.selection !== undefined);
    refuseFaults(wiseFt, faultsOf({ base, alpha }, context));
    const others = ingredients.length - 1;
    const weights = ingredients.map(({ name }) => (name === base ? 1 - alpha : alpha / others));
    return {
      coefficients: plainCoefficients(weights),
      used: ingredients.filter((_, i) => weights[i] !== 0).map(({ id }) => id),
      summary: `${alpha} of the way from ${base} to ${others === 1 ? 'the fine-tuned model' : `the average of ${others} fine-tuned models`}.`,
    };
  },
};

function faultsOf({ base }: WiseFtOptions, larder: Larder): readonly OptionFault[] {
  return baseFaults(base, larder);
}
