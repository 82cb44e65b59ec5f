import { z } from 'zod';
import { RECIPES } from '../../recipes/index.ts';
import { service } from '../api/service.ts';
import { describePantry } from './pantry.ts';
import type { KitchenService } from './service.ts';

export function kitchenRouter(kitchen: KitchenService) {
  return {
    recipes: service.kitchen.recipes.handler(() =>
      RECIPES.map(({ name, title, description, source, needs, options }) => ({
        name,
        title,
        description,
        source,
        needs,
        options: z.toJSONSchema(options, { io: 'input' }) as Record<string, unknown>,
      })),
    ),
    pantry: service.kitchen.pantry.handler(({ input }) => describePantry(kitchen.pantry(input.projectId))),
    draft: service.kitchen.draft.handler(({ input: { projectId, runId, recipe } }) => ({
      text: runId === undefined ? kitchen.draft(projectId, recipe) : kitchen.replay(runId),
    })),
    check: service.kitchen.check.handler(({ input }) => kitchen.check(input.projectId, input.text)),
  };
}
