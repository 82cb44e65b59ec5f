import { z } from 'zod';
import { averageOf, plainCoefficients } from './coefficients.ts';
import { checkNeeds } from './needs.ts';
import { refuseFaults } from './option-faults.ts';
import type { CookContext, CookOutcome, Larder, OptionFault, Recipe, TraceStep } from './recipe.ts';

const swaOptions = z.strictObject({
  start: z.int().min(0).default(0).describe('How many checkpoints to leave out at the beginning'),
  every: z.int().min(1).default(1).describe('Take every so many-th checkpoint, counted from the first that is taken'),
});

/** Ingredients are the checkpoints of one training, in the order of the file. */
export const swa: Recipe<z.output<typeof swaOptions>> = {
  name: 'swa',
  title: 'Stochastic weight averaging',
  description:
    'The plain average of checkpoints along one training, from some point on. Order the ingredients by time.',
  family: 'trajectory',
  chooseWhen: 'You kept checkpoints of one training with a constant or cyclical learning rate.',
  source:
    'Izmailov et al., "Averaging weights leads to wider optima and better generalization", UAI 2018, https://arxiv.org/abs/1803.05407',
  needs: { selection: false, minimumIngredients: 1 },
  options: swaOptions,
  check: ({ start }, { ingredients }) => tooLate(['start'], start, ingredients.length),
  mixtures: () => ({ least: 0, most: 0 }),
  async *cook(context: CookContext, { start, every }): AsyncGenerator<TraceStep, CookOutcome> {
    const count = begin(swa, context, (larder) => tooLate(['start'], start, larder.ingredients.length));
    const taken = indices(count).filter((i) => i >= start && (i - start) % every === 0);
    return averaged(context, taken);
  },
};

const lawaOptions = z.strictObject({
  last: z.int().min(1).default(5).describe('How many of the latest checkpoints to average'),
});

export const lawa: Recipe<z.output<typeof lawaOptions>> = {
  name: 'lawa',
  title: 'Latest weight averaging',
  description: 'The plain average of the latest checkpoints of one training. Order the ingredients by time.',
  family: 'trajectory',
  chooseWhen: 'A training is still going on or was stopped early, and you want a better model now.',
  source:
    'Kaddour, "Stop wasting my time! Saving days of ImageNet and BERT training with latest weight averaging", 2022, https://arxiv.org/abs/2209.14981',
  needs: { selection: false, minimumIngredients: 1 },
  options: lawaOptions,
  check: ({ last }, { ingredients }) => tooMany(last, ingredients.length),
  mixtures: () => ({ least: 0, most: 0 }),
  async *cook(context: CookContext, { last }): AsyncGenerator<TraceStep, CookOutcome> {
    const count = begin(lawa, context, (larder) => tooMany(last, larder.ingredients.length));
    return averaged(context, indices(count).slice(-last));
  },
};

const emaOptions = z.strictObject({
  decay: z
    .number()
    .min(0)
    .max(1)
    .default(0.9)
    .describe('What share of the running average stays when the next checkpoint comes; 0 is the last checkpoint alone'),
});

export const ema: Recipe<z.output<typeof emaOptions>> = {
  name: 'ema',
  title: 'Exponential moving average',
  description:
    'A running average along one training that forgets: each checkpoint counts less the older it is. Order the ingredients by time.',
  family: 'trajectory',
  chooseWhen: 'Later checkpoints of a training are better than earlier ones, but each of them is noisy.',
  source:
    'Polyak & Juditsky, "Acceleration of stochastic approximation by averaging", SIAM J. Control Optim. 30, 1992; θ̄ ← decay · θ̄ + (1 − decay) · θ, beginning with the first checkpoint',
  needs: { selection: false, minimumIngredients: 1 },
  options: emaOptions,
  mixtures: () => ({ least: 0, most: 0 }),
  async *cook(context: CookContext, { decay }): AsyncGenerator<TraceStep, CookOutcome> {
    const count = begin(ema, context, () => []);
    const weights = indices(count).map((i) => (i === 0 ? 1 : 1 - decay) * decay ** (count - 1 - i));
    return {
      coefficients: plainCoefficients(weights),
      used: context.ingredients.filter((_, i) => weights[i] !== 0).map(({ id }) => id),
      summary: `${count} checkpoints, each counting ${decay} times as much as the next.`,
    };
  },
};

function begin<T>(
  recipe: Recipe<T>,
  context: CookContext,
  faultsOf: (larder: Larder) => readonly OptionFault[],
): number {
  checkNeeds(recipe, context.ingredients.length, context.selection !== undefined);
  refuseFaults(recipe, faultsOf(context));
  return context.ingredients.length;
}

function averaged({ ingredients }: CookContext, taken: readonly number[]): CookOutcome {
  return {
    coefficients: averageOf(taken, ingredients.length),
    used: taken.map((i) => ingredients[i]!.id),
    summary: `The average of ${taken.length} of ${ingredients.length} checkpoints.`,
  };
}

function indices(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function tooLate(option: OptionFault['option'], start: number, count: number): readonly OptionFault[] {
  if (start < count) return [];
  return [
    { option, what: `${start} checkpoints are to be left out, and there are ${count}`, remedy: 'Leave out fewer.' },
  ];
}

function tooMany(last: number, count: number): readonly OptionFault[] {
  if (last <= count) return [];
  return [{ option: ['last'], what: `${last} checkpoints are wanted, and there are ${count}` }];
}
