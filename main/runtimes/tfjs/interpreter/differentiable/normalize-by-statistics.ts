import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from './backend-kernel.ts';

/** What a channel is normalised by; each is [channels]. */
export interface ChannelStatistics {
  readonly scale: tf.Tensor1D;
  readonly bias: tf.Tensor1D;
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

/**
 * Batch normalisation by given statistics, as at inference, with gradients for input, scale, bias, mean and variance. tfjs's own gradient
 * computes each from the whole batch anew; all of them follow from Σ dy and Σ dy · (x − mean) per channel.
 * @param x […, channels]
 */
export function normalizeByStatistics(
  x: tf.Tensor,
  { scale, bias, mean, variance }: ChannelStatistics,
  epsilon: number,
): tf.Tensor {
  return tf.customGrad((...inputs) => {
    const [input, gamma, beta, center, spread, save] = inputs as unknown as [
      tf.Tensor,
      tf.Tensor1D,
      tf.Tensor1D,
      tf.Tensor1D,
      tf.Tensor1D,
      tf.GradSaveFunc,
    ];
    save([input, gamma, center, spread]);
    return {
      value: tf.batchNorm(input, center, spread, beta, gamma, epsilon),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [savedX, savedScale, savedMean, savedVariance] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        const inverse = tf.rsqrt(tf.add(savedVariance, epsilon));
        const factor = tf.mul(savedScale, inverse);
        const [dx, dscale, dbias] = hasKernel('StockpotNormalizeByStatisticsGradient')
          ? runKernel(
              'StockpotNormalizeByStatisticsGradient',
              { dy, x: savedX, scale: savedScale, mean: savedMean, variance: savedVariance },
              { epsilon },
            )
          : composed(dy, savedX, savedMean, inverse, factor);
        const dmean = tf.neg(tf.mul(factor, dbias!));
        const dvariance = tf.mul(tf.mul(tf.mul(factor, inverse), dscale!), -0.5);
        return [dx!, dscale!, dbias!, dmean, dvariance];
      },
    };
  })(x, scale, bias, mean, variance);
}

/** dx = factor · dy, dscale = inverse · Σ dy · (x − mean), dbias = Σ dy. */
function composed(dy: tf.Tensor, x: tf.Tensor, mean: tf.Tensor, inverse: tf.Tensor, factor: tf.Tensor): tf.Tensor[] {
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  const along = tf.sum(tf.mul(dy, tf.sub(x, mean)), axes);
  return [tf.mul(dy, factor), tf.mul(along, inverse), tf.sum(dy, axes)];
}
