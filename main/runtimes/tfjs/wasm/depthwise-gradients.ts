import * as tf from '@tensorflow/tfjs-core';
import { crop, explicitPadding, spaceOut } from './convolution-gradients.ts';

interface DepthwiseAttributes {
  readonly strides: number | [number, number];
  readonly dilations: number | [number, number];
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

type Shape4D = [number, number, number, number];

/**
 * The gradients of a depthwise convolution, which the backend lacks, composed of its forward kernels.
 * Images are [batch, height, width, channels], filters [height, width, channels, multiplier]; output channel
 * c · multiplier + m comes from input channel c.
 */
export function registerDepthwiseGradients(): void {
  tf.registerKernel({
    kernelName: tf.DepthwiseConv2dNativeBackpropInput,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { inputShape, ...attributes } = attrs as unknown as DepthwiseAttributes & { readonly inputShape: Shape4D };
      const { dy, filter } = inputs as { dy: tf.Tensor4D; filter: tf.Tensor4D };
      return tf.tidy(() => inputGradient(dy, filter, inputShape, attributes));
    },
  });
  tf.registerKernel({
    kernelName: tf.DepthwiseConv2dNativeBackpropFilter,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { filterShape, ...attributes } = attrs as unknown as DepthwiseAttributes & {
        readonly filterShape: Shape4D;
      };
      const { x, dy } = inputs as { x: tf.Tensor4D; dy: tf.Tensor4D };
      return tf.tidy(() => filterGradient(x, dy, filterShape, attributes));
    },
  });
}

function geometry(input: Shape4D, filter: Shape4D, attributes: DepthwiseAttributes): tf.backend_util.Conv2DInfo {
  const { strides, dilations, pad, dimRoundingMode } = attributes;
  return tf.backend_util.computeConv2DInfo(input, filter, strides, dilations, pad, dimRoundingMode, true);
}

/** A depthwise convolution of dy, spaced out by the stride, with the turned filter; one for each multiple, summed. */
function inputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, inputShape: Shape4D, attributes: DepthwiseAttributes) {
  const info = geometry(inputShape, filter.shape, attributes);
  const [batch, outHeight, outWidth] = dy.shape;
  const [filterHeight, filterWidth, channels, multiplier] = filter.shape;
  const turned = tf.reverse(filter, [0, 1]);
  const reachVertical = (filterHeight - 1) * info.dilationHeight;
  const reachHorizontal = (filterWidth - 1) * info.dilationWidth;
  const top = reachVertical - info.padInfo.top;
  const left = reachHorizontal - info.padInfo.left;
  const bottom = inputShape[1] + reachVertical - outHeight * info.strideHeight - top;
  const right = inputShape[2] + reachHorizontal - outWidth * info.strideWidth - left;
  const split = tf.reshape(dy, [batch * outHeight * outWidth, channels, multiplier]);
  const parts = Array.from({ length: multiplier }, (_, m) => {
    const gradient = tf.reshape(tf.slice(split, [0, 0, m], [-1, -1, 1]), [batch, outHeight, outWidth, channels]);
    const spaced = spaceOut(gradient as tf.Tensor4D, info.strideHeight, info.strideWidth);
    return tf.depthwiseConv2d(
      tf.pad(crop(spaced, -top, -bottom, -left, -right), explicitPadding(top, bottom, left, right)),
      tf.slice(turned, [0, 0, 0, m], [-1, -1, -1, 1]),
      1,
      'valid',
      'NHWC',
      [info.dilationHeight, info.dilationWidth],
    );
  });
  return parts.reduce((sum, part) => tf.add(sum, part));
}

/** For each tap, the products of dy with the pixels that the tap meets, summed over all positions. */
function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, filterShape: Shape4D, attributes: DepthwiseAttributes) {
  const info = geometry(x.shape, filterShape, attributes);
  const [filterHeight, filterWidth, channels, multiplier] = filterShape;
  const { top, bottom, left, right } = info.padInfo;
  const padded = tf.pad(x, explicitPadding(top, bottom, left, right));
  const positions = info.batchSize * info.outHeight * info.outWidth;
  const gradient = tf.reshape(dy, [positions, channels, multiplier]);
  const taps: tf.Tensor[] = [];
  for (let row = 0; row < filterHeight; row++) {
    for (let column = 0; column < filterWidth; column++) {
      const start = [0, row * info.dilationHeight, column * info.dilationWidth, 0];
      const end = [
        info.batchSize,
        start[1]! + (info.outHeight - 1) * info.strideHeight + 1,
        start[2]! + (info.outWidth - 1) * info.strideWidth + 1,
        channels,
      ];
      const met = tf.stridedSlice(padded, start, end, [1, info.strideHeight, info.strideWidth, 1]);
      taps.push(tf.sum(tf.mul(tf.reshape(met, [positions, channels, 1]), gradient), 0));
    }
  }
  return tf.reshape(tf.stack(taps), filterShape);
}
