import { describe, expect, it } from 'vitest';
import { parseArchitectureSpec } from '../../main/architectures/architecture-schema.ts';
import { buildArchitecture } from '../../main/architectures/build.ts';
import { readGraph } from '../../main/architectures/onnx/model.ts';
import { StockpotError } from '../../main/errors.ts';

function faultsOf(value: unknown): readonly string[] {
  try {
    parseArchitectureSpec(value);
  } catch (thrown) {
    if (thrown instanceof StockpotError && thrown.code === 'architecture/invalid-spec') return thrown.details;
    throw thrown;
  }
  return [];
}

describe('a spec of an architecture', () => {
  it('is refused with every fault and its place', () => {
    expect(faultsOf({ family: 'vit' })).toEqual(['family: must be mlp, cnn or resnet']);
    expect(faultsOf('resnet50')).toEqual(['architecture: must be mlp, cnn or resnet']);
    expect(faultsOf({ family: 'resnet', depth: 19, inputShape: [3, 224], classes: 10 })).toEqual([
      'depth: must be 18, 34, 50, 101 or 152',
      'inputShape: must be [channels, height, width]',
    ]);
    const unknownKey = { family: 'mlp', inputShape: [4], hidden: [], classes: 0, width: 3 };
    expect(faultsOf(unknownKey)).toHaveLength(2);
  });

  it('may not halve an image more often than it can be', () => {
    const spec = { family: 'cnn', inputShape: [1, 28, 28], channels: [8, 8, 8, 8, 8], hidden: 0, classes: 10 };
    expect(faultsOf(spec)).toEqual(['channels: 5 blocks halve the image 5 times and need at least 32 × 32 pixels']);
    expect(faultsOf({ ...spec, inputShape: [1, 32, 32] })).toEqual([]);
  });
});

describe('an architecture', () => {
  const architecture = buildArchitecture({
    family: 'cnn',
    inputShape: [1, 28, 28],
    channels: [16, 32],
    hidden: 32,
    classes: 10,
  });

  it('is the same object and the same bytes for the same spec, however it is written', () => {
    const again = buildArchitecture({
      classes: 10,
      hidden: 32,
      channels: [16, 32],
      inputShape: [1, 28, 28],
      family: 'cnn',
    });
    expect(again).toBe(architecture);
    expect(architecture.name).toBe('cnn-16-32-fc32');
    expect(architecture.graphHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('has a graph whose initializers are the checkpoint’s tensors, counters aside', () => {
    const graph = readGraph(architecture.graph);
    const expected = architecture.parameters.filter(({ inGraph }) => inGraph).map(({ name, shape }) => [name, shape]);
    expect([...graph.initializers.values()].map(({ name, shape }) => [name, shape])).toEqual(expected);
    expect([...graph.initializers.values()].every(({ bytes }) => bytes === undefined)).toBe(true);
    expect(architecture.parameters.filter(({ inGraph }) => !inGraph).map(({ name }) => name)).toEqual([
      'bn1.num_batches_tracked',
      'bn2.num_batches_tracked',
    ]);
    expect(graph.inputs).toEqual([{ name: 'input', dtype: 'F32', shape: ['batch', 1, 28, 28] }]);
    expect(graph.outputs).toEqual([{ name: 'logits', dtype: 'F32', shape: ['batch', 10] }]);
    expect(graph.opset).toBe(17);
  });

  it('names its nodes by module path, so that blocks can be told', () => {
    const graph = readGraph(
      buildArchitecture({ family: 'resnet', depth: 18, inputShape: [3, 32, 32], classes: 10 }).graph,
    );
    const names = graph.nodes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => name.startsWith('layer2.0.'))).toEqual([
      'layer2.0.conv1',
      'layer2.0.bn1',
      'layer2.0.relu1',
      'layer2.0.conv2',
      'layer2.0.bn2',
      'layer2.0.downsample.0',
      'layer2.0.downsample.1',
      'layer2.0.add',
      'layer2.0.relu2',
    ]);
  });

  it('trains everything but BatchNorm’s statistics', () => {
    const fixed = architecture.parameters.filter(({ trainable }) => !trainable).map(({ name }) => name);
    expect(fixed.every((name) => /running_mean|running_var|num_batches_tracked/.test(name))).toBe(true);
    expect(fixed).toHaveLength(6);
  });
});
