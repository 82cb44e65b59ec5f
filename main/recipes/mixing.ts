import { adamStep, startOfAdam } from './learning/adam.ts';
import { softmaxShares } from './learning/parameterization.ts';
import type { Outputs } from './recipe.ts';

export interface MixingConfig {
  readonly epochs: number;
  readonly learningRate: number;
  readonly batchSize: number;
  /** The samples in the order in which an epoch (from 1) goes over them. */
  readonly order: (epoch: number) => ArrayLike<number>;
}

/** Where the weights stand after an epoch. */
export interface MixingEpoch {
  readonly epoch: number;
  /** Mean of the minibatches' mean cross-entropies, each with the weights of its moment; nats. */
  readonly loss: number;
  /** One for each network; positive, and they add up to one. */
  readonly weights: readonly number[];
}

/**
 * Learns with what weights to add up the logits of networks that stay as they are: weights = softmax(α), α from equal values on, by
 * Adam on the mean cross-entropy of minibatches. With z = Σᵢ wᵢ Lᵢ and p = softmax(z), ∂loss/∂wᵢ is the mean over the minibatch of
 * ⟨p − y, Lᵢ⟩. All in f64.
 */
export function* learnMixing({ logits, labels }: Outputs, config: MixingConfig): Generator<MixingEpoch, void> {
  const { epochs, learningRate, batchSize, order } = config;
  const shares = softmaxShares(1, logits.length, 1);
  let parameters: readonly number[] = new Array<number>(logits.length).fill(1 / logits.length);
  let adam = startOfAdam(logits.length);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const rows = order(epoch);
    let [losses, batches] = [0, 0];
    for (let start = 0; start < rows.length; start += batchSize) {
      const end = Math.min(rows.length, start + batchSize);
      const weights = shares.coefficientsOf(parameters)[0]!;
      const { loss, slopes } = gradient(logits, labels, weights, rows, start, end);
      const descent = shares.gradientOf(parameters, [[...slopes]]);
      const moved = adamStep(parameters, descent, adam, { learningRate, weightDecay: 0 });
      parameters = moved.parameters;
      adam = moved.state;
      losses += loss;
      batches += 1;
    }
    yield { epoch, loss: losses / batches, weights: shares.coefficientsOf(parameters)[0]! };
  }
}

/** Mean cross-entropy of some rows, and its derivatives by the weights. */
function gradient(
  logits: Outputs['logits'],
  labels: Int32Array,
  weights: readonly number[],
  rows: ArrayLike<number>,
  start: number,
  end: number,
): { readonly loss: number; readonly slopes: Float64Array } {
  const classes = logits[0]!.length / labels.length;
  const mixed = new Float64Array(classes);
  const slopes = new Float64Array(logits.length);
  let loss = 0;
  for (let place = start; place < end; place++) {
    const row = rows[place]!;
    const at = row * classes;
    mixed.fill(0);
    // Plain loops: an iterator for each row would take longer than the arithmetic.
    for (let i = 0; i < logits.length; i++) {
      const network = logits[i]!;
      const weight = weights[i]!;
      for (let c = 0; c < classes; c++) mixed[c]! += weight * network[at + c]!;
    }
    loss += toSlopes(mixed, labels[row]!);
    for (let i = 0; i < logits.length; i++) {
      const network = logits[i]!;
      let sum = 0;
      for (let c = 0; c < classes; c++) sum += mixed[c]! * network[at + c]!;
      slopes[i]! += sum;
    }
  }
  const count = end - start;
  return { loss: loss / count, slopes: slopes.map((slope) => slope / count) };
}

/** Replaces logits by the derivatives of the cross-entropy by them. @returns the cross-entropy */
function toSlopes(logits: Float64Array, label: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < logits.length; c++) largest = Math.max(largest, logits[c]!);
  const loss = largest - logits[label]!;
  let sum = 0;
  for (let c = 0; c < logits.length; c++) {
    logits[c] = Math.exp(logits[c]! - largest);
    sum += logits[c]!;
  }
  for (let c = 0; c < logits.length; c++) logits[c]! /= sum;
  logits[label]! -= 1;
  return loss + Math.log(sum);
}
