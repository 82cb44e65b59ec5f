import { describe, expect, test } from 'vitest';
import { randomPermutations } from '../../main/alignment/permutations.ts';
import { permutedWeights } from '../../main/alignment/permuted.ts';
import { findSymmetries } from '../../main/alignment/symmetry/find-symmetries.ts';
import type { ArchitectureSpec } from '../../main/architectures/architecture.ts';
import { buildArchitecture } from '../../main/architectures/build.ts';
import { initialWeights } from '../../main/architectures/initialize.ts';
import { readGraph } from '../../main/architectures/onnx/model.ts';
import { Random } from '../../main/random.ts';
import { largestDifference, outputsOf } from './network.ts';
import { EXAMPLES } from './networks.ts';

describe('permutations found in a graph', () => {
  for (const { title, build, groups, obstacles = [] } of EXAMPLES) {
    test(`of ${title}`, async () => {
      const { network, output } = build();
      const { bytes, graph, weights } = network.finish(output);
      const symmetries = findSymmetries(graph, new Set(weights.keys()));
      expect(symmetries.groups.map(({ channels }) => channels)).toEqual(groups);
      expect(symmetries.obstacles.map(({ operator }) => operator)).toEqual(obstacles);
      const shape = [3, ...network.inputShape];
      const samples = network.samples(3);
      const before = await outputsOf(bytes, weights, shape, samples);
      for (const seed of [1, 2, 3]) {
        const permuted = permutedWeights(weights, symmetries, randomPermutations(symmetries, new Random(seed)));
        expect(permuted).not.toEqual(weights);
        expect(largestDifference(before, await outputsOf(bytes, permuted, shape, samples))).toBeLessThan(1e-5);
      }
    });
  }

  test('leave tensors alone that are not among the checkpoint’s', () => {
    const { network, output } = EXAMPLES[0]!.build();
    const { graph } = network.finish(output);
    const { groups } = findSymmetries(graph, new Set(['c', 'head.weight']));
    expect(groups.map(({ name }) => name)).toEqual(['c']);
  });
});

const ZOO: readonly { readonly spec: ArchitectureSpec; readonly groups: number; readonly channels: number }[] = [
  { spec: { family: 'mlp', inputShape: [3, 4, 4], hidden: [20, 12], classes: 5 }, groups: 2, channels: 32 },
  {
    spec: { family: 'cnn', inputShape: [3, 16, 16], channels: [8, 12], hidden: 20, classes: 5 },
    groups: 3,
    channels: 40,
  },
  { spec: { family: 'resnet', depth: 18, inputShape: [3, 32, 32], classes: 5 }, groups: 12, channels: 2880 },
  { spec: { family: 'resnet', depth: 34, inputShape: [3, 32, 32], classes: 5 }, groups: 20, channels: 4736 },
  { spec: { family: 'resnet', depth: 50, inputShape: [3, 32, 32], classes: 5 }, groups: 37, channels: 11_456 },
  { spec: { family: 'resnet', depth: 101, inputShape: [3, 32, 32], classes: 5 }, groups: 71, channels: 20_160 },
  { spec: { family: 'resnet', depth: 152, inputShape: [3, 32, 32], classes: 5 }, groups: 105, channels: 27_840 },
];

describe('permutations found in the zoo', () => {
  for (const { spec, groups, channels } of ZOO) {
    const architecture = buildArchitecture(spec);
    test(`of ${architecture.name} tie every hidden channel`, async () => {
      const graph = readGraph(architecture.graph);
      const symmetries = findSymmetries(graph, new Set(graph.initializers.keys()));
      expect(symmetries.obstacles).toEqual([]);
      expect(symmetries.groups.length).toBe(groups);
      expect(symmetries.groups.reduce((sum, group) => sum + group.channels, 0)).toBe(channels);
      if (spec.family === 'resnet' && ![18, 50].includes(spec.depth)) return;
      const weights = initialWeights(architecture, 1);
      const size = spec.inputShape.reduce((product, length) => product * length, 2);
      const random = new Random(1);
      const samples = Float32Array.from({ length: size }, () => random.normal());
      const permuted = permutedWeights(weights, symmetries, randomPermutations(symmetries, random));
      const shape = [2, ...spec.inputShape];
      const before = await outputsOf(architecture.graph, weights, shape, samples);
      expect(largestDifference(before, await outputsOf(architecture.graph, permuted, shape, samples))).toBeLessThan(
        1e-5,
      );
    });
  }
});
