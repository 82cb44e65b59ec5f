import { z } from 'zod';
import { noOptions, numberOf, sum } from './options.ts';
import { clamp } from './slerp.ts';
import { addressOf, arithmeticFor, baseOf, besidesBase, factorTable, InputTable } from './tables.ts';
import type { Combine, MethodParameters, PiecedTensor, TensorMethod } from './tensor-method.ts';

const epsilon = z.number().min(0).default(1e-5).describe('Changes of no more than this do not count as changes');

/** base + the mean of the changes where several models changed a parameter, and the whole change where one did. */
export const ram: TensorMethod = {
  name: 'ram',
  title: 'RAM',
  description:
    'Reinforced Agent Merging: averages what several models changed and keeps what only one did, which averaging would water down. For models with sparse changes, such as reinforcement learning makes.',
  source: 'https://arxiv.org/abs/2601.13572',
  base: 'needed',
  ingredients: { minimum: 0 },
  parameters: { shared: z.strictObject({ epsilon }), each: noOptions },
  looksAhead: () => false,
  prepare(tensor, parameters) {
    const models = besidesBase(tensor.ingredientCount, parameters);
    return addOverlaps(
      tensor,
      parameters,
      models.map(() => 1),
    );
  },
};

/**
 * As RAM; what a model alone changed is multiplied by 1 + r · min(ρ, α), where ρ is the ratio of the elements that it changed together with
 * others to those that it changed alone: within each tensor as in mergekit, or over the whole model as in the paper.
 */
export const ramPlus: TensorMethod = {
  name: 'ramplus_tl',
  title: 'RAM+',
  description:
    'As RAM, and what only one model changed is amplified the more, the more of its other changes are shared and thus averaged.',
  source: 'https://arxiv.org/abs/2601.13572',
  base: 'needed',
  ingredients: { minimum: 0 },
  parameters: {
    shared: z.strictObject({
      r: z.number().default(0.1).describe('How strongly unique changes are amplified'),
      alpha: z
        .number()
        .min(0)
        .default(0.2)
        .describe('The largest ratio of shared to unique changes that is made up for'),
      epsilon,
      count_over: z
        .enum(['tensor', 'model'])
        .default('tensor')
        .describe(
          "Where changes are counted: 'tensor', in each tensor, as in mergekit; 'model', in all tensors that have the same options, as in the paper",
        ),
    }),
    each: noOptions,
  },
  looksAhead: (parameters) => !isOverModel(parameters),
  looksAround: isOverModel,
  survey(tensors, parameters) {
    const counts = tensors.map((tensor) => overlapsOf(tensor, parameters));
    const total = (i: number, kind: 'shared' | 'alone'): number => sum(counts.map((models) => models[i]![kind]));
    const models = counts[0]!.map((_, i) => ({ shared: total(i, 'shared'), alone: total(i, 'alone') }));
    return { factors: factorsOf(models, parameters) };
  },
  prepare(tensor, parameters) {
    const factors = isOverModel(parameters)
      ? (parameters.surveyed?.factors ?? [])
      : factorsOf(overlapsOf(tensor, parameters), parameters);
    return addOverlaps(tensor, parameters, factors);
  },
};

interface Overlaps {
  /** Elements that a model changed together with others. */
  readonly shared: number;
  readonly alone: number;
}

function isOverModel({ shared }: MethodParameters): boolean {
  return shared.count_over === 'model';
}

function factorsOf(overlaps: readonly Overlaps[], parameters: MethodParameters): readonly number[] {
  const r = numberOf(parameters, 'r');
  const alpha = numberOf(parameters, 'alpha');
  const least = numberOf(parameters, 'epsilon');
  return overlaps.map(({ shared, alone }) => {
    const ratio = shared === 0 ? 0 : shared / Math.max(alone, least);
    return 1 + r * clamp(ratio, 0, alpha);
  });
}

function addOverlaps(tensor: PiecedTensor, parameters: MethodParameters, factors: readonly number[]): Combine {
  const base = baseOf(parameters);
  const inputs = new InputTable(tensor, besidesBase(tensor.ingredientCount, parameters));
  const table = factorTable(tensor, factors);
  const least = numberOf(parameters, 'epsilon');
  const arithmetic = arithmeticFor(tensor);
  return (piece, result) =>
    arithmetic.addOverlaps(
      inputs.of(piece),
      table,
      inputs.count,
      addressOf(piece, base),
      least,
      piece.count,
      result.byteOffset,
    );
}

function overlapsOf(tensor: PiecedTensor, parameters: MethodParameters): readonly Overlaps[] {
  const base = baseOf(parameters);
  const inputs = new InputTable(tensor, besidesBase(tensor.ingredientCount, parameters));
  const totals = tensor.reserve(Math.max(1, inputs.count) * 16);
  const view = (): Float64Array => new Float64Array(tensor.kernels.memory.buffer, totals, inputs.count * 2);
  view().fill(0);
  const least = numberOf(parameters, 'epsilon');
  const { countOverlaps } = arithmeticFor(tensor);
  tensor.forEachPiece((piece) =>
    countOverlaps(inputs.of(piece), inputs.count, addressOf(piece, base), least, piece.count, totals),
  );
  const counts = view();
  return inputs.ingredients.map((_, i) => ({ shared: counts[2 * i]!, alone: counts[2 * i + 1]! }));
}
