import { z } from 'zod';
import { baseFaults, baseOption } from './base-option.ts';
import { courseInWords } from './learned.ts';
import { learn } from './learning/learn.ts';
import {
  coefficientsOf,
  granularityOption,
  groupsOf,
  memoryOption,
  splitFaults,
  splitOption,
  usedIn,
} from './learning/learning-options.ts';
import { taskVectorShares } from './learning/parameterization.ts';
import { checkNeeds } from './needs.ts';
import { refuseFaults } from './option-faults.ts';
import type { CookContext, CookOutcome, Larder, OptionFault, Recipe, TraceStep } from './recipe.ts';

const options = z.strictObject({
  base: baseOption,
  granularity: granularityOption,
  split: splitOption.describe('The samples that are looked at, without their labels'),
  initial: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe('How much of every task vector is added to the base in the beginning'),
  epochs: z.int().min(1).default(8).describe('Passes over the samples'),
  batchSize: z.int().min(1).default(16).describe('Samples in one step'),
  learningRate: z.number().positive().default(0.001).describe('Of Adam'),
  memory: memoryOption,
});

export type AdaMergingOptions = z.output<typeof options>;

export const adaMerging: Recipe<AdaMergingOptions> = {
  name: 'adamerging',
  title: 'AdaMerging',
  description:
    'Adds to a base as much of each fine-tuned model’s difference as makes the outputs most decided, for the whole model or for each layer. Learns from samples without labels.',
  family: 'learned',
  chooseWhen: 'Models were fine-tuned from one base for different tasks, and there are samples but no labels.',
  source:
    'Yang et al., "AdaMerging: Adaptive model merging for multi-task learning", ICLR 2024, https://arxiv.org/abs/2310.02575: task-wise and layer-wise λ from 0.3 on, kept between 0 and 1, by the entropy of the outputs with Adam at 0.001',
  needs: { selection: true, base: 'needed', minimumIngredients: 2 },
  options,
  check: faultsOf,
  // Forward and backward take as long as three forward passes.
  mixtures: (_, { epochs, split }) =>
    split === 'selection' ? { least: 3 * epochs, most: 3 * epochs } : { least: 0, most: 0 },
  async *cook(context: CookContext, chosen: AdaMergingOptions): AsyncGenerator<TraceStep, CookOutcome> {
    const { ingredients } = context;
    checkNeeds(adaMerging, ingredients.length, context.selection !== undefined);
    refuseFaults(adaMerging, faultsOf(chosen, context));
    const groups = groupsOf(context, chosen.granularity);
    const base = ingredients.findIndex(({ name }) => name === chosen.base);
    const mixing = taskVectorShares(groups.length, ingredients.length, { base, initial: chosen.initial });
    const { split, epochs, batchSize, learningRate, memory } = chosen;
    const outcome = yield* learn(context, mixing, {
      split,
      groups,
      keptBytes: memory * 1e6,
      objective: 'entropy',
      epochs,
      batchSize,
      learningRate,
      weightDecay: 0,
      learnsScale: false,
      holdOut: 0,
      decides: 'loss',
      patience: epochs,
    });
    const lambdas = outcome.coefficients.flatMap((row) => row.filter((_, i) => i !== base));
    const [least, most] = [Math.min(...lambdas), Math.max(...lambdas)];
    return {
      coefficients: coefficientsOf(groups, outcome.coefficients),
      used: usedIn(outcome.coefficients, context),
      summary: `${chosen.base} plus ${least.toFixed(3)} to ${most.toFixed(3)} of what the others differ by, ${courseInWords(outcome, 'entropy')}.`,
    };
  },
};

function faultsOf({ base, split }: AdaMergingOptions, larder: Larder): readonly OptionFault[] {
  return [...baseFaults(base, larder), ...splitFaults(split, larder)];
}
