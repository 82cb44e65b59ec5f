import { z } from 'zod';
import { Random } from '../../random.ts';
import type { Arithmetic } from '../kernels/arithmetic.ts';
import { type Band, bandFrom, bandsOfLargest, bandsOfRanks, keepBand } from './band.ts';
import { Deltas } from './deltas.ts';
import { valuesOf } from './options.ts';
import { selectRanks } from './selection.ts';
import type { MethodParameters, OptionProblem, TensorMethod } from './tensor-method.ts';

/** Multiplies what is kept of a model's differences by `scale`, and the rest by zero, in place. */
export type Keep = (values: number, start: number, count: number, scale: number) => void;

/** A way to drop most of what a model changed. */
export interface Sparsifier {
  readonly each: z.ZodRawShape;
  readonly shared: z.ZodRawShape;
  readonly looksAhead: (parameters: MethodParameters) => boolean;
  readonly unit?: (shape: readonly number[], parameters: MethodParameters) => number;
  readonly problems?: (parameters: MethodParameters, models: readonly number[]) => readonly OptionProblem[];
  readonly looksAround?: TensorMethod['looksAround'];
  readonly survey?: TensorMethod['survey'];
  /** @param isInverse whether what is kept is divided by the probability (or share) of being kept */
  prepare(deltas: Deltas, parameters: MethodParameters, isInverse: boolean): readonly Keep[];
}

export const density = z.number().min(0).max(1).default(1).describe('The share of what the model changed that is kept');

/** Keeps everything, or nothing. */
function keepAll({ keepBetween }: Arithmetic, isKept: boolean): Keep {
  const limit = Number.POSITIVE_INFINITY;
  return (values, _start, count, scale) => keepBetween(values, values, count, 0, true, limit, true, isKept ? scale : 0);
}

function keepWithin(arithmetic: Arithmetic, band: Band, factor: number): Keep {
  return (values, start, count, scale) => keepBand(arithmetic, band, values, values, start, count, scale * factor);
}

/**
 * TIES: the ⌊density · n⌋ largest changes of a tensor, one at least; of equals the earlier ones. Or those of all tensors together, as in
 * the paper; there all of equals are kept.
 */
export const trim: Sparsifier = {
  each: { density },
  shared: {
    trim_over: z
      .enum(['tensor', 'model'])
      .default('tensor')
      .describe(
        "What the density is a share of: 'tensor', of each tensor, as in mergekit; 'model', of all tensors that have the same options, as in the paper",
      ),
  },
  looksAhead: (parameters) => !isOverModel(parameters),
  looksAround: isOverModel,
  survey: smallestKept,
  prepare(deltas, parameters, isInverse) {
    const total = deltas.tensor.elementCount;
    const densities = valuesOf(parameters, 'density', deltas.models);
    if (isOverModel(parameters)) {
      const smallest = parameters.surveyed?.smallest ?? [];
      return densities.map((share, i) =>
        keepWithin(deltas.arithmetic, bandFrom(smallest[i]!), inverseOf(share, isInverse)),
      );
    }
    const counts = densities.map((share) =>
      share >= 1 ? total : share <= 0 ? 0 : Math.max(1, Math.floor(share * total)),
    );
    const bands = bandsOfLargest(deltas.tensor, (visit) => deltas.forEach(visit), counts);
    return bands.map((band, i) => keepWithin(deltas.arithmetic, band, inverseOf(densities[i]!, isInverse)));
  },
};

function isOverModel({ shared }: MethodParameters): boolean {
  return shared.trim_over === 'model';
}

/** For each model the magnitude of the smallest change that is kept, of all tensors together; infinite where none is. */
function smallestKept(
  tensors: Parameters<NonNullable<TensorMethod['survey']>>[0],
  parameters: MethodParameters,
): { readonly smallest: readonly number[] } {
  const all = tensors.map((tensor) => new Deltas(tensor, parameters));
  const total = tensors.reduce((sum, { elementCount }) => sum + elementCount, 0);
  const shares = valuesOf(parameters, 'density', all[0]!.models);
  const ranks = shares.map((share) => {
    const kept = share <= 0 ? 0 : Math.max(1, Math.floor(share * total));
    return share >= 1 || kept === 0 ? [] : [total - kept];
  });
  const found = selectRanks(
    tensors[0]!,
    (visit) => {
      for (const deltas of all) deltas.forEach(visit);
    },
    ranks,
  );
  const whole = (share: number): number => (share >= 1 ? 0 : Number.POSITIVE_INFINITY);
  return { smallest: found.map(([selected], i) => selected?.magnitude ?? whole(shares[i]!)) };
}

/**
 * Breadcrumbs: drops the ⌊gamma · n⌋ largest changes and then as many of the smallest as leaves ⌊density · n⌋; where these do not fit,
 * fewer of the largest are dropped. In the paper's terms gamma = γ and density = 1 − β − γ.
 */
