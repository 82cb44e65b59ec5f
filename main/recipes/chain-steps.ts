import { z } from 'zod';
import type { OptionFault, Recipe, Transformation } from './recipe.ts';
import { scopeSchema } from './scope.ts';

/** What a chain looks its steps up in. */
export interface Cookbook {
  readonly recipes: () => readonly Recipe[];
  readonly transformations: readonly Transformation[];
  readonly issuesOf: (step: Pick<Recipe, 'options'>, raw: unknown) => readonly OptionFault[];
}

export const stepSchema = z.strictObject({
  recipe: z
    .string()
    .min(1)
    .describe('Name of a recipe, or of a step that only chains have: align, group-soups, largest-basin, rescale'),
  options: z.record(z.string(), z.unknown()).optional().describe("The recipe's options"),
  scope: scopeSchema.optional().describe('Which tensors this step mixes; of recipes alone'),
  name: z.string().min(1).optional().describe("What later steps call the outcome; the recipe's name when left out"),
});

export type ChainStep = z.output<typeof stepSchema>;

/** What a step turns out to be. */
export type Found =
  | { readonly kind: 'recipe'; readonly recipe: Recipe }
  | { readonly kind: 'transformation'; readonly transformation: Transformation };

/** undefined where nothing is called so, and for chains: one within another would say no more than its steps do. */
export function findStep(cookbook: Cookbook, { recipe: wanted }: Pick<ChainStep, 'recipe'>): Found | undefined {
  const transformation = cookbook.transformations.find(({ name }) => name === wanted);
  if (transformation !== undefined) return { kind: 'transformation', transformation };
  const recipe = cookbook.recipes().find(({ name }) => name === wanted && name !== 'chain');
  return recipe === undefined ? undefined : { kind: 'recipe', recipe };
}

/** Names of the models that a step makes of those that it is given; its options have to be valid. */
export function namesAfter(found: Found, step: ChainStep, names: readonly string[]): readonly string[] {
  if (found.kind === 'recipe') return [step.name ?? step.recipe];
  return found.transformation.namesAfter(names, found.transformation.options.parse(step.options ?? {}));
}

/** Models of a step that names a base: an ingredient of the run may be the base though no step has kept it. */
export function withBase(names: readonly string[], all: readonly string[], base: unknown): readonly string[] {
  return typeof base === 'string' && !names.includes(base) && all.includes(base) ? [...names, base] : names;
}
