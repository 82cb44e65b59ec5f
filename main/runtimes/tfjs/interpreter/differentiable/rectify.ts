import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from './backend-kernel.ts';

/** max(x, 0). Its gradient is read off the result, so the input need not be kept. */
export function rectify(x: tf.Tensor): tf.Tensor {
  return tf.customGrad((input, save) => {
    const y = tf.relu(input as tf.Tensor);
    (save as tf.GradSaveFunc)([y]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [result] = saved as [tf.Tensor];
        if (hasKernel('StockpotRectifyGradient')) return runKernel('StockpotRectifyGradient', { dy, y: result })[0]!;
        return tf.mul(dy, tf.step(result));
      },
    };
  })(x);
}
