import { describe, expect, test } from 'vitest';
import { checkedOptions, findRecipe } from '../../main/recipes/index.ts';
import { cookIn } from './kitchen.ts';
import { fingerprintOf, mix, SMALL_NETWORKS, TENSORS } from './small-networks.ts';

describe.each(SMALL_NETWORKS.map((each, index) => ({ index, ...each })))(
  'networks $index: the same soup as the reference',
  ({ models, larder, oracle, outcomes }) => {
    test.each(outcomes)('$recipe with $options', async ({ recipe: name, options, fingerprint }) => {
      const recipe = findRecipe(name);
      // The registry calls the cross-entropy by a word of its own.
      const raw = Object.values(options).includes('cross-entropy') ? { ...options, metric: 'loss' } : options;
      const { outcome } = await cookIn(recipe, checkedOptions(recipe, raw, larder), larder, oracle);
      const made = fingerprintOf(mix(models, outcome.coefficients));
      for (const [place, tensor] of TENSORS.entries()) expect(made[place], tensor).toBeCloseTo(fingerprint[place]!, 7);
    });
  },
);