export const dropExtremes: Sparsifier = {
  each: {
    density,
    gamma: z
      .number()
      .min(0)
      .max(1)
      .default(0.01)
      .describe(
        'The share of the largest changes that is dropped, before the smallest are dropped down to the density',
      ),
  },
  shared: {},
  looksAhead: () => true,
  prepare(deltas, parameters, isInverse) {
    const total = deltas.tensor.elementCount;
    const densities = valuesOf(parameters, 'density', deltas.models);
    const gammas = valuesOf(parameters, 'gamma', deltas.models);
    const ranges = densities.map((share, i) => {
      if (share >= 1) return { from: 0, to: total };
      const kept = Math.floor(share * total);
      const from = Math.max(0, total - kept - Math.floor(gammas[i]! * total));
      return { from, to: Math.min(total, from + kept) };
    });
    const bands = bandsOfRanks(deltas.tensor, (visit) => deltas.forEach(visit), ranges);
    return bands.map((band, i) => keepWithin(deltas.arithmetic, band, inverseOf(densities[i]!, isInverse)));
  },
};

/** DARE: each change is kept with the probability `density`, all independently. */
export const dropAtRandom: Sparsifier = {
  each: { density: density.describe('The probability with which each of the changes is kept') },
  shared: {},
  looksAhead: () => false,
  prepare(deltas, parameters, isInverse) {
    return valuesOf(parameters, 'density', deltas.models).map((share, i): Keep => {
      const threshold = Math.ceil(share * 2 ** 32);
      if (threshold >= 2 ** 32 || threshold <= 0) return keepAll(deltas.arithmetic, threshold > 0);
      const [key, secondKey] = keysOf(deltas, parameters, i);
      const factor = inverseOf(share, isInverse);
      return (values, start, count, scale) =>
        deltas.arithmetic.keepDrawn(values, start, count, key, secondKey, threshold, scale * factor);
    });
  },
};

/**
 * DELLA's MagPrune: as DARE, with a probability that grows with the rank of the change's magnitude, from density − epsilon for the smallest
 * to density + epsilon for the largest; in the paper's terms epsilon = ε ∕ 2. Equal magnitudes rank by index; a value that has nothing to be
 * ranked against has the probability `density` (where mergekit fails).
 */
export const dropByRank: Sparsifier = {
  each: {
    density: density.describe('The probability with which changes are kept, on average'),
    epsilon: z
      .number()
      .min(0)
      .max(1)
      .default(0.15)
      .describe(
        'How much more likely than the density the largest change is kept, and how much less likely the smallest',
      ),
  },
  shared: {
    ranks: z
      .enum(['channels', 'rows', 'tensor'])
      .default('channels')
      .describe(
        "What changes are ranked among: 'channels', along the second axis, as in mergekit; 'rows', all that lead to one output, as in the paper (the same for matrices); 'tensor', all of a tensor. Tensors of one axis are ranked as a whole",
      ),
  },
  looksAhead: () => true,
  unit: blockOf,
  problems: (parameters, models) =>
    models.flatMap((model): OptionProblem[] => {
      const [share] = valuesOf(parameters, 'density', [model]) as [number];
      const [reach] = valuesOf(parameters, 'epsilon', [model]) as [number];
      if (share >= 1 || share <= 0 || (share - reach > 0 && share + reach < 1)) return [];
      return [
        {
          option: 'epsilon',
          ingredient: model,
          what: `epsilon ${reach} makes probabilities from ${shown(share - reach)} to ${shown(share + reach)} of the density ${share}; they must lie between 0 and 1`,
          remedy: `Choose an epsilon below ${shown(Math.min(share, 1 - share))}.`,
        },
      ];
    }),
  prepare(deltas, parameters, isInverse) {
    const { tensor, arithmetic } = deltas;
    const block = blockOf(tensor.shape, parameters);
    const length =
      parameters.shared.ranks === 'channels' ? (tensor.shape[tensor.shape.length < 2 ? 0 : 1] ?? 1) : block;
    const stride = block / length;
    const scratch = tensor.reserve(8192 + 2 * length * (arithmetic.size + 4));
    const reaches = valuesOf(parameters, 'epsilon', deltas.models);
    return valuesOf(parameters, 'density', deltas.models).map((share, i): Keep => {
      if (share >= 1 || share <= 0) return keepAll(arithmetic, share > 0);
      const [key, secondKey] = keysOf(deltas, parameters, i);
      const reach = reaches[i]!;
      const low = share - reach;
      return (values, start, count, scale) => {
        for (let from = 0; from < count; from += block) {
          for (let at = from; at < from + stride; at++) {
            const first = values + at * arithmetic.size;
            const index = start + at;
            arithmetic.keepByRank(first, index, length, stride, low, reach, key, secondKey, isInverse, scale, scratch);
          }
        }
      };
    });
  },
};

/** Without what binary fractions add at the end. */
function shown(value: number): number {
  return Number(value.toPrecision(6));
}

/** Elements that are ranked independently of all others. */
function blockOf(shape: readonly number[], { shared }: MethodParameters): number {
  const whole = shape.length < 2 || shared.ranks === 'tensor';
  return shape.slice(whole ? 0 : 1).reduce((product, size) => product * size, 1);
}

function inverseOf(share: number, isInverse: boolean): number {
  return isInverse && share > 0 ? 1 / share : 1;
}

/** What a model's changes to a tensor are drawn by: the seed, the tensor's name and which of the models it is, and nothing else. */
function keysOf({ tensor, models }: Deltas, { seed }: MethodParameters, i: number): readonly [number, number] {
  const random = new Random(seed, 'mask', tensor.name, models[i]!);
  return [random.uint32(), random.uint32()];
}
