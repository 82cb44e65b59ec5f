import type { ArchitectureSpec } from './architecture.ts';
import { type BuiltGraph, type ConvolutionOptions, GraphBuilder, type Value } from './graph-builder.ts';

export type ResnetSpec = Extract<ArchitectureSpec, { family: 'resnet' }>;

interface Layout {
  readonly bottleneck: boolean;
  /** Blocks in each of the four stages. */
  readonly blocks: readonly number[];
}

/** He et al., "Deep residual learning for image recognition" (2015), table 1. */
const LAYOUTS: Readonly<Record<ResnetSpec['depth'], Layout>> = {
  18: { bottleneck: false, blocks: [2, 2, 2, 2] },
  34: { bottleneck: false, blocks: [3, 4, 6, 3] },
  50: { bottleneck: true, blocks: [3, 4, 6, 3] },
  101: { bottleneck: true, blocks: [3, 4, 23, 3] },
  152: { bottleneck: true, blocks: [3, 8, 36, 3] },
};

const STAGE_WIDTHS = [64, 128, 256, 512] as const;
const BOTTLENECK_EXPANSION = 4;

export function resnetName({ depth }: ResnetSpec): string {
  return `resnet${depth}`;
}

/** The depth that has these blocks in its four stages, if there is one. */
export function resnetDepthOf(blocks: readonly number[], bottleneck: boolean): ResnetSpec['depth'] | undefined {
  const match = Object.entries(LAYOUTS).find(
    ([, layout]) => layout.bottleneck === bottleneck && layout.blocks.join() === blocks.join(),
  );
  return match === undefined ? undefined : (Number(match[0]) as ResnetSpec['depth']);
}

/** ResNet with torchvision's parameter names, order and variant (a bottleneck's stride sits on its 3×3 convolution). */
export function buildResnet(spec: ResnetSpec): BuiltGraph {
  const layout = LAYOUTS[spec.depth];
  const builder = new GraphBuilder(spec.inputShape);
  let value = builder.input();
  value = builder.convolution('conv1', value, window(64, 7, 2));
  value = builder.relu('relu', builder.batchNorm('bn1', value));
  value = builder.maxPool('maxpool', value, { kernel: 3, stride: 2, padding: 1 });
  for (const [stage, count] of layout.blocks.entries()) {
    for (let block = 0; block < count; block++) {
      const path = `layer${stage + 1}.${block}`;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      value = residualBlock(builder, path, value, {
        width: STAGE_WIDTHS[stage]!,
        stride,
        bottleneck: layout.bottleneck,
      });
    }
  }
  value = builder.flatten('flatten', builder.globalAveragePool('avgpool', value));
  builder.linear('fc', value, spec.classes);
  return builder.finish(resnetName(spec));
}

interface BlockOptions {
  readonly width: number;
  readonly stride: number;
  readonly bottleneck: boolean;
}

function residualBlock(builder: GraphBuilder, path: string, input: Value, options: BlockOptions): Value {
  const { width, stride, bottleneck } = options;
  const outputChannels = bottleneck ? width * BOTTLENECK_EXPANSION : width;
  const convolutions = bottleneck
    ? [window(width, 1, 1), window(width, 3, stride), window(outputChannels, 1, 1)]
    : [window(width, 3, stride), window(width, 3, 1)];
  let value = input;
  for (const [index, convolution] of convolutions.entries()) {
    const layer = index + 1;
    value = builder.convolution(`${path}.conv${layer}`, value, convolution);
    value = builder.batchNorm(`${path}.bn${layer}`, value);
    if (layer < convolutions.length) value = builder.relu(`${path}.relu${layer}`, value);
  }
  let shortcut = input;
  if (stride !== 1 || input.shape[0] !== outputChannels) {
    shortcut = builder.convolution(`${path}.downsample.0`, input, window(outputChannels, 1, stride));
    shortcut = builder.batchNorm(`${path}.downsample.1`, shortcut);
  }
  return builder.relu(`${path}.relu${convolutions.length}`, builder.add(`${path}.add`, value, shortcut));
}

/** A convolution whose padding keeps the size, stride aside. */
function window(outputChannels: number, kernel: number, stride: number): ConvolutionOptions {
  return {
    outputChannels,
    kernel,
    stride,
    padding: (kernel - 1) / 2,
    initialization: 'kaiming-normal-fan-out',
  };
}
