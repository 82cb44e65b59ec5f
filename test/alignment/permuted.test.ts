import { describe, expect, test } from 'vitest';
import {
  composePermutations,
  identityPermutations,
  invertPermutations,
  randomPermutations,
} from '../../main/alignment/permutations.ts';
import { permutedCheckpoint, permutedWeights } from '../../main/alignment/permuted.ts';
import { findSymmetries } from '../../main/alignment/symmetry/find-symmetries.ts';
import { fromFloats, toFloat64 } from '../../main/checkpoints/convert.ts';
import { readWeights } from '../../main/checkpoints/weights.ts';
import { Random } from '../../main/random.ts';
import { CheckpointFiles } from './checkpoints.ts';
import { EXAMPLES } from './networks.ts';
import { buildResnext } from './resnext.ts';

describe('permutations', () => {
  test('undo one another, one after the other', () => {
    const { graph, weights } = buildResnext();
    const symmetries = findSymmetries(graph, new Set(weights.keys()));
    const [first, second] = [1, 2].map((seed) => randomPermutations(symmetries, new Random(seed))) as [
      Int32Array[],
      Int32Array[],
    ];
    expect(composePermutations(first, invertPermutations(first))).toEqual(identityPermutations(symmetries));
    const twice = permutedWeights(permutedWeights(weights, symmetries, first), symmetries, second);
    expect(permutedWeights(weights, symmetries, composePermutations(first, second))).toEqual(twice);
  });
});

describe('a permuted checkpoint', () => {
  for (const dtype of ['F64', 'F32', 'BF16', 'F8_E4M3'] as const) {
    test(`reads ${dtype} from any byte on as if it had been rearranged in memory`, async () => {
      for (const { build } of EXAMPLES) {
        using files = new CheckpointFiles();
        const { network, output } = build();
        const { graph, weights: singles } = network.finish(output);
        const weights = new Map(
          [...singles].map(([name, value]) => [
            name,
            { ...value, dtype, bytes: fromFloats(dtype, toFloat64('F32', value.bytes)) },
          ]),
        );
        const symmetries = findSymmetries(graph, new Set(weights.keys()));
        const random = new Random(3);
        const permutations = randomPermutations(symmetries, random);
        const expected = permutedWeights(weights, symmetries, permutations);
        const checkpoint = permutedCheckpoint(await files.open('original', weights), symmetries, permutations);
        expect(readWeights(checkpoint, expected.keys())).toEqual(expected);
        for (const [name, { bytes }] of expected) {
          const start = random.integer(bytes.length);
          const piece = new Uint8Array(random.integer(bytes.length - start) + 1);
          checkpoint.read(name, start, piece);
          expect(piece).toEqual(bytes.slice(start, start + piece.length));
        }
      }
    });
  }

  test('refuses tensors of other shapes', async () => {
    using files = new CheckpointFiles();
    const { network, output } = EXAMPLES[1]!.build();
    const { graph, weights } = network.finish(output);
    const symmetries = findSymmetries(graph, new Set(weights.keys()));
    const other = new Map(weights).set('bn1.bias', { dtype: 'F32', shape: [2], bytes: new Uint8Array(8) });
    const checkpoint = await files.open('other', other);
    expect(() => permutedCheckpoint(checkpoint, symmetries, identityPermutations(symmetries))).toThrow(
      expect.objectContaining({ code: 'alignment/wrong-shape' }),
    );
  });
});
