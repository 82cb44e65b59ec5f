import { z } from 'zod';
import { Deltas } from './deltas.ts';
import { noOptions } from './options.ts';
import { selectRanks } from './selection.ts';
import { addressOf, factorTable, InputTable } from './tables.ts';
import type { Floats, Piece, PiecedTensor, TensorMethod } from './tensor-method.ts';

/** Added to every probability. */
const EPSILON = 1e-8;

/**
 * Takes the other model's values where they matter most: where |change| · KL(softmax of its row ‖ softmax of the base's row) is no less than
 * the median plus 1.5 times the distance between the quartiles, over the tensor. Rows run along the last axis.
 *
 * mergekit estimates the quartiles of tensors with more than a million elements from a random sample; here they are exact. Divergences are
 * computed in f64: for models that are close, they lie below what f32 resolves.
 */
export const arceeFusion: TensorMethod = {
  name: 'arcee_fusion',
  title: 'Arcee Fusion',
  description:
    'Puts only the most important changes of one model into the base, by their size and by what they do to the distribution of their row.',
  source: 'https://arcee.ai',
  base: 'needed',
  ingredients: { minimum: 1, maximum: 1 },
  parameters: { shared: z.strictObject({}), each: noOptions },
  unit: rowLengthOf,
  looksAhead: () => true,
  prepare(tensor, parameters) {
    const deltas = new Deltas(tensor, parameters);
    const { arithmetic, base } = deltas;
    const model = deltas.models[0]!;
    const divergences = divergencesOf(tensor, base, model);
    const length = rowLengthOf(tensor.shape);
    const threshold = thresholdOf(tensor, (visit) =>
      tensor.forEachPiece((piece) => {
        const importances = piece.values[model]!;
        rate(piece, importances, base, model, divergences, length);
        visit(0, importances.byteOffset, piece.start, piece.count);
      }, length),
    );
    const inputs = new InputTable(tensor, [model]);
    const one = factorTable(tensor, [1]);
    return (piece, result) => {
      rate(piece, result, base, model, divergences, length);
      const at = result.byteOffset;
      const change = deltas.subtract(piece, model);
      const { count } = piece;
      arithmetic.keepBetween(change, at, count, threshold, true, Number.POSITIVE_INFINITY, true, 1);
      arithmetic.addToBase(inputs.of(piece), one, 1, addressOf(piece, base), false, count, at);
    };
  },
};

function rowLengthOf(shape: readonly number[]): number {
  return shape.at(-1) ?? 1;
}

/** One a row: what takes a row's share of the memory of one ingredient. */
function divergencesOf(tensor: PiecedTensor, base: number, model: number): Float64Array {
  const length = rowLengthOf(tensor.shape);
  const divergences = new Float64Array(tensor.elementCount / length);
  const p = new Float64Array(length);
  const q = new Float64Array(length);
  tensor.forEachPiece(({ start, count, values }) => {
    for (let from = 0; from < count; from += length) {
      softmax(values[model]!, from, p);
      softmax(values[base]!, from, q);
      let divergence = 0;
      for (let i = 0; i < length; i++)
        divergence += (p[i]! + EPSILON) * Math.log((p[i]! + EPSILON) / (q[i]! + EPSILON));
      divergences[(start + from) / length] = Math.max(0, divergence);
    }
  }, length);
  return tensor.precision === 'f32' ? divergences.map(Math.fround) : divergences;
}

function softmax(values: Floats, from: number, target: Float64Array): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < target.length; i++) largest = Math.max(largest, values[from + i]!);
  let total = 0;
  for (let i = 0; i < target.length; i++) {
    const value = Math.exp(values[from + i]! - largest);
    target[i] = value;
    total += value;
  }
  for (let i = 0; i < target.length; i++) target[i]! /= total;
}

/** Importances into `target`, which may be the model's own values. */
function rate(
  { start, count, values }: Piece,
  target: Floats,
  base: number,
  model: number,
  divergences: Float64Array,
  length: number,
): void {
  const theirs = values[model]!;
  const ours = values[base]!;
  const isSingle = target instanceof Float32Array;
  for (let from = 0; from < count; from += length) {
    const divergence = divergences[(start + from) / length]!;
    for (let i = from; i < from + length; i++) {
      const change = Math.abs(theirs[i]! - ours[i]!);
      target[i] = (isSingle ? Math.fround(change) : change) * divergence;
    }
  }
}

function thresholdOf(tensor: PiecedTensor, pass: Parameters<typeof selectRanks>[1]): number {
  const ranks = [0.25, 0.5, 0.75].map((share) => Math.floor(share * (tensor.elementCount - 1)));
  const [found] = selectRanks(tensor, pass, [ranks]);
  const [low, median, high] = found!.map(({ magnitude }) => magnitude) as [number, number, number];
  if (tensor.precision === 'f64') return median + 1.5 * (high - low);
  return Math.fround(median + Math.fround(1.5 * Math.fround(high - low)));
}
