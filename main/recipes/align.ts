import { z } from 'zod';
import { nameFaults } from './base-option.ts';
import type { ChainPart, Transformation } from './recipe.ts';

const options = z.strictObject({
  reference: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Name of the model that stays as it is; the first when left out', refersTo: 'ingredient' }),
  to: z
    .enum(['reference', 'mean'])
    .default('reference')
    .describe(
      "'reference': each is matched to the reference; 'mean': each in turn to the mean of all others, until nothing changes",
    ),
  statistics: z
    .boolean()
    .default(false)
    .describe('Whether running statistics of BatchNorm count in matching; they move along in any case'),
});

export type AlignOptions = z.output<typeof options>;

export const align: Transformation<AlignOptions> = {
  name: 'align',
  title: 'Align (Git Re-Basin)',
  description:
    'Rearranges hidden channels so that the weights of networks that were trained apart come as close as can be; each network computes what it did before.',
  family: 'composition',
  chooseWhen:
    'Ingredients were trained from different beginnings, so that their average would compute nothing sensible.',
  source: 'Ainsworth et al., "Git Re-Basin", ICLR 2023, weight matching, https://arxiv.org/abs/2209.04836',
  needs: { selection: false, minimumIngredients: 2 },
  options,
  check: ({ reference }, larder) => (reference === undefined ? [] : nameFaults(['reference'], reference, larder)),
  namesAfter: (names) => names,
  async apply(parts, _ingredients, { reference: wanted, to, statistics }, { aligner, seed, signal }) {
    const reference = parts.find(({ name }) => name === wanted) ?? parts[0]!;
    const others = parts.filter((part) => part !== reference);
    const arrangements = await aligner.align({
      reference: reference.input,
      others: others.map(({ input }) => input),
      to,
      statistics,
      seed,
      signal,
    });
    const aligned = parts.map((part): ChainPart => {
      const arrangement = arrangements[others.indexOf(part)];
      return arrangement === undefined ? part : { ...part, input: rearranged(part.input, arrangement) };
    });
    return { parts: aligned };
  },
};

function rearranged(
  input: ChainPart['input'],
  arrangement: NonNullable<ChainPart['input']['arrangement']>,
): ChainPart['input'] {
  if (input.arrangement === undefined) return { ...input, arrangement };
  const blend = { inputs: [input], groups: [{ name: 'all', tensors: 'rest' as const, weights: [1] }] };
  return { blend, arrangement };
}
