import { describe, expect, test } from 'vitest';
import {
  type AlignedCheckpoint,
  type Alignment,
  type AlignmentOptions,
  alignCheckpoints,
} from '../../main/alignment/align-checkpoints.ts';
import { randomPermutations } from '../../main/alignment/permutations.ts';
import { permutedWeights } from '../../main/alignment/permuted.ts';
import { findSymmetries } from '../../main/alignment/symmetry/find-symmetries.ts';
import type { ArchitectureSpec } from '../../main/architectures/architecture.ts';
import { buildArchitecture } from '../../main/architectures/build.ts';
import { initialWeights } from '../../main/architectures/initialize.ts';
import type { Graph } from '../../main/architectures/onnx/graph.ts';
import { readGraph } from '../../main/architectures/onnx/model.ts';
import type { Checkpoint, TensorValue, Weights } from '../../main/checkpoints/checkpoint.ts';
import { readWeights } from '../../main/checkpoints/weights.ts';
import { Random } from '../../main/random.ts';
import { CheckpointFiles } from './checkpoints.ts';
import { EXAMPLES } from './networks.ts';
import { buildResnext } from './resnext.ts';

/** A network's weights with BatchNorm's parameters and statistics as training might have left them. */
function trained(architecture: ReturnType<typeof buildArchitecture>, seed: number): Weights {
  return new Map(
    [...initialWeights(architecture, seed)].map(([name, value]) => {
      if (!/bn|downsample\.1/.test(name) || value.dtype !== 'F32') return [name, value];
      const random = new Random(seed, name);
      const mean = /running_mean|bias/.test(name) ? 0 : 1;
      const values = Float32Array.from({ length: value.bytes.length / 4 }, () =>
        Math.abs(mean + 0.3 * random.normal()),
      );
      return [name, { ...value, bytes: new Uint8Array(values.buffer) }];
    }),
  );
}

async function bringsBack(graph: Graph, weights: Weights, seed: number): Promise<void> {
  using files = new CheckpointFiles();
  const symmetries = findSymmetries(graph, new Set(weights.keys()));
  const permuted = permutedWeights(weights, symmetries, randomPermutations(symmetries, new Random(seed)));
  const reference = await files.open('reference', weights);
  const copy = await files.open('copy', permuted);
  const { aligned } = await alignCheckpoints(graph, reference, [copy], { threads: 2 });
  expect(aligned[0]!.converged).toBe(true);
  const back = readWeights(aligned[0]!.checkpoint);
  const wrong = [...weights].filter(([name, { bytes }]) => Buffer.compare(back.get(name)!.bytes, bytes) !== 0);
  expect(wrong.map(([name]) => name)).toEqual([]);
  for (const { after } of aligned[0]!.similarity) expect(after).toBeCloseTo(1, 12);
}

describe('a network and its randomly permuted copy are brought back to each other exactly', () => {
  const specs: readonly ArchitectureSpec[] = [
    { family: 'mlp', inputShape: [1, 8, 8], hidden: [64, 33], classes: 10 },
    { family: 'cnn', inputShape: [3, 16, 16], channels: [16, 31, 32], hidden: 50, classes: 10 },
    { family: 'resnet', depth: 18, inputShape: [3, 32, 32], classes: 10 },
  ];
  for (const spec of specs) {
    const architecture = buildArchitecture(spec);
    test(architecture.name, () => bringsBack(readGraph(architecture.graph), trained(architecture, 1), 2));
  }

  test('a network of grouped bottlenecks, as ResNeXt-50 is', () => {
    const { graph, weights } = buildResnext();
    return bringsBack(graph, weights, 3);
  });

  for (const { title, build } of EXAMPLES) {
    test(title, () => {
      const { network, output } = build();
      const { graph, weights } = network.finish(output);
      return bringsBack(graph, weights, 4);
    });
  }
});

const CNN: ArchitectureSpec = { family: 'cnn', inputShape: [3, 16, 16], channels: [16, 24], hidden: 32, classes: 10 };

