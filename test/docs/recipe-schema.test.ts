import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RECIPE_SCHEMA_FILE, recipeSchemaText } from '../../main/backend/runs/recipe-schema.ts';

test('the schema of recipe files in the documentation is the one that is checked against (npm run schema)', () => {
  expect(readFileSync(RECIPE_SCHEMA_FILE, 'utf8')).toBe(recipeSchemaText());
});
