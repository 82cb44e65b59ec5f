import { z } from 'zod';
import { StockpotError, throwIfCancelled } from '../errors.ts';
import { weightedLogits } from '../metrics/ensemble.ts';
import { scoreAll } from '../metrics/index.ts';
import { Predictions } from '../metrics/predictions.ts';
import { Random } from '../random.ts';
import { averageOf, plainCoefficients } from './coefficients.ts';
import { DecisiveMetric, metricOption } from './decisive-metric.ts';
import { learnMixing, type MixingEpoch } from './mixing.ts';
import { checkNeeds } from './needs.ts';
import { refuseFaults } from './option-faults.ts';
import type {
  CookContext,
  CookOutcome,
  Larder,
  LearningSplit,
  MeasuredScore,
  OptionFault,
  Outputs,
  OutputsSource,
  Recipe,
  TraceStep,
} from './recipe.ts';

const options = z.strictObject({
  learnOn: z
    .enum(['train', 'selection'])
    .optional()
    .describe(
      'The split that the weights are learned from; left out, it is the train split where the run has one, else the selection split. What ingredients were trained on flatters those that know it by heart',
    ),
  epochs: z.int().min(1).default(10).describe('How often it goes over what it learns from'),
  learningRate: z.number().positive().default(0.01).describe('Of Adam'),
  batchSize: z.int().min(1).default(64).describe('Samples for each step; their order is another one in every epoch'),
  metric: metricOption,
});

type LearnedMixingOptions = z.output<typeof options>;

/** The weights of an epoch, and what they score. */
interface Scored extends MixingEpoch {
  readonly score: MeasuredScore;
}

/** Networks run over each split once; everything after that is arithmetic on their logits. */
export const learnedMixing: Recipe<LearnedMixingOptions> = {
  name: 'learned-mixing',
  title: 'Learned mixing of outputs',
  description:
    'An ensemble: every ingredient stays a model of its own, and what they say is added up with weights that are learned. As many forward passes for a prediction as there are ingredients.',
  family: 'learned',
  makes: 'ensemble',
  chooseWhen:
    'You can afford to run all ingredients, or want to know what averaging their weights should come near to.',
  source:
    'Softmax mixing weights over the outputs of frozen models, by Adam on the cross-entropy: stacking (Wolpert, "Stacked generalization", Neural Networks 5, 1992) with one non-negative weight for each model',
  needs: { selection: true, minimumIngredients: 2 },
  options,
  check: faultsOf,
  mixtures: () => ({ least: 0, most: 0 }),
  async *cook(context: CookContext, chosen: LearnedMixingOptions): AsyncGenerator<TraceStep, CookOutcome> {
    checkNeeds(learnedMixing, context.ingredients.length, context.hasSelection);
    refuseFaults(learnedMixing, faultsOf(chosen, context));
    const { ingredients } = context;
    const learnOn = splitOf(chosen, context);
    const singles = ingredients.map((_, i) => averageOf([i], ingredients.length));
    const source = sourceOf(context);
    const held = await source.of('selection', singles);
    const learned = learnOn === 'selection' ? held : await source.of(learnOn, singles);
    const metric = new DecisiveMetric(chosen.metric);
    const alone = held.logits.map((logits) => scoreOf(logits, held.labels));
    for (const [i, { id }] of ingredients.entries()) {
      yield { kind: 'ingredient-scored', ingredient: id, score: metric.told(alone[i]!) };
    }
    metric.requireFigures(alone);
    if (learnOn === 'selection') {
      const text = 'The weights are learned from the samples that they are scored on: these scores flatter';
      yield { kind: 'remark', text };
    }
    const best = yield* epochsOf(learned, held, metric, chosen, context);
    const strongest = alone.reduce((one, other) => (metric.merit(other) > metric.merit(one) ? other : one));
    return {
      coefficients: plainCoefficients(best.weights),
      used: ingredients.filter((_, i) => best.weights[i] !== 0).map(({ id }) => id),
      summary:
        `The outputs of ${ingredients.length} models with weights ${rangeOf(best.weights, ingredients)}, ` +
        `learned on the ${learnOn} split (epoch ${best.epoch} of ${chosen.epochs}): ${metric.describe(best.score, strongest)}.`,
    };
  },
};

/** @returns the best epoch; ties: the earlier */
async function* epochsOf(
  learned: Outputs,
  held: Outputs,
  metric: DecisiveMetric,
  { epochs, learningRate, batchSize }: LearnedMixingOptions,
  { seed, signal }: CookContext,
): AsyncGenerator<TraceStep, Scored> {
  const order = (epoch: number): Int32Array => new Random(seed, 'mixing', epoch).permutation(learned.labels.length);
  let best: Scored | undefined;
  for (const epoch of learnMixing(learned, { epochs, learningRate, batchSize, order })) {
    throwIfCancelled(signal);
    const score = scoreOf(weightedLogits(held.logits, epoch.weights), held.labels);
    const isBest = best === undefined || metric.merit(score) > metric.merit(best.score);
    if (isBest) best = { ...epoch, score };
    yield {
      kind: 'epoch',
      epoch: epoch.epoch,
      of: epochs,
      loss: epoch.loss,
      score: metric.told(score),
      best: isBest,
    };
  }
  return best!;
}

function scoreOf(logits: Float32Array, labels: Int32Array): MeasuredScore {
  const predictions = new Predictions(logits, labels);
  const correct = predictions.hits.reduce((sum, hit) => sum + hit, 0);
  const figures = scoreAll(predictions);
  const total = labels.length;
  return { correct, total, accuracy: correct / total, loss: figures.loss ?? Number.NaN, figures };
}

function splitOf({ learnOn }: LearnedMixingOptions, { hasTrain }: Larder): LearningSplit {
  return learnOn ?? (hasTrain === true ? 'train' : 'selection');
}

function faultsOf({ learnOn }: LearnedMixingOptions, { hasTrain }: Larder): readonly OptionFault[] {
  if (learnOn !== 'train' || hasTrain === true) return [];
  const remedy = 'Give the run a train split, or learn on the selection split.';
  return [{ option: ['learnOn'], what: 'There is no train split to learn from', remedy }];
}

function sourceOf({ outputs }: CookContext): OutputsSource {
  if (outputs !== undefined) return outputs;
  throw new StockpotError({
    code: 'recipe/no-outputs',
    what: 'This recipe learns from what the models say of samples, and there is nothing to run them on',
    where: `recipe ${learnedMixing.name}`,
  });
}

function rangeOf(weights: readonly number[], ingredients: Larder['ingredients']): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const heaviest = weights.indexOf(Math.max(...weights));
  return `from ${percent(Math.min(...weights))} to ${percent(weights[heaviest]!)} (${ingredients[heaviest]!.name})`;
}
