import { existsSync } from 'node:fs';
import { architectureName } from '../../architectures/build.ts';
import { service } from '../api/service.ts';
import type { IngredientService } from './service.ts';

export function ingredientsRouter(ingredients: IngredientService) {
  return {
    list: service.ingredients.list.handler(({ input }) =>
      ingredients.list(input.projectId).map((ingredient) => ({
        ...ingredient,
        architecture: architectureName(ingredient.architecture),
        missing: !existsSync(ingredient.path),
      })),
    ),
  };
}
