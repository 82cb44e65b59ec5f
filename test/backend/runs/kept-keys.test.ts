import { describe, expect, test } from 'vitest';
import type { Ingredient } from '../../../db/repositories/ingredients.ts';
import { buildArchitecture } from '../../../main/architectures/build.ts';
import type { PreparedSplit } from '../../../main/backend/datasets/service.ts';
import { predictionKey } from '../../../main/backend/evaluations/predictions.ts';
import { ensembleSubject, ingredientSubject, soupSubject } from '../../../main/backend/evaluations/subject.ts';
import type { CookRequest } from '../../../main/backend/runs/cook-request.ts';
import { runKey } from '../../../main/backend/runs/run-key.ts';
import { plainMixture } from '../../../main/mix/mixture.ts';
import { findRecipe, parseOptions } from '../../../main/recipes/index.ts';

/*
 * Keys that runs, evaluations and predictions of users lie under. Whoever changes one on purpose raises the version beside it, and tells users
 * that everything will be computed once more; a change by accident loses what there was.
 */

const CNN = { family: 'cnn', inputShape: [1, 8, 8], channels: [4], hidden: 0, classes: 3 } as const;
const NETWORK = buildArchitecture(CNN);
const FILES = ['a', 'b'].map((letter) => ({ path: `${letter}.safetensors`, sha256: letter.repeat(64) }));

function split(role: PreparedSplit['role'], key: string): PreparedSplit {
  const ref = {
    key: key.repeat(64),
    folder: 'anywhere',
    sampleCount: 10,
    sampleShape: [1, 8, 8],
    classCount: 3,
    normalization: { mean: [0.5], std: [0.25] },
  };
  return { id: 1, role, name: role, ref, source: { format: 'mnist' } } as unknown as PreparedSplit;
}

function request(recipe: string, changes: Partial<CookRequest> = {}): CookRequest {
  return {
    projectId: 1,
    recipe,
    options: {},
    architecture: CNN,
    ingredients: FILES.map((file, i) => ({
      name: `model-${i}`,
      ingredient: { ...file, id: i } as unknown as Ingredient,
    })),
    selection: split('selection', '5'),
    tests: [split('test', '6')],
    runtime: { runtime: 'onnx', device: 'cpu' },
    seed: 42,
    accumulate: 'f64',
    dtype: 'keep',
    ...changes,
  };
}

describe('keys of earlier versions', () => {
  test.each<readonly [string, CookRequest, string]>([
    ['uniform', request('uniform'), '13abb137f218d264b2ec8a6a6c950122a6b32cda906702e9ec6e593302cf8b1f'],
    ['greedy', request('greedy'), '12ddf141ac7fac9b6b3da3c298d6a52e6d9f1b96313d428820edf9989d754613'],
    [
      'weighted',
      request('weighted', { options: { weights: [1, 3] } }),
      'ff5e53ce45ece5745c38ff23a2fe6dc9e8cf2da616d884827044f57d7a3d93f4',
    ],
    [
      'performance-weighted',
      request('performance-weighted'),
      'f11605e51057391afcacfb1a0577c5f04581d774a3d4e25ca52e893d22a2fe70',
    ],
    [
      'ties',
      request('ties', { options: { base: 'model-0', density: 0.5 } }),
      '3aab0ffe983216946b1d5af5e8082802d378bbc37fbe599d64cf2517ab2b01c2',
    ],
    [
      'dare_linear',
      request('dare_linear', { options: { base: 'model-0', density: [0.5, 1] }, seed: 7 }),
      'b57f927490d0bc7742a2f2ce79e6b9f3e275f5999576c4d997ec299704ea0f0a',
    ],
    [
      'chain',
      request('chain', {
        options: {
          steps: [{ recipe: 'group-soups', options: { groups: { x: ['model-0', 'model-1'] } } }, { recipe: 'uniform' }],
        },
      }),
      '4b2b5338cec56034a2cdcb179d259778a7233dff8e5370c6c9f58cc1439bf2b5',
    ],
    [
      'scoped',
      request('uniform', { scope: { freeze: 'bn*' } }),
      'b2b06e411240856b53124ae43b67cebe12e0a6601b5f32b3b3af9a3e75699600',
    ],
  ])('a run of %s', (_, asked, key) => {
    const options = parseOptions(findRecipe(asked.recipe), asked.options);
    expect(runKey(asked, options, NETWORK.graphHash)).toBe(key);
  });

  test('networks, subjects, ensembles and predictions', () => {
    const members = FILES.map((file) => ingredientSubject(NETWORK, file));
    const soup = soupSubject(NETWORK, plainMixture(FILES, [0.5, 0.5]));
    const ensemble = ensembleSubject('mean-logits', members);
    const conditions = { splitKey: '5'.repeat(64), preprocessing: 'as it is', runtimeIdentity: 'onnx 1 cpu' };
    expect({
      network: NETWORK.graphHash,
      ingredient: members[0]!.key,
      soup: soup.key,
      ensemble: ensemble.key,
      prediction: predictionKey(soup.key, conditions),
    }).toEqual({
      network: 'cd0369a6d1e0297c69f90182ed17b3d9169a5e2016be8734ec9a79e635556c7e',
      ingredient: 'cd584aeca5e78083126b9e36d7806c537dca5a98cdd8686791fd100dfb4749fc',
      soup: 'b5ca48aa232e63acff07a58e3484cd4c8ee71ca20e525fe33b1fae7a2ba669e5',
      ensemble: '24841fd6eb4427629a79f58bfc9aec8bf16e57ce9e5dcca84537b9307d5d3e36',
      prediction: 'f3697d4b13a35686b3eac287c6f35f4a7ec2628aad2a177b44e78c365cc1d5a9',
    });
  });
});
