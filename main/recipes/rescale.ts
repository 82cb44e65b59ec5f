import { z } from 'zod';
import { baseOption, nameFaults } from './base-option.ts';
import type { ChainPart, Transformation } from './recipe.ts';

const options = z.strictObject({
  base: baseOption,
  factor: z
    .number()
    .default(1)
    .describe('What the difference from the base is multiplied by; without a base, what every weight is multiplied by'),
});

type RescaleOptions = z.output<typeof options>;

export const rescale: Transformation<RescaleOptions> = {
  name: 'rescale',
  title: 'Rescale',
  description: 'Makes what models changed in their base larger or smaller, or scales the weights themselves.',
  family: 'composition',
  chooseWhen: 'A merge came out too weak or too strong.',
  source: 'θ₀ + factor · (θ − θ₀)',
  needs: { selection: false, base: 'optional', minimumIngredients: 1 },
  options,
  check: ({ base }, larder) => (base === undefined ? [] : nameFaults(['base'], base, larder)),
  namesAfter: (names) => names,
  async apply(parts, ingredients, { base, factor }) {
    const origin = [...parts, ...ingredients].find(({ name }) => name === base)?.input;
    const scaled = parts.map((part): ChainPart => {
      if (part.name === base) return part;
      const inputs = origin === undefined ? [part.input] : [origin, part.input];
      const weights = origin === undefined ? [factor] : [1 - factor, factor];
      return { ...part, input: { blend: { inputs, groups: [{ name: 'all', tensors: 'rest', weights }] } } };
    });
    return { parts: scaled };
  },
};
