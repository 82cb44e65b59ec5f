import type { ArchitectureSpec } from './architecture.ts';
import { type BuiltGraph, GraphBuilder, type Value } from './graph-builder.ts';

export type CnnSpec = Extract<ArchitectureSpec, { family: 'cnn' }>;

export function cnnName({ channels, hidden }: CnnSpec): string {
  return ['cnn', ...channels, ...(hidden > 0 ? [`fc${hidden}`] : [])].join('-');
}

/**
 * Blocks of 3×3 convolution, BatchNorm, ReLU and 2×2 max pooling (`conv1`, `bn1`, `conv2`, …), a hidden layer `fc1` if
 * the spec has one, and `classifier`: names that the usual layer groups (conv, bn, fc, classifier) tell apart.
 */
export function buildCnn(spec: CnnSpec): BuiltGraph {
  const builder = new GraphBuilder(spec.inputShape);
  let value: Value = builder.input();
  for (const [index, outputChannels] of spec.channels.entries()) {
    const block = index + 1;
    value = builder.convolution(`conv${block}`, value, {
      outputChannels,
      kernel: 3,
      stride: 1,
      padding: 1,
      initialization: 'pytorch-default',
    });
    value = builder.relu(`relu${block}`, builder.batchNorm(`bn${block}`, value));
    value = builder.maxPool(`pool${block}`, value, { kernel: 2, stride: 2, padding: 0 });
  }
  value = builder.flatten('flatten', value);
  if (spec.hidden > 0) value = builder.relu('relu_fc1', builder.linear('fc1', value, spec.hidden));
  builder.linear('classifier', value, spec.classes);
  return builder.finish(cnnName(spec));
}
