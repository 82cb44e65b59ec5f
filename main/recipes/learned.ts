import { z } from 'zod';
import { type Learned, type LearningSettings, learn } from './learning/learn.ts';
import {
  coefficientsOf,
  granularityOption,
  groupsOf,
  memoryOption,
  splitFaults,
  splitOption,
  usedIn,
} from './learning/learning-options.ts';
import { softmaxShares } from './learning/parameterization.ts';
import { checkNeeds } from './needs.ts';
import { refuseFaults } from './option-faults.ts';
import type { CookContext, CookOutcome, Larder, OptionFault, Recipe, TraceStep } from './recipe.ts';

const options = z.strictObject({
  granularity: granularityOption,
  split: splitOption,
  objective: z
    .enum(['cross-entropy', 'entropy'])
    .default('cross-entropy')
    .describe(
      "What is made small: the 'cross-entropy' of the labels, or the 'entropy' of the outputs, which looks at no label",
    ),
  temperature: z
    .number()
    .positive()
    .default(1)
    .describe('Of the softmax that makes shares of what is learned: lower values move faster to few ingredients'),
  learnScale: z
    .boolean()
    .default(false)
    .describe(
      'Also learn a factor for the logits, as in the paper, so that shares need not make up for outputs that are too sure; the soup does without it',
    ),
  epochs: z.int().min(1).default(5).describe('Passes over the samples that are learned from, at most'),
  batchSize: z.int().min(1).default(64).describe('Samples in one step'),
  learningRate: z.number().positive().default(0.05).describe('Of AdamW'),
  weightDecay: z.number().min(0).default(0).describe('Of AdamW; it draws towards equal shares'),
  holdOut: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.2)
    .describe(
      'Share of the samples that is not learned from and decides which epoch was best; 0: the last one is taken',
    ),
  decides: z
    .enum(['loss', 'accuracy'])
    .default('loss')
    .describe('What tells on the samples held out which epoch was best; ties go to the earlier one'),
  patience: z.int().min(1).default(3).describe('Stop after so many epochs in a row that were no better'),
  memory: memoryOption,
});

export type LearnedOptions = z.output<typeof options>;

export const learned: Recipe<LearnedOptions> = {
  name: 'learned',
  title: 'Learned soup',
  description:
    'Learns how much each ingredient counts, for the whole model or for each layer group, by gradient descent on labelled data. Every step differentiates the mixture itself.',
  family: 'learned',
  chooseWhen:
    'Ingredients differ in quality, or layers want different mixtures, and a few minutes of computing are fine.',
  source:
    'Wortsman et al., "Model soups", ICML 2022, appendix on learned soups: softmax shares per model or per layer and a factor for the logits, learned with AdamW on held-out data',
  needs: { selection: true, minimumIngredients: 2 },
  options,
  check: faultsOf,
  // Forward and backward take as long as three forward passes.
  mixtures: (_, { epochs, split }) => (split === 'selection' ? { least: 3, most: 3 * epochs } : { least: 0, most: 0 }),
  async *cook(context: CookContext, chosen: LearnedOptions): AsyncGenerator<TraceStep, CookOutcome> {
    checkNeeds(learned, context.ingredients.length, context.selection !== undefined);
    refuseFaults(learned, faultsOf(chosen, context));
    const groups = groupsOf(context, chosen.granularity);
    const mixing = softmaxShares(groups.length, context.ingredients.length, chosen.temperature);
    const outcome = yield* learn(context, mixing, settingsOf(chosen, groups));
    return {
      coefficients: coefficientsOf(groups, outcome.coefficients),
      used: usedIn(outcome.coefficients, context),
      summary: `${sharesInWords(outcome, context)}, ${courseInWords(outcome, chosen.objective)}.`,
    };
  },
};

function settingsOf(
  { memory, learnScale, ...chosen }: LearnedOptions,
  groups: LearningSettings['groups'],
): LearningSettings {
  return { ...chosen, groups, learnsScale: learnScale, keptBytes: memory * 1e6 };
}

function faultsOf({ split, objective, decides, holdOut }: LearnedOptions, larder: Larder): readonly OptionFault[] {
  const faults = [...splitFaults(split, larder)];
  if (objective === 'entropy' && decides === 'accuracy') {
    faults.push({ option: ['decides'], what: 'Accuracy needs labels, and entropy is learned without them' });
  }
  if (holdOut === 0 && decides === 'accuracy') {
    faults.push({ option: ['holdOut'], what: 'Nothing is held out that accuracy could decide on' });
  }
  return faults;
}

function sharesInWords({ coefficients }: Learned, { ingredients }: Larder): string {
  const means = ingredients.map((_, i) => coefficients.reduce((sum, row) => sum + row[i]!, 0) / coefficients.length);
  const [least, most] = [Math.min(...means), Math.max(...means)];
  const heaviest = ingredients[means.indexOf(most)]!.name;
  const where = coefficients.length === 1 ? '' : ` on average over ${coefficients.length} groups`;
  return `Shares from ${percent(least)} to ${percent(most)} (${heaviest})${where}`;
}

/** How a learning went, for people: `as after epoch 3 of 5: cross-entropy 0.1234 on 200 samples held out, 0.1301 before`. */
export function courseInWords({ epoch, epochs, start, end, logitScale }: Learned, objective: string): string {
  const scale = logitScale === 1 ? '' : `, logits times ${logitScale.toFixed(3)}`;
  const when =
    epoch === 0
      ? `as in the beginning, which ${epochs === 1 ? 'an epoch' : `${epochs} epochs`} of learning did not better`
      : `as after epoch ${epoch} of ${epochs}${scale}`;
  if (start === undefined || end === undefined) return when;
  const before = epoch === 0 ? '' : `, ${start.loss.toFixed(4)} before`;
  return `${when}: ${objective} ${end.loss.toFixed(4)} on ${end.total} samples held out${before}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
