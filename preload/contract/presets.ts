import { z } from 'zod';
import { id, procedure, timestamp } from './base.ts';
import { recipeText } from './kitchen.ts';

const preset = z.object({
  id,
  name: z.string(),
  /** The recipe's name. */
  recipe: z.string(),
  /** A recipe file that names recipe, options and scope alone. */
  text: z.string(),
  createdAt: timestamp,
});

export type Preset = Readonly<z.infer<typeof preset>>;

const presetName = z.string().trim().min(1, 'A preset needs a name').max(80, 'At most 80 characters');

/** Recipes with their options and scope under names of one's own, for every project of the workspace. */
export const presets = {
  /** By name. */
  list: procedure.output(z.array(preset).readonly()),
  /** Keeps recipe, options and scope of a recipe file; a preset of that name is replaced. */
  save: procedure.input(z.object({ name: presetName, text: recipeText })).output(preset),
  rename: procedure.input(z.object({ id, name: presetName })).output(preset),
  remove: procedure.input(z.object({ id })).output(z.object({ id })),
};
