import { z } from 'zod';
import { type Band, bandsOfLargest, keepBand } from './band.ts';
import { Deltas } from './deltas.ts';
import { int8Mask, noOptions, numberOf, sum } from './options.ts';
import { reserveLanes, sumsOfLanes } from './span.ts';
import { addressOf, factorTable, InputTable } from './tables.ts';
import type { TensorMethod } from './tensor-method.ts';

/** Divisors, which are sums of weights between 0 and 1, are no less than this. */
const LEAST_DIVISOR = 1e-6;

/** More than there are elements in any piece. */
const ALL = 0xffff_ffff;

/**
 * Select, calculate, erase (Wan et al., "FuseChat", section 3.2): keeps the elements whose changes vary most among the models, weighs
 * each model by the mean square of what is left of its changes, and averages those that agree with the sign of the sum.
 *
 * `select_topk` is the share of the elements with any variance at all. mergekit weighs all models the same where the mean squares sum
 * to less than 10⁻⁶, as those of fine-tuned models often do; `weight_floor: 0` follows the paper.
 */
export const sce: TensorMethod = {
  name: 'sce',
  title: 'SCE',
  description:
    'Selects the parameters on which the models differ most, weighs each model by how much it changed there, and erases the changes that go against the majority.',
  source: 'https://arxiv.org/abs/2408.07990',
  base: 'needed',
  ingredients: { minimum: 0 },
  parameters: {
    shared: z.strictObject({
      select_topk: z
        .number()
        .min(0)
        .max(1)
        .default(1)
        .describe(
          'The share of the elements that differ among the models which is kept, those with the largest variance first',
        ),
      weight_floor: z
        .number()
        .min(0)
        .default(1e-6)
        .describe(
          'Models count the same where their mean squares sum to less than this; 1e-6 as in mergekit, 0 as in the paper',
        ),
      int8_mask: int8Mask,
    }),
    each: noOptions,
  },
  looksAhead: () => true,
  prepare(tensor, parameters) {
    const deltas = new Deltas(tensor, parameters);
    const { arithmetic, models } = deltas;
    const inputs = new InputTable(tensor, models);
    const band = bandOf(deltas, inputs, numberOf(parameters, 'select_topk'));
    const weights = weightsOf(deltas, inputs, band, numberOf(parameters, 'weight_floor'));
    const table = factorTable(tensor, weights);
    return (piece, result) => {
      const at = result.byteOffset;
      for (const model of models) deltas.subtract(piece, model);
      if (band !== undefined) {
        arithmetic.variance(inputs.of(piece), inputs.count, piece.count, at);
        for (const model of models) {
          keepBand(arithmetic, band, addressOf(piece, model), at, piece.start, piece.count, 1);
        }
      }
      const base = addressOf(piece, deltas.base);
      const address = inputs.of(piece);
      arithmetic.elect(address, table, table, inputs.count, base, false, true, LEAST_DIVISOR, 1, piece.count, at);
    };
  },
};

/** The variances that are kept; undefined when all are. */
function bandOf(deltas: Deltas, inputs: InputTable, share: number): Band | undefined {
  const { tensor, arithmetic, models } = deltas;
  if (share >= 1 || models.length === 0) return undefined;
  const forEachVariance = (visit: (variances: number, start: number, count: number) => void): void =>
    tensor.forEachPiece((piece) => {
      for (const model of models) deltas.subtract(piece, model);
      const variances = addressOf(piece, deltas.base);
      arithmetic.variance(inputs.of(piece), inputs.count, piece.count, variances);
      visit(variances, piece.start, piece.count);
    });
  let zeros = 0;
  forEachVariance((variances, _start, count) => {
    zeros += -1 - arithmetic.find(variances, count, 0, 0, ALL);
  });
  const kept = Math.floor((tensor.elementCount - zeros) * share);
  const [band] = bandsOfLargest(
    tensor,
    (visit) => forEachVariance((variances, start, count) => visit(0, variances, start, count)),
    [kept],
  );
  return band;
}

function weightsOf(deltas: Deltas, inputs: InputTable, band: Band | undefined, floor: number): readonly number[] {
  const { tensor, arithmetic, models } = deltas;
  const lanes = reserveLanes(tensor, models.length);
  const scratch = tensor.reserve(264 * 8);
  const own = models.map((model) => new InputTable(tensor, [model]));
  tensor.forEachPiece((piece) => {
    for (const model of models) deltas.subtract(piece, model);
    if (band !== undefined) {
      const variances = addressOf(piece, deltas.base);
      arithmetic.variance(inputs.of(piece), inputs.count, piece.count, variances);
      for (const model of models) {
        keepBand(arithmetic, band, addressOf(piece, model), variances, piece.start, piece.count, 1);
      }
    }
    for (const [i, table] of own.entries()) {
      arithmetic.gram(table.of(piece), 1, 0, piece.start, piece.count, lanes + i * 64, scratch);
    }
  });
  const squares = [...sumsOfLanes(tensor, lanes, models.length)].map((value) => value / tensor.elementCount);
  const total = sum(squares);
  return squares.map((value) => (total < floor || total === 0 ? 1 / models.length : value / total));
}
