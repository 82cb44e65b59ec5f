import * as tf from '@tensorflow/tfjs-core';

/**
 * Target distributions [labels, classes]: 1 − ε on the label plus ε / classes everywhere (Szegedy et al. 2016, section 7;
 * PyTorch's `label_smoothing`).
 */
export function smoothedTargets(labels: Int32Array, classes: number, smoothing: number): tf.Tensor2D {
  const targets = new Float32Array(labels.length * classes).fill(smoothing / classes);
  labels.forEach((label, row) => {
    targets[row * classes + label] = 1 - smoothing + smoothing / classes;
  });
  return tf.tensor2d(targets, [labels.length, classes]);
}

/** Mean over the batch of −Σ target · log softmax(logits), in nats. Both are [batch, classes]. */
export function crossEntropy(logits: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar {
  const likelihood = tf.sum(tf.mul(targets, tf.logSoftmax(logits)));
  return tf.mul(likelihood, -1 / logits.shape[0]) as tf.Scalar;
}
