import * as tf from '@tensorflow/tfjs-core';

/** Mean over the batch of −Σ p · log p with p = softmax(logits), in nats: how undecided the outputs are. Logits are [batch, classes]. */
export function entropy(logits: tf.Tensor2D): tf.Scalar {
  const sum = tf.sum(tf.mul(tf.softmax(logits), tf.logSoftmax(logits)));
  return tf.mul(sum, -1 / logits.shape[0]) as tf.Scalar;
}
