import type { Recipe } from '../../recipes/recipe.ts';
import { type ScopeView, scopeSchema, viewScope } from '../../recipes/scope.ts';
import type { LoadedRecipe } from '../runs/recipe-file.ts';

/** What a recipe file comes to as far as that can be told without reading a tensor: what forms show beside its fields. */
export interface Outline {
  /** Names of all tensors; none as long as the architecture can't be told. */
  readonly tensors: readonly string[];
  /** Every scope that the file has; by its field, `scope` or `options.steps.1.scope`. */
  readonly scopes: readonly ({ readonly field: string } & ScopeView)[];
  /** The models that each step of the recipe is given, where it has steps; by its field: `options.steps.1`. */
  readonly stages: readonly { readonly field: string; readonly models: readonly string[] }[];
}

/** Of a file that may have faults: what can't be told for them is left out. */
export function outlineOf(
  { scope, options, ingredients }: Pick<LoadedRecipe, 'scope' | 'options' | 'ingredients'>,
  recipe: Recipe | undefined,
  tensors: readonly string[],
): Outline {
  const named = ingredients.map(({ name }) => ({ id: name, name }));
  const stages = recipe?.stages?.(options, { ingredients: named }) ?? [];
  const scopes = [
    { field: 'scope', value: scope as unknown },
    ...stages.map(({ option }) => ({
      field: fieldOf([...option, 'scope']),
      value: valueAt(options, [...option, 'scope']),
    })),
  ];
  return {
    tensors,
    scopes: scopes.flatMap(({ field, value }) => {
      const { data } = scopeSchema.safeParse(value);
      return data === undefined ? [] : [{ field, ...viewScope(data, tensors) }];
    }),
    stages: stages.map(({ option, models }) => ({ field: fieldOf(option), models })),
  };
}

function fieldOf(option: readonly (string | number)[]): string {
  return ['options', ...option].join('.');
}

function valueAt(options: unknown, place: readonly (string | number)[]): unknown {
  return place.reduce<unknown>(
    (value, key) => (value as Readonly<Record<string | number, unknown>> | undefined)?.[key],
    options,
  );
}
