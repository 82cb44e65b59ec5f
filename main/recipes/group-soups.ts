import { z } from 'zod';
import { nameFaults } from './base-option.ts';
import { averageOf } from './coefficients.ts';
import type { OptionFault, Transformation } from './recipe.ts';

const options = z.strictObject({
  groups: z
    .record(z.string().min(1), z.array(z.string().min(1)).min(1))
    // Forms let one choose among the ingredients.
    .meta({
      description: 'For each soup its name and the names of the ingredients that it is the average of',
      listsOf: 'ingredient',
    }),
});

type GroupSoupsOptions = z.output<typeof options>;

/** The first half of an ensemble of averages, or of DiWA within each basin; a recipe for the soups comes next. */
export const groupSoups: Transformation<GroupSoupsOptions> = {
  name: 'group-soups',
  title: 'A soup of each group',
  description:
    'Averages the ingredients of each group: the checkpoints of one training, or the models of one basin. The next step mixes the averages.',
  family: 'composition',
  chooseWhen: 'Ingredients come from several trainings or basins, and only those of one can be averaged well.',
  source:
    'Arpit et al., "Ensemble of averages", NeurIPS 2022, https://arxiv.org/abs/2110.10832; Ramé et al., "Diverse weight averaging", NeurIPS 2022, https://arxiv.org/abs/2205.09739',
  needs: { selection: false, minimumIngredients: 1 },
  options,
  check: ({ groups }, larder): readonly OptionFault[] => [
    ...(Object.keys(groups).length === 0 ? [{ option: ['groups'], what: 'There is no group' }] : []),
    ...Object.entries(groups).flatMap(([group, names]) =>
      names.flatMap((name, i) => nameFaults(['groups', group, i], name, larder)),
    ),
  ],
  namesAfter: (_, { groups }) => Object.keys(groups),
  async apply(parts, _ingredients, { groups }) {
    return Object.entries(groups).map(([name, members]) => {
      const chosen = parts.flatMap((part, i) => (members.includes(part.name) ? [i] : []));
      const inputs = parts.map(({ input }) => input);
      return { id: name, name, input: { blend: { ...averageOf(chosen, parts.length), inputs } } };
    });
  },
};
