import { z } from 'zod';
import { RECIPES } from '../../recipes/index.ts';
import { service } from '../api/service.ts';
import { settingsSchema } from '../runs/recipe-file.ts';
import { describePantry } from './pantry.ts';
import type { KitchenService } from './service.ts';

export function kitchenRouter(kitchen: KitchenService) {
  return {
    recipes: service.kitchen.recipes.handler(() => ({
      recipes: RECIPES.map(({ name, title, description, source, needs, options }) => ({
        name,
        title,
        description,
        source,
        needs,
        options: jsonSchemaOf(options),
      })),
      settings: jsonSchemaOf(settingsSchema),
    })),
    pantry: service.kitchen.pantry.handler(({ input }) => describePantry(kitchen.pantry(input.projectId))),
    draft: service.kitchen.draft.handler(({ input: { projectId, runId, recipe } }) => ({
      text: runId === undefined ? kitchen.draft(projectId, recipe) : kitchen.replay(runId),
    })),
    check: service.kitchen.check.handler(({ input }) => kitchen.check(input.projectId, input.text)),
  };
}

function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, { io: 'input' }) as Record<string, unknown>;
}
