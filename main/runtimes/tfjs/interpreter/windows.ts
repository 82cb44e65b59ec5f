import { attributeOf, type GraphNode } from '../../../architectures/onnx/graph.ts';
import { unsupported } from './operator.ts';

/** Geometry of a sliding window over one axis: output position o reads input o · stride − before + k · dilation. */
interface WindowAxis {
  readonly input: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding at the start and at the end. */
  readonly before: number;
  readonly after: number;
  readonly output: number;
}

export interface Window {
  readonly height: WindowAxis;
  readonly width: WindowAxis;
}

/**
 * The window that a Conv or pooling node slides over an image, from its attributes (ONNX operators Conv, MaxPool,
 * AveragePool: kernel_shape, strides, dilations, pads, auto_pad, ceil_mode).
 */
export function windowOf(
  node: GraphNode,
  image: { readonly height: number; readonly width: number },
  kernel: readonly [number, number],
): Window {
  const strides = attributeOf(node, 'strides', 'ints', [1, 1]);
  const dilations = attributeOf(node, 'dilations', 'ints', [1, 1]);
  const pads = attributeOf(node, 'pads', 'ints', [0, 0, 0, 0]);
  const autoPad = attributeOf(node, 'auto_pad', 'string', 'NOTSET');
  const ceil = attributeOf(node, 'ceil_mode', 'int', 0) === 1;
  if (strides.length !== 2 || pads.length !== 4) throw unsupported(node, `${strides.length}-dimensional windows`);
  const axis = (input: number, index: 0 | 1): WindowAxis => {
    const stride = strides[index]!;
    const dilation = dilations[index] ?? 1;
    const reach = (kernel[index] - 1) * dilation + 1;
    const sides = paddingOf(node, autoPad, input, stride, reach, [pads[index]!, pads[index + 2]!]);
    const [before, wanted] = sides;
    const room = input + before + wanted - reach;
    let output = (ceil ? Math.ceil(room / stride) : Math.floor(room / stride)) + 1;
    // A window that would start in the padding at the end is left out (as PyTorch and ONNX Runtime do).
    if (ceil && (output - 1) * stride >= input + before) output--;
    const after = Math.max(wanted, (output - 1) * stride + reach - input - before);
    return { input, kernel: kernel[index], stride, dilation, before, after, output };
  };
  return { height: axis(image.height, 0), width: axis(image.width, 1) };
}

function paddingOf(
  node: GraphNode,
  autoPad: string,
  input: number,
  stride: number,
  reach: number,
  explicit: readonly [number, number],
): readonly [number, number] {
  switch (autoPad) {
    case 'NOTSET':
      return explicit;
    case 'VALID':
      return [0, 0];
    case 'SAME_UPPER':
    case 'SAME_LOWER': {
      const total = Math.max((Math.ceil(input / stride) - 1) * stride + reach - input, 0);
      const less = Math.floor(total / 2);
      return autoPad === 'SAME_UPPER' ? [less, total - less] : [total - less, less];
    }
    default:
      throw unsupported(node, `auto_pad ${autoPad}`);
  }
}

export function isPadded({ height, width }: Window): boolean {
  return height.before > 0 || height.after > 0 || width.before > 0 || width.after > 0;
}

/** True when the padding is the one TensorFlow calls `same`. */
export function isSamePadding(window: Window): boolean {
  return [window.height, window.width].every(({ input, stride, kernel, dilation, before, after, output }) => {
    const total = Math.max((output - 1) * stride + (kernel - 1) * dilation + 1 - input, 0);
    return output === Math.ceil(input / stride) && before === Math.floor(total / 2) && after === total - before;
  });
}

/** Paddings of [batch, height, width, channels]. */
export function paddings({ height, width }: Window): [number, number][] {
  return [
    [0, 0],
    [height.before, height.after],
    [width.before, width.after],
    [0, 0],
  ];
}
