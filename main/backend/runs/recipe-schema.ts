import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { RECIPES } from '../../recipes/index.ts';
import { recipeFileSchema } from './recipe-file.ts';

/** Where the schema is kept, for editors that check YAML as it is written. */
export const RECIPE_SCHEMA_FILE = new URL('../../../docs/recipe.schema.json', import.meta.url);

/** JSON Schema (draft 2020-12) of recipe files, with the options of each recipe; as text. */
export function recipeSchemaText(): string {
  const file = z.toJSONSchema(recipeFileSchema, { io: 'input' });
  const schema = {
    ...file,
    title: 'Stockpot recipe file',
    properties: {
      ...file.properties,
      recipe: { enum: RECIPES.map(({ name }) => name), description: 'The recipe; stockpot recipes lists them' },
    },
    allOf: RECIPES.map(({ name, description, options }) => {
      const { $schema: _, ...own } = z.toJSONSchema(options, { io: 'input' });
      return {
        if: { properties: { recipe: { const: name } } },
        // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema
        then: { properties: { options: { ...own, description } } },
      };
    }),
  };
  return `${JSON.stringify(schema)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(RECIPE_SCHEMA_FILE, recipeSchemaText());