describe('independent networks', () => {
  const architecture = buildArchitecture(CNN);
  const graph = readGraph(architecture.graph);

  async function align(files: CheckpointFiles, options: AlignmentOptions, count = 1): Promise<Alignment> {
    const reference = await files.open('reference', trained(architecture, 1));
    const others: Checkpoint[] = [];
    for (let index = 0; index < count; index += 1)
      others.push(await files.open(`other${index}`, trained(architecture, 10 + index)));
    return alignCheckpoints(graph, reference, others, options);
  }

  test('come closer in every group, and stay what they are', async () => {
    using files = new CheckpointFiles();
    const { aligned, symmetries } = await align(files, {});
    const [{ similarity, objective, permutations, converged }] = aligned as [AlignedCheckpoint];
    expect(converged).toBe(true);
    expect(objective.after).toBeGreaterThan(objective.before);
    for (const { before, after } of similarity) expect(after).toBeGreaterThan(before);
    const expected = permutedWeights(trained(architecture, 10), symmetries, permutations);
    expect(readWeights(aligned[0]!.checkpoint)).toEqual(expected);
  });

  test('are matched the same with one thread and several', async () => {
    using files = new CheckpointFiles();
    const wide: ArchitectureSpec = { family: 'mlp', inputShape: [1, 28, 28], hidden: [1030, 254], classes: 10 };
    const mlp = buildArchitecture(wide);
    const reference = await files.open('a', initialWeights(mlp, 1));
    const other = await files.open('b', initialWeights(mlp, 2));
    const found = [];
    for (const threads of [1, 3]) {
      found.push(
        (await alignCheckpoints(readGraph(mlp.graph), reference, [other], { threads, seed: 7 })).aligned[0]!
          .permutations,
      );
    }
    expect(found[0]).toEqual(found[1]);
  });

  test('are all matched to their mean without moving the reference', async () => {
    using files = new CheckpointFiles();
    const { aligned } = await align(files, { to: 'mean' }, 3);
    expect(aligned).toHaveLength(3);
    for (const { objective, converged } of aligned) {
      expect(converged).toBe(true);
      expect(objective.after).toBeGreaterThan(objective.before);
    }
  });

  test('permuted copies of one network are brought back by matching to the mean', async () => {
    using files = new CheckpointFiles();
    const weights = trained(architecture, 1);
    const symmetries = findSymmetries(graph, new Set(weights.keys()));
    const reference = await files.open('reference', weights);
    const copies: Checkpoint[] = [];
    for (const seed of [1, 2, 3]) {
      copies.push(
        await files.open(
          `copy${seed}`,
          permutedWeights(weights, symmetries, randomPermutations(symmetries, new Random(seed))),
        ),
      );
    }
    const { aligned } = await alignCheckpoints(graph, reference, copies, { to: 'mean' });
    for (const { checkpoint } of aligned) expect(readWeights(checkpoint)).toEqual(weights);
  });

  test('may count running statistics, which move along in any case', async () => {
    using files = new CheckpointFiles();
    const without = await align(files, {});
    using others = new CheckpointFiles();
    const counted = await align(others, { statistics: true });
    expect(counted.aligned[0]!.objective.before).not.toBe(without.aligned[0]!.objective.before);
  });
});

describe('what cannot be aligned is refused', () => {
  const architecture = buildArchitecture(CNN);
  const graph = readGraph(architecture.graph);
  const weights = trained(architecture, 1);
  const damaged: readonly { readonly code: string; readonly change: (weights: Map<string, TensorValue>) => void }[] = [
    { code: 'alignment/missing-tensor', change: (map) => map.delete('conv2.weight') },
    {
      code: 'alignment/wrong-shape',
      change: (map) => map.set('bn1.bias', { dtype: 'F32', shape: [15], bytes: new Uint8Array(60) }),
    },
    {
      code: 'alignment/not-finite',
      change: (map) =>
        map.set('bn1.bias', {
          dtype: 'F32',
          shape: [16],
          bytes: new Uint8Array(new Float32Array(16).fill(Number.NaN).buffer),
        }),
    },
  ];
  for (const { code, change } of damaged) {
    test(code, async () => {
      using files = new CheckpointFiles();
      const bad = new Map(weights);
      change(bad);
      const reference = await files.open('reference', weights);
      const other = await files.open('other', bad);
      await expect(alignCheckpoints(graph, reference, [other])).rejects.toMatchObject({ code });
    });
  }

  test('alignment/no-symmetry', async () => {
    using files = new CheckpointFiles();
    const flat = buildArchitecture({ family: 'mlp', inputShape: [4], hidden: [], classes: 3 });
    const reference = await files.open('reference', initialWeights(flat, 1));
    await expect(alignCheckpoints(readGraph(flat.graph), reference, [reference])).rejects.toMatchObject({
      code: 'alignment/no-symmetry',
    });
  });

  test('job/cancelled', async () => {
    using files = new CheckpointFiles();
    const reference = await files.open('reference', weights);
    const other = await files.open('other', trained(architecture, 2));
    const cancel = new AbortController();
    const running = alignCheckpoints(graph, reference, [other], {
      signal: cancel.signal,
      onProgress: () => cancel.abort(),
    });
    await expect(running).rejects.toMatchObject({ code: 'job/cancelled' });
  });
});
