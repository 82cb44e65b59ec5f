import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../main/architectures/architecture.ts';
import { buildArchitecture } from '../../main/architectures/build.ts';
import { initialWeights } from '../../main/architectures/initialize.ts';
import type { Weights } from '../../main/checkpoints/checkpoint.ts';

const cnn = buildArchitecture({ family: 'cnn', inputShape: [1, 28, 28], channels: [16, 32], hidden: 32, classes: 10 });
const resnet = buildArchitecture({ family: 'resnet', depth: 18, inputShape: [3, 32, 32], classes: 10 });

function floats(weights: Weights, name: string): Float32Array {
  const { bytes } = weights.get(name)!;
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

function moments(values: Float32Array): {
  readonly mean: number;
  readonly deviation: number;
  readonly largest: number;
} {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return {
    mean,
    deviation: Math.sqrt(variance),
    largest: values.reduce((top, value) => Math.max(top, Math.abs(value)), 0),
  };
}

describe('initial weights', () => {
  it('hold every tensor of the architecture in its order, counters at zero', () => {
    const weights = initialWeights(cnn, 1);
    const described = (architecture: Architecture) =>
      architecture.parameters.map(({ name, dtype, shape }) => [name, dtype, shape]);
    expect([...weights].map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual(described(cnn));
    expect(weights.get('bn1.num_batches_tracked')!.bytes).toEqual(new Uint8Array(8));
  });

  it('are the same for the same seed and different for another', () => {
    const [first, again, other] = [initialWeights(cnn, 7), initialWeights(cnn, 7), initialWeights(cnn, 8)];
    expect(again).toEqual(first);
    expect(floats(other, 'conv1.weight')).not.toEqual(floats(first, 'conv1.weight'));
  });

  it('draw linear layers and plain convolutions uniformly within 1/√fanIn, as PyTorch does', () => {
    const weights = initialWeights(cnn, 1);
    for (const [name, fanIn] of [
      ['fc1.weight', 1568],
      ['conv2.weight', 144],
    ] as const) {
      const bound = 1 / Math.sqrt(fanIn);
      const { mean, deviation, largest } = moments(floats(weights, name));
      expect(largest).toBeLessThanOrEqual(Math.fround(bound));
      expect(largest).toBeGreaterThan(0.99 * bound);
      expect(Math.abs(mean)).toBeLessThan(0.05 * bound);
      expect(deviation).toBeCloseTo(bound / Math.sqrt(3), 3);
    }
    expect(moments(floats(weights, 'classifier.bias')).largest).toBeLessThanOrEqual(1 / Math.sqrt(32));
  });

  it('draw a ResNet’s convolutions from a normal distribution of deviation √(2/fanOut), as torchvision does', () => {
    const { mean, deviation, largest } = moments(floats(initialWeights(resnet, 1), 'layer2.0.conv2.weight'));
    const expected = Math.sqrt(2 / (128 * 9));
    expect(deviation / expected).toBeCloseTo(1, 2);
    expect(Math.abs(mean)).toBeLessThan(0.02 * expected);
    expect(largest).toBeGreaterThan(3.5 * expected);
  });

  it('leave BatchNorm an identity', () => {
    const weights = initialWeights(resnet, 1);
    for (const [tensor, value] of Object.entries({ weight: 1, bias: 0, running_mean: 0, running_var: 1 })) {
      expect(floats(weights, `layer1.0.bn1.${tensor}`)).toEqual(new Float32Array(64).fill(value));
    }
  });
});
