import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from './backend-kernel.ts';

export interface NormalizedBatch {
  readonly normalized: tf.Tensor;
  /** Per channel, over everything but channels. No gradient flows through these two; the caller disposes of them. */
  readonly batchMean: tf.Tensor;
  /** With Bessel's correction (unbiased), as PyTorch keeps it. */
  readonly batchVariance: tf.Tensor;
}

/**
 * Batch normalisation by the batch's own statistics (Ioffe & Szegedy 2015, algorithm 1), with its gradient.
 * @param x […, channels]
 * @param scale [channels]
 * @param bias [channels]
 */
export function normalizeBatch(x: tf.Tensor, scale: tf.Tensor, bias: tf.Tensor, epsilon: number): NormalizedBatch {
  const rows = x.size / scale.size;
  const statistics: tf.Tensor[] = [];
  const normalize = tf.customGrad((...inputs) => {
    const [input, gamma, beta, save] = inputs as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const { y, mean, unbiasedVariance, kept } = hasKernel('StockpotNormalizeBatch')
      ? forwardByKernel(input, gamma, beta, epsilon)
      : forward(input, gamma, beta, epsilon, rows);
    statistics.push(tf.keep(tf.clone(mean)), tf.keep(tf.clone(unbiasedVariance)));
    save([input, gamma, mean, ...kept]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [savedInput, savedGamma, savedMean, ...rest] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, ...tf.Tensor[]];
        return hasKernel('StockpotNormalizeBatchGradient')
          ? backwardByKernel(dy, savedInput, savedGamma, savedMean, rest, epsilon)
          : backward(dy, savedInput, savedGamma, savedMean, rest[0]!, rows);
      },
    };
  });
  const normalized = normalize(x, scale, bias);
  const [batchMean, batchVariance] = statistics as [tf.Tensor, tf.Tensor];
  return { normalized, batchMean, batchVariance };
}

interface Forward {
  readonly y: tf.Tensor;
  readonly mean: tf.Tensor;
  readonly unbiasedVariance: tf.Tensor;
  /** What the gradient needs beside input, scale and mean. */
  readonly kept: tf.Tensor[];
}

function forwardByKernel(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): Forward {
  const [y, mean, unbiasedVariance, ...kept] = runKernel('StockpotNormalizeBatch', { x, gamma, beta }, { epsilon });
  return { y: y!, mean: mean!, unbiasedVariance: unbiasedVariance!, kept };
}

function forward(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number, rows: number): Forward {
  const axes = allButLast(x);
  const mean = tf.mean(x, axes);
  const centered = tf.sub(x, mean);
  const variance = tf.mean(tf.square(centered), axes);
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  const y = tf.add(tf.mul(centered, tf.mul(inverse, gamma)), beta);
  return { y, mean, unbiasedVariance: tf.mul(variance, rows / Math.max(rows - 1, 1)), kept: [inverse] };
}

function backwardByKernel(
  dy: tf.Tensor,
  x: tf.Tensor,
  gamma: tf.Tensor,
  mean: tf.Tensor,
  kept: readonly tf.Tensor[],
  epsilon: number,
): tf.Tensor[] {
  const named = Object.fromEntries(kept.map((tensor, index) => [`kept${index}`, tensor]));
  return runKernel('StockpotNormalizeBatchGradient', { dy, x, gamma, mean, ...named }, { epsilon });
}

/** With x̂ = (x − mean) · inverse: dx = γ · inverse · (dy − mean(dy) − x̂ · mean(dy · x̂)). */
function backward(
  dy: tf.Tensor,
  x: tf.Tensor,
  gamma: tf.Tensor,
  mean: tf.Tensor,
  inverse: tf.Tensor,
  rows: number,
): tf.Tensor[] {
  const axes = allButLast(x);
  const standardized = tf.mul(tf.sub(x, mean), inverse);
  const dbeta = tf.sum(dy, axes);
  const dgamma = tf.sum(tf.mul(dy, standardized), axes);
  const centeredGradient = tf.sub(dy, tf.div(dbeta, rows));
  const along = tf.mul(standardized, tf.div(dgamma, rows));
  return [tf.mul(tf.sub(centeredGradient, along), tf.mul(gamma, inverse)), dgamma, dbeta];
}

function allButLast(x: tf.Tensor): number[] {
  return x.shape.slice(0, -1).map((_, axis) => axis);
}
