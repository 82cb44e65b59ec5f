import * as tf from '@tensorflow/tfjs-core';
import type { KernelName } from '../interpreter/differentiable/backend-kernel.ts';

/** The part of tfjs-node's backend that runs TensorFlow operations by name. */
interface TensorflowBackend {
  readonly binding: Readonly<
    Record<'TF_FLOAT' | 'TF_ATTR_TYPE' | 'TF_ATTR_FLOAT' | 'TF_ATTR_STRING' | 'TF_ATTR_BOOL', number>
  >;
  executeMultipleOutputs(
    name: string,
    attributes: readonly { readonly name: string; readonly type: number; readonly value: unknown }[],
    inputs: readonly tf.Tensor[],
    outputs: number,
  ): tf.Tensor[];
}

const NORMALIZE: KernelName = 'StockpotNormalizeBatch';
const NORMALIZE_GRADIENT: KernelName = 'StockpotNormalizeBatchGradient';
const BY_STATISTICS_GRADIENT: KernelName = 'StockpotNormalizeByStatisticsGradient';
const RECTIFY_GRADIENT: KernelName = 'StockpotRectifyGradient';

/** Gives the interpreter TensorFlow's own fused operations where tfjs-node would compose them of many. */
export function registerTensorflowKernels(): void {
  tf.registerKernel({
    kernelName: NORMALIZE,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, gamma, beta } = inputs as Record<'x' | 'gamma' | 'beta', tf.Tensor>;
      return tf.tidy(() => {
        const native = backend as unknown as TensorflowBackend;
        const none = tf.tensor1d([]);
        const [y, mean, variance, ...kept] = native.executeMultipleOutputs(
          'FusedBatchNormV3',
          normalizationAttributes(native, attrs as { readonly epsilon: number }),
          [asImages(x), gamma, beta, none, none],
          6,
        );
        return [tf.reshape(y!, x.shape), mean!, variance!, ...kept];
      });
    },
  });
  tf.registerKernel({
    kernelName: NORMALIZE_GRADIENT,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs, backend }) => {
      type Name = 'dy' | 'x' | 'gamma' | 'kept0' | 'kept1' | 'kept2';
      const { dy, x, gamma, kept0, kept1, kept2 } = inputs as Record<Name, tf.Tensor>;
      return tf.tidy(() => {
        const native = backend as unknown as TensorflowBackend;
        const [dx, dgamma, dbeta] = native.executeMultipleOutputs(
          'FusedBatchNormGradV3',
          normalizationAttributes(native, attrs as { readonly epsilon: number }),
          [asImages(dy), asImages(x), gamma, kept0, kept1, kept2],
          5,
        );
        return [tf.reshape(dx!, x.shape), dgamma!, dbeta!];
      });
    },
  });
  tf.registerKernel({
    kernelName: BY_STATISTICS_GRADIENT,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { dy, x, scale, mean, variance } = inputs as Record<'dy' | 'x' | 'scale' | 'mean' | 'variance', tf.Tensor>;
      return tf.tidy(() => {
        const native = backend as unknown as TensorflowBackend;
        const [dx, dscale, doffset] = native.executeMultipleOutputs(
          'FusedBatchNormGradV3',
          normalizationAttributes(native, attrs as { readonly epsilon: number }, false),
          [asImages(dy), asImages(x), scale, mean, variance, tf.tensor1d([])],
          5,
        );
        return [tf.reshape(dx!, x.shape), dscale!, doffset!];
      });
    },
  });
  tf.registerKernel({
    kernelName: RECTIFY_GRADIENT,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, backend }) => {
      const { dy, y } = inputs as Record<'dy' | 'y', tf.Tensor>;
      const native = backend as unknown as TensorflowBackend;
      return native.executeMultipleOutputs('ReluGrad', [typeAttribute(native, 'T')], [dy, y], 1)[0]!;
    },
  });
}

/** [batch, height, width, channels], which the fused operations insist on. */
function asImages(x: tf.Tensor): tf.Tensor {
  return x.rank === 4 ? x : tf.reshape(x, [-1, 1, 1, x.shape.at(-1)!]);
}

function normalizationAttributes(
  native: TensorflowBackend,
  { epsilon }: { readonly epsilon: number },
  isTraining = true,
) {
  const { TF_ATTR_FLOAT, TF_ATTR_STRING, TF_ATTR_BOOL } = native.binding;
  return [
    typeAttribute(native, 'T'),
    typeAttribute(native, 'U'),
    { name: 'epsilon', type: TF_ATTR_FLOAT, value: epsilon },
    { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: TF_ATTR_BOOL, value: isTraining },
  ];
}

function typeAttribute({ binding }: TensorflowBackend, name: string) {
  return { name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
}
