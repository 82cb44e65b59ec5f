import { z } from 'zod';
import { nameFaults } from './base-option.ts';
import { basinFaults, basinFields, basinMixtures, describeBasins, findBasins } from './basins.ts';
import { averageOf } from './coefficients.ts';
import type { OptionFault, Transformation } from './recipe.ts';

const options = z.strictObject({
  groups: z
    .record(z.string().min(1), z.array(z.string().min(1)).min(1))
    .optional()
    // Forms let one choose among the ingredients.
    .meta({
      description:
        'For each soup its name and the names of the ingredients that it is the average of; basins are found when left out',
      listsOf: 'ingredient',
    }),
  ...basinFields,
});

type GroupSoupsOptions = z.output<typeof options>;

/** The average of each training's checkpoints, or of each basin; a recipe for the averages comes next. */
export const groupSoups: Transformation<GroupSoupsOptions> = {
  name: 'group-soups',
  title: 'A soup of each group',
  description:
    'Averages the ingredients of each group: the checkpoints of one training, or the models of one basin, which it finds. The next step mixes the averages, or chooses among them.',
  family: 'composition',
  chooseWhen: 'Ingredients come from several trainings or basins, and only those of one can be averaged well.',
  source:
    'Arpit et al., "Ensemble of averages", NeurIPS 2022, https://arxiv.org/abs/2110.10832; Ramé et al., "Diverse weight averaging", NeurIPS 2022, https://arxiv.org/abs/2205.09739; finding basins is Stockpot’s own',
  needs: { selection: false, minimumIngredients: 1 },
  options,
  check: ({ groups, ...basins }, larder): readonly OptionFault[] =>
    groups === undefined
      ? basinFaults(basins, larder)
      : [
          ...(Object.keys(groups).length === 0 ? [{ option: ['groups'], what: 'There is no group' }] : []),
          ...Object.entries(groups).flatMap(([group, names]) =>
            names.flatMap((name, i) => nameFaults(['groups', group, i], name, larder)),
          ),
        ],
  namesAfter: (names, { groups }) => (groups === undefined ? names.map((_, i) => basinName(i)) : Object.keys(groups)),
  mixtures: (count, { groups, ...basins }) =>
    groups === undefined ? basinMixtures(count, basins) : { least: 0, most: 0 },
  async apply(parts, _ingredients, { groups, ...basins }, context) {
    const inputs = parts.map(({ input }) => input);
    const average = (name: string, members: readonly number[]) => ({
      id: name,
      name,
      input: { blend: { ...averageOf(members, parts.length), inputs } },
    });
    if (groups !== undefined) {
      const placesOf = (members: readonly string[]): readonly number[] =>
        parts.flatMap(({ name }, i) => (members.includes(name) ? [i] : []));
      return { parts: Object.entries(groups).map(([name, members]) => average(name, placesOf(members))) };
    }
    const found = await findBasins('group-soups', parts, basins, context);
    return {
      parts: found.map((members, i) => average(basinName(i), members)),
      summary: describeBasins(parts, found),
    };
  },
};

function basinName(index: number): string {
  return `basin ${index + 1}`;
}
