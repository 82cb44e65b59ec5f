import { z } from 'zod';
import { Deltas } from './deltas.ts';
import { int8Mask, isOn, numberOf, sum, valuesOf, weight } from './options.ts';
import { addToBase, reserveLanes, sumsOfLanes } from './span.ts';
import { density, dropAtRandom, dropByRank, dropExtremes, type Keep, type Sparsifier, trim } from './sparsifier.ts';
import { addressOf, besidesBase, factorTable, InputTable } from './tables.ts';
import type { Combine, MethodParameters, TensorMethod } from './tensor-method.ts';

/** Norms below this are not made up for, and weights whose sum is below the second do not get divided by it. */
const LEAST_NORM = 1e-7;
const LEAST_WEIGHTS = 1e-8;

/** What the methods that add up differences from a base have of their own. */
interface Variant {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly source: string;
  /** How the differences are thinned out before they are added up. */
  readonly sparsifier?: Sparsifier;
  /** Whether each parameter only takes the changes that agree with the majority's sign. */
  readonly elects: boolean;
  readonly normalize: boolean;
  readonly rescale: boolean;
}

/**
 * base + lambda · Σ wᵢ δᵢ, δᵢ being what model i changed in the base. A sparsifier thins the δᵢ out first, and with an election each element
 * sums up only those of the wᵢ δᵢ that have the majority's sign. `normalize` divides by the weights that were added up: Σ wᵢ over all, or, after
 * an election, over those that agree.
 *
 * Where the papers and mergekit differ:
 * - **Rescaling.** DARE and DELLA divide what is kept by its probability (`rescale_by: density`); mergekit gives each thinned-out δᵢ the L1
 *   norm that it had before, in each tensor (`rescale_by: norm`, the default here, too).
 * - **Election.** TIES elects by the sum of the trimmed differences (`sign_election: mass`); here as in mergekit they are multiplied by their
 *   weights first, which is the same where all weigh the same. `count` counts signs instead.
 * - **Density.** TIES trims the whole task vector at once (`trim_over: model`); mergekit trims each tensor by itself (`tensor`).
 */
function variant({ sparsifier, elects, normalize, rescale, ...facts }: Variant): TensorMethod {
  return {
    ...facts,
    base: 'needed',
    ingredients: { minimum: 0 },
    parameters: {
      shared: z.strictObject({
        lambda: z
          .number()
          .default(1)
          .describe('What the summed changes are multiplied by before they are added to the base'),
        normalize: z.boolean().default(normalize).describe('Divide the summed changes by the sum of the weights'),
        rescale: z.boolean().default(rescale).describe('Make up for what was dropped'),
        rescale_by: z
          .enum(['norm', 'density'])
          .default('norm')
          .describe(
            "How rescale makes up for it: 'norm', to the sum of magnitudes before, as in mergekit; 'density', divided by the probability of being kept, as in the papers",
          ),
        ...(elects
          ? {
              sign_election: z
                .enum(['mass', 'count'])
                .default('mass')
                .describe(
                  "What decides the sign of a parameter: 'mass', the sum of the changes; 'count', how many go either way",
                ),
            }
          : {}),
        int8_mask: int8Mask,
        ...sparsifier?.shared,
      }),
      each: z.strictObject({ weight, density, ...sparsifier?.each }),
    },
    problems: (parameters, ingredientCount) =>
      sparsifier?.problems?.(parameters, besidesBase(ingredientCount, parameters)) ?? [],
    ...(sparsifier?.unit === undefined ? {} : { unit: sparsifier.unit }),
    ...(sparsifier?.survey === undefined ? {} : { survey: sparsifier.survey }),
    ...(sparsifier?.looksAround === undefined ? {} : { looksAround: sparsifier.looksAround }),
    looksAhead: (parameters) =>
      sparsifier !== undefined && (sparsifier.looksAhead(parameters) || rescaling(parameters) === 'norm'),
    prepare(tensor, parameters) {
      const deltas = new Deltas(tensor, parameters);
      const weights = valuesOf(parameters, 'weight', deltas.models);
      if (sparsifier === undefined && !elects) {
        return addToBase(tensor, deltas.base, deltas.models, factorsOf(parameters, weights));
      }
      const unit = sparsifier?.unit?.(tensor.shape, parameters);
      const keeps = sparsifier?.prepare(deltas, parameters, rescaling(parameters) === 'density') ?? [];
      const ratios = rescaling(parameters) === 'norm' ? ratiosOf(deltas, keeps, unit) : keeps.map(() => 1);
      return elects
        ? elected(deltas, keeps, ratios, parameters)
        : added(deltas, keeps, ratios, factorsOf(parameters, weights));
    },
  };
}

function rescaling({ shared }: MethodParameters): 'norm' | 'density' | undefined {
  if (shared.rescale !== true) return undefined;
  return shared.rescale_by === 'density' ? 'density' : 'norm';
}

function factorsOf(parameters: MethodParameters, weights: readonly number[]): readonly number[] {
  const total = sum(weights);
  const divisor = isOn(parameters, 'normalize') && Math.abs(total) >= LEAST_WEIGHTS ? total : 1;
  return weights.map((value) => (value * numberOf(parameters, 'lambda')) / divisor);
}

