import { expect, test } from 'vitest';
import { buildArchitecture } from '../../main/architectures/build.ts';
import { initialWeights } from '../../main/architectures/initialize.ts';
import { alignerOf } from '../../main/backend/merging/aligner.ts';
import { weightFactsOf } from '../../main/backend/merging/weight-facts.ts';
import { mixtureOfBlend, prunedBlend } from '../../main/mix/blend.ts';
import { stepsOfBlend } from '../../main/mix/describe-blend.ts';
import { mixInMemory } from '../../main/mix/in-memory.ts';
import { IngredientCache } from '../../main/mix/ingredient-cache.ts';
import { hashOfMixture } from '../../main/mix/mixture-hash.ts';
import { verifyMixture } from '../../main/mix/verify.ts';
import { writeMixture } from '../../main/mix/write.ts';
import { findRecipe } from '../../main/recipes/index.ts';
import { elementsOf, TemporaryFolder } from './temporary-checkpoints.ts';

test('a network and its rearranged copy are averaged to the network itself, by a chain that aligns first', async () => {
  using folder = new TemporaryFolder();
  const network = buildArchitecture({ family: 'mlp', inputShape: [1, 3, 3], hidden: [8, 6], classes: 4 });
  const weights = initialWeights(network, 5);
  const original = { path: folder.checkpoint('a.safetensors', Object.fromEntries(weights)), sha256: 'a'.repeat(64) };
  const order = [3, 1, 0, 2, 7, 6, 5, 4];
  const [first] = [...weights].filter(([, { shape }]) => shape.length === 2);
  const moved = new Map(weights);
  const rows = (name: string, length: number): void => {
    const source = elementsOf(weights.get(name));
    const values = Float32Array.from(order.flatMap((from) => [...source].slice(from * length, (from + 1) * length)));
    moved.set(name, { ...weights.get(name)!, bytes: new Uint8Array(values.buffer) });
  };
  const [weightName] = first!;
  rows(weightName, 9);
  rows(weightName.replace('weight', 'bias'), 1);
  const [, second] = [...weights].filter(([, { shape }]) => shape.length === 2);
  const columns = [...elementsOf(second![1])];
  const swapped = Float32Array.from(columns.keys(), (i) => columns[Math.floor(i / 8) * 8 + order[i % 8]!]!);
  moved.set(second![0], { ...second![1], bytes: new Uint8Array(swapped.buffer) });
  const copy = { path: folder.checkpoint('b.safetensors', Object.fromEntries(moved)), sha256: 'b'.repeat(64) };

  const files = [original, copy];
  const context = {
    ingredients: ['a', 'b'].map((name) => ({ id: name, name })),
    tensors: [...weights.keys()],
    hasSelection: false,
    learnsFrom: [],
    layerGroups: () => [],
    selection: undefined,
    slopes: undefined,
    kept: { read: () => undefined, write: () => {} },
    seed: 0,
    signal: new AbortController().signal,
    aligner: alignerOf(files, network.graph, () => {}),
    weights: weightFactsOf(files, () => {}),
  };
  const steps = findRecipe('chain').cook(context, { steps: [{ recipe: 'align' }, { recipe: 'uniform' }] });
  let next = await steps.next();
  while (next.done !== true) next = await steps.next();
  const { coefficients } = next.value;
  expect(stepsOfBlend(coefficients, ['a', 'b'])[0]?.inputs).toEqual(['a', 'b (aligned)']);
  const soup = mixtureOfBlend(files, coefficients, { accumulate: 'f64', dtype: 'keep' });
  const cache = new IngredientCache(2 ** 20);
  for (const mixed of [await mixInMemory(soup), await mixInMemory(soup, cache)]) {
    for (const [name, value] of weights) expect([...elementsOf(mixed.get(name))]).toEqual([...elementsOf(value)]);
  }
  cache.close();
  const kept = mixtureOfBlend(files, prunedBlend(JSON.parse(JSON.stringify(coefficients))), soup);
  expect(hashOfMixture(kept)).toBe(hashOfMixture(soup));
  expect(hashOfMixture(soup)).not.toBe(hashOfMixture(mixtureOfBlend(files, { groups: coefficients.groups }, soup)));
  await writeMixture(soup, { path: folder.file('soup.pt'), threads: 2 });
  expect(await verifyMixture(kept, folder.file('soup.pt'))).toMatchObject({ identical: true });
});
