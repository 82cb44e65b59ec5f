import { describe, expect, test } from 'vitest';
import type { ArchitectureSpec } from '../../main/architectures/architecture.ts';
import { buildArchitecture } from '../../main/architectures/build.ts';
import {
  GRANULARITIES,
  type Granularity,
  type LayerGroup,
  layerGroups,
  namedLayerGroups,
} from '../../main/architectures/layer-groups.ts';
import { Network } from '../alignment/network.ts';

const CNN: ArchitectureSpec = { family: 'cnn', inputShape: [1, 28, 28], channels: [8, 16], hidden: 32, classes: 10 };
const MLP: ArchitectureSpec = { family: 'mlp', inputShape: [28, 28], hidden: [64, 32], classes: 10 };
const RESNET: ArchitectureSpec = { family: 'resnet', depth: 18, inputShape: [3, 32, 32], classes: 10 };

const namesOf = (groups: readonly LayerGroup[]): readonly string[] => groups.map(({ name }) => name);
const membersOf = (groups: readonly LayerGroup[], name: string): readonly string[] =>
  groups.find((group) => group.name === name)!.tensors;

/** The groups of a network that was put together operator by operator. */
function groupsOf({ bytes, weights }: ReturnType<Network['finish']>, granularity: Granularity): readonly LayerGroup[] {
  const parameters = [...weights].map(([name, { shape }]) => ({
    name,
    shape,
    dtype: 'F32' as const,
    trainable: true,
    inGraph: true,
    initialization: { kind: 'constant', value: 0 } as const,
  }));
  return layerGroups({ graph: bytes, parameters }, granularity);
}

describe.each([
  ['cnn', CNN],
  ['mlp', MLP],
  ['resnet18', RESNET],
  ['resnet50', { ...RESNET, depth: 50 } as const],
])('%s', (_, spec) => {
  const architecture = buildArchitecture(spec);

  test.each(GRANULARITIES)(
    'by %s: every tensor is in exactly one group, and depths rise with the graph',
    (granularity) => {
      const groups = layerGroups(architecture, granularity);
      expect(groups.flatMap(({ tensors }) => tensors).toSorted()).toEqual(
        architecture.parameters.map(({ name }) => name).toSorted(),
      );
      expect(new Set(namesOf(groups)).size).toBe(groups.length);
      for (const { depth } of groups) expect(depth >= 0 && depth <= 1).toBe(true);
      if (granularity === 'kind' || granularity === 'name') return;
      const depths = groups.map(({ depth }) => depth);
      expect(depths).toEqual(depths.toSorted((a, b) => a - b));
      expect(depths.at(-1)).toBe(1);
      if (groups.length > 1) expect(depths[0]).toBe(0);
    },
  );
});

test('a convolutional network without numbered blocks is told apart by its graph', () => {
  const groups = (granularity: Granularity) => layerGroups(buildArchitecture(CNN), granularity);
  expect(namesOf(groups('model'))).toEqual(['model']);
  expect(namesOf(groups('name'))).toEqual(['conv', 'bn', 'fc', 'classifier']);
  expect(namesOf(groups('kind'))).toEqual(['convolution', 'normalization', 'mlp', 'head']);
  expect(namesOf(groups('stage'))).toEqual(['stage 1', 'stage 2', 'head']);
  expect(namesOf(groups('block'))).toEqual(['conv1', 'conv2', 'fc1', 'classifier']);
  expect(namesOf(groups('layer'))).toEqual(['conv1', 'conv2', 'fc1', 'classifier']);
  expect(groups('layer').map(({ depth }) => depth)).toEqual([0, 1 / 3, 2 / 3, 1]);
  expect(membersOf(groups('layer'), 'conv2')).toEqual([
    'conv2.weight',
    'bn2.weight',
    'bn2.bias',
    'bn2.running_mean',
    'bn2.running_var',
    'bn2.num_batches_tracked',
  ]);
  expect(membersOf(groups('kind'), 'normalization')).toContain('bn1.num_batches_tracked');
});

test('a perceptron has layers, and a head', () => {
  const groups = (granularity: Granularity) => layerGroups(buildArchitecture(MLP), granularity);
  expect(namesOf(groups('kind'))).toEqual(['mlp', 'head']);
  expect(namesOf(groups('stage'))).toEqual(['body', 'head']);
  expect(groups('layer')).toHaveLength(3);
});

test('a residual network has the stages and blocks that its names number', () => {
  const groups = (granularity: Granularity) => layerGroups(buildArchitecture(RESNET), granularity);
  expect(namesOf(groups('stage'))).toEqual(['stem', 'layer1', 'layer2', 'layer3', 'layer4', 'head']);
  expect(namesOf(groups('block'))).toEqual([
    'conv1',
    ...[1, 2, 3, 4].flatMap((stage) => [`layer${stage}.0`, `layer${stage}.1`]),
    'fc',
  ]);
  expect(membersOf(groups('block'), 'conv1')).toContain('bn1.running_var');
  expect(membersOf(groups('layer'), 'layer2.0.downsample.0')).toContain('layer2.0.downsample.1.weight');
  expect(namesOf(groups('kind'))).toEqual(['convolution', 'normalization', 'head']);
});