/** For each model the L1 norm of its differences over the L1 norm of those that are kept. */
function ratiosOf(deltas: Deltas, keeps: readonly Keep[], unit: number | undefined): readonly number[] {
  const { tensor, arithmetic } = deltas;
  const lanes = reserveLanes(tensor, 2 * keeps.length);
  deltas.forEach((i, values, start, count) => {
    arithmetic.sumMagnitudes(values, start, count, lanes + i * 128);
    keeps[i]!(values, start, count, 1);
    arithmetic.sumMagnitudes(values, start, count, lanes + i * 128 + 64);
  }, unit);
  const sums = sumsOfLanes(tensor, lanes, 2 * keeps.length);
  return keeps.map((_, i) => {
    const [before, after] = sums.subarray(2 * i, 2 * i + 2);
    return before! < LEAST_NORM || after! < LEAST_NORM ? 1 : before! / after!;
  });
}

function added(deltas: Deltas, keeps: readonly Keep[], ratios: readonly number[], factors: readonly number[]): Combine {
  const { tensor, arithmetic } = deltas;
  const inputs = new InputTable(tensor, deltas.models);
  const table = factorTable(tensor, factors);
  return (piece, result) => {
    for (const [i, model] of deltas.models.entries()) {
      keeps[i]!(deltas.subtract(piece, model), piece.start, piece.count, ratios[i]!);
    }
    const base = addressOf(piece, deltas.base);
    arithmetic.addToBase(inputs.of(piece), table, inputs.count, base, false, piece.count, result.byteOffset);
  };
}

function elected(
  deltas: Deltas,
  keeps: readonly Keep[],
  ratios: readonly number[],
  parameters: MethodParameters,
): Combine {
  const { tensor, arithmetic } = deltas;
  const inputs = new InputTable(tensor, deltas.models);
  const weights = valuesOf(parameters, 'weight', deltas.models);
  const table = factorTable(tensor, weights);
  const ones = factorTable(
    tensor,
    weights.map(() => 1),
  );
  const byCount = parameters.shared.sign_election === 'count';
  const normalize = isOn(parameters, 'normalize');
  const lambda = numberOf(parameters, 'lambda');
  return (piece, result) => {
    for (const [i, model] of deltas.models.entries()) {
      keeps[i]!(deltas.subtract(piece, model), piece.start, piece.count, ratios[i]! * weights[i]!);
    }
    const base = addressOf(piece, deltas.base);
    const [at, count] = [inputs.of(piece), inputs.count];
    arithmetic.elect(at, ones, table, count, base, byCount, normalize, 0, lambda, piece.count, result.byteOffset);
  };
}

export const taskArithmetic = variant({
  name: 'task_arithmetic',
  title: 'Task arithmetic',
  description:
    'Adds what each model changed in the base, times its weight; a negative weight takes an ability away. The basis of TIES, DARE, DELLA and Breadcrumbs.',
  source: 'https://arxiv.org/abs/2212.04089',
  elects: false,
  normalize: false,
  rescale: false,
});

export const ties = variant({
  name: 'ties',
  title: 'TIES',
  description:
    'Keeps the largest changes of each model, lets the models elect a sign for each parameter, and averages the changes that agree with it. For several models whose changes get in each other’s way.',
  source: 'https://arxiv.org/abs/2306.01708',
  sparsifier: trim,
  elects: true,
  normalize: true,
  rescale: false,
});

export const dareLinear = variant({
  name: 'dare_linear',
  title: 'DARE',
  description:
    'Drops changes at random and scales up the rest, then adds them up. Most changes of fine-tuned language models can be dropped, and fewer are left to clash.',
  source: 'https://arxiv.org/abs/2311.03099',
  sparsifier: dropAtRandom,
  elects: false,
  normalize: false,
  rescale: true,
});

export const dareTies = variant({
  name: 'dare_ties',
  title: 'DARE with TIES',
  description: 'Drops changes at random as DARE does, then elects signs as TIES does.',
  source: 'https://arxiv.org/abs/2311.03099',
  sparsifier: dropAtRandom,
  elects: true,
  normalize: false,
  rescale: true,
});

export const della = variant({
  name: 'della',
  title: 'DELLA',
  description:
    'Drops changes at random, small ones more often than large ones, scales up the rest and elects signs as TIES does.',
  source: 'https://arxiv.org/abs/2406.11617',
  sparsifier: dropByRank,
  elects: true,
  normalize: true,
  rescale: true,
});

export const dellaLinear = variant({
  name: 'della_linear',
  title: 'DELLA without election',
  description: 'Drops changes at random, small ones more often than large ones, scales up the rest and adds them up.',
  source: 'https://arxiv.org/abs/2406.11617',
  sparsifier: dropByRank,
  elects: false,
  normalize: false,
  rescale: true,
});

export const breadcrumbs = variant({
  name: 'breadcrumbs',
  title: 'Model Breadcrumbs',
  description:
    'Drops the largest changes of each model as outliers and the smallest as noise, then adds up the rest. Scales to many models with the same options.',
  source: 'https://arxiv.org/abs/2312.06795',
  sparsifier: dropExtremes,
  elects: false,
  normalize: false,
  rescale: false,
});

export const breadcrumbsTies = variant({
  name: 'breadcrumbs_ties',
  title: 'Model Breadcrumbs with TIES',
  description: 'Drops the largest and the smallest changes of each model, then elects signs as TIES does.',
  source: 'https://arxiv.org/abs/2312.06795',
  sparsifier: dropExtremes,
  elects: true,
  normalize: false,
  rescale: false,
});
