import { z } from 'zod';
import { modelStockRatio } from './model-stock-ratio.ts';
import { fromBase } from './multislerp.ts';
import { isOn, noOptions, numberOf } from './options.ts';
import { type Gram, gramOf } from './span.ts';
import { baseOf, besidesBase } from './tables.ts';
import type { Combine, Floats, MethodParameters, TensorMethod } from './tensor-method.ts';

/**
 * t · mean(θᵢ) + (1 − t) · base with t = N cos θ ∕ (1 + (N − 1) cos θ), where cos θ is the mean cosine between what any two models changed
 * in the base (Jang et al., "Model Stock", ECCV 2024, equation 7). The paper has one t a layer, here a tensor.
 *
 * mergekit differs in two places, both of which can be had otherwise: it takes products of two lengths as 10⁻⁶ at least
 * (`norm_floor`), which changes t where models hardly differ from the base; and what it calls filters are rows along the last axis, which
 * in a convolution are the few values of one row of a kernel, where `filter_axis: first` takes all that leads to one output.
 */
export const modelStock: TensorMethod = {
  name: 'model_stock',
  title: 'Model Stock',
  description:
    'Averages two or more fine-tuned models and goes back towards the base as far as the angles between them tell; near the best soup with few models.',
  source: 'https://arxiv.org/abs/2403.19522',
  base: 'needed',
  ingredients: { minimum: 2 },
  parameters: {
    shared: z.strictObject({
      filter_wise: z.boolean().default(false).describe('One ratio for each filter instead of one for each tensor'),
      filter_axis: z
        .enum(['last', 'first'])
        .default('last')
        .describe(
          "What a filter is: 'last', a row along the last axis, as in mergekit; 'first', all values that lead to one output",
        ),
      norm_floor: z
        .number()
        .min(0)
        .default(1e-6)
        .describe('The least product of two lengths; 1e-6 as in mergekit, 0 as in the paper'),
    }),
    each: noOptions,
  },
  unit: (shape, parameters) => (isOn(parameters, 'filter_wise') ? filterLength(shape, parameters) : 1),
  looksAhead: (parameters) => !isOn(parameters, 'filter_wise'),
  prepare(tensor, parameters) {
    const base = baseOf(parameters);
    const models = besidesBase(tensor.ingredientCount, parameters);
    const floor = numberOf(parameters, 'norm_floor');
    if (isOn(parameters, 'filter_wise')) return byFilters(base, models, filterLength(tensor.shape, parameters), floor);
    const ratio = modelStockRatio(gramOf(tensor, models, base), models.length, floor);
    return fromBase(
      tensor,
      base,
      models,
      models.map(() => ratio / models.length),
    );
  },
};

function filterLength(shape: readonly number[], { shared }: MethodParameters): number {
  if (shape.length < 2) return shape[0] ?? 1;
  return shared.filter_axis === 'first' ? shape.slice(1).reduce((product, size) => product * size, 1) : shape.at(-1)!;
}

function byFilters(base: number, models: readonly number[], length: number, floor: number): Combine {
  const count = models.length;
  const sums = new Float64Array((count * (count + 1)) / 2);
  const gram: Gram = (i, j) => sums[i >= j ? (i * (i + 1)) / 2 + j : (j * (j + 1)) / 2 + i]!;
  return (piece, result) => {
    const origin = piece.values[base]!;
    const values = models.map((model) => piece.values[model]!);
    for (let from = 0; from < piece.count; from += length) {
      let pair = 0;
      for (const [i, x] of values.entries()) {
        for (let j = 0; j <= i; j++) sums[pair++] = productOf(x, values[j]!, origin, from, from + length);
      }
      const share = modelStockRatio(gram, count, floor) / count;
      for (let at = from; at < from + length; at++) {
        let change = 0;
        for (const x of values) change += x[at]! - origin[at]!;
        result[at] = origin[at]! + share * change;
      }
    }
  };
}

function productOf(x: Floats, y: Floats, origin: Floats, from: number, to: number): number {
  let total = 0;
  for (let at = from; at < to; at++) total += (x[at]! - origin[at]!) * (y[at]! - origin[at]!);
  return total;
}
