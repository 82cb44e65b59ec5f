import * as tf from '@tensorflow/tfjs-core';

/** UnsortedSegmentSum, the gradient of gathering rows, which the backend lacks: a scatter that adds. */
export function registerSegmentSum(): void {
  tf.registerKernel({
    kernelName: tf.UnsortedSegmentSum,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { numSegments } = attrs as unknown as tf.UnsortedSegmentSumAttrs;
      const { x, segmentIds } = inputs as { x: tf.Tensor; segmentIds: tf.Tensor1D };
      const indices = segmentIds as tf.Tensor;
      return tf.tidy(() => {
        const rows = tf.reshape(x, [indices.size, -1]);
        const summed = tf.scatterND(tf.reshape(indices, [indices.size, 1]), rows, [numSegments, rows.shape[1]!]);
        return tf.reshape(summed, [numSegments, ...x.shape.slice(indices.rank)]);
      });
    },
  });
}