test('blocks without numbers are found between the points that everything passes through', () => {
  const network = new Network([3, 8, 8]);
  let value = network.relu(network.batchNorm('start.norm', network.conv('start.conv', 'input', [6, 3, 3]), 6));
  for (const block of ['first', 'second']) {
    const inner = network.relu(network.batchNorm(`${block}.a_norm`, network.conv(`${block}.a`, value, [6, 6, 3]), 6));
    const outer = network.batchNorm(`${block}.b_norm`, network.conv(`${block}.b`, inner, [6, 6, 3]), 6);
    value = network.relu(network.node('Add', [outer, value]));
  }
  const flat = network.node('Flatten', [network.node('GlobalAveragePool', [value])], { axis: 1 });
  const groups = groupsOf(network.finish(network.linear('end', flat, 4, 6)), 'block');
  expect(namesOf(groups)).toEqual(['start', 'first', 'second', 'end']);
  expect(groups.map(({ depth }) => depth)).toEqual([0, 0.3, 0.7, 1]);
});

/** One block of a transformer over eight tokens, its normalisations written out as exporters for older operator sets do. */
function transformer(): ReturnType<Network['finish']> {
  const [tokens, width] = [8, 6];
  const network = new Network([tokens]);
  const ids = network.node('Cast', ['input'], { to: 7 });
  const words = network.node('Gather', [network.weight('embeddings.words.weight', [20, width]), ids]);
  let value = network.node('Add', [words, network.weight('embeddings.positions', [tokens, width])]);
  const linear = (name: string, input: string, outputs: number, inputs: number): string =>
    network.node('Add', [
      network.node('MatMul', [input, network.weight(`${name}.weight`, [inputs, outputs])]),
      network.weight(`${name}.bias`, [outputs]),
    ]);
  const norm = (name: string, input: string): string => {
    const centred = network.node('Sub', [input, network.node('ReduceMean', [input], { axes: [-1] })]);
    const spread = network.node('Sqrt', [
      network.node('ReduceMean', [network.node('Mul', [centred, centred])], { axes: [-1] }),
    ]);
    const scaled = network.node('Mul', [
      network.node('Div', [centred, spread]),
      network.weight(`${name}.weight`, [width]),
    ]);
    return network.node('Add', [scaled, network.weight(`${name}.bias`, [width])]);
  };
  for (const block of [0, 1]) {
    const path = `encoder.layer.${block}`;
    const normed = norm(`${path}.norm1`, value);
    const [query, key, content] = ['query', 'key', 'value'].map((part) =>
      linear(`${path}.attention.${part}`, normed, width, width),
    );
    const chances = network.node('Softmax', [
      network.node('MatMul', [query!, network.node('Transpose', [key!], { perm: [0, 2, 1] })]),
    ]);
    const attended = network.node('MatMul', [chances, content!]);
    value = network.node('Add', [value, linear(`${path}.attention.output`, attended, width, width)]);
    const inner = network.node('Relu', [linear(`${path}.wide`, norm(`${path}.norm2`, value), 12, width)]);
    value = network.node('Add', [value, linear(`${path}.narrow`, inner, width, 12)]);
  }
  const pooled = network.node('ReduceMean', [norm('norm', value)], { axes: [1], keepdims: 0 });
  return network.finish(network.node('Softmax', [linear('head', pooled, 3, width)]));
}

test('a transformer is divided into embeddings, attention, MLP, normalisations and head', () => {
  const groups = groupsOf(transformer(), 'kind');
  expect(namesOf(groups)).toEqual(['embedding', 'normalization', 'attention', 'mlp', 'head']);
  expect(membersOf(groups, 'embedding')).toEqual(['embeddings.words.weight', 'embeddings.positions']);
  const attention = [0, 1].flatMap((block) =>
    ['query', 'key', 'value', 'output'].flatMap((part) =>
      ['weight', 'bias'].map((tensor) => `encoder.layer.${block}.attention.${part}.${tensor}`),
    ),
  );
  expect(membersOf(groups, 'attention')).toEqual(attention);
  expect(membersOf(groups, 'head')).toEqual(['head.weight', 'head.bias']);
  expect(membersOf(groups, 'normalization')).toContain('norm.bias');
});

test('the blocks of a transformer are those that its names number; what is around them is its stem and head', () => {
  expect(namesOf(groupsOf(transformer(), 'block')).filter((name) => name.startsWith('encoder'))).toEqual([
    'encoder.layer.0',
    'encoder.layer.1',
  ]);
  expect(namesOf(groupsOf(transformer(), 'stage'))).toEqual(['stem', 'encoder.layer', 'head']);
});

test('files without a graph are divided by names alone, kinds apart', () => {
  const tensors = buildArchitecture(RESNET).parameters.map(({ name }) => name);
  expect(namesOf(namedLayerGroups(tensors, 'name')!)).toEqual(['conv', 'bn', 'rest', 'fc']);
  expect(namesOf(namedLayerGroups(tensors, 'stage')!)).toEqual([
    'stem',
    'layer1',
    'layer2',
    'layer3',
    'layer4',
    'head',
  ]);
  expect(namesOf(namedLayerGroups(tensors, 'layer')!)[2]).toBe('layer1.0.conv1');
  expect(namedLayerGroups(tensors, 'kind')).toBeUndefined();
});
