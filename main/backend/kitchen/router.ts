import { z } from 'zod';
import { RECIPES, TRANSFORMATIONS } from '../../recipes/index.ts';
import type { Recipe, Transformation } from '../../recipes/recipe.ts';
import { service } from '../api/service.ts';
import type { Backend } from '../backend.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { settingsSchema } from '../runs/recipe-file.ts';
import { cookTitle, planText } from './cook-text.ts';
import { describePantry } from './pantry.ts';

export function kitchenRouter(backend: Backend, queue: JobQueue) {
  const { kitchen, projects } = backend;
  return {
    recipes: service.kitchen.recipes.handler(() => ({
      recipes: RECIPES.map(cardOf),
      steps: TRANSFORMATIONS.map(cardOf),
      settings: jsonSchemaOf(settingsSchema),
    })),
    pantry: service.kitchen.pantry.handler(({ input }) => ({
      ...describePantry(kitchen.pantry(input.projectId)),
      metric: projects.summary(input.projectId).metric,
    })),
    draft: service.kitchen.draft.handler(async ({ input, signal }) => {
      const { projectId, runId, recipe, soup, ingredientFolder, point } = input;
      if (point !== undefined) return { text: backend.sweeps.recipeOf(point.sweepId, point.ordinal) };
      if (runId !== undefined) return { text: recipe === 'weighted' ? kitchen.weights(runId) : kitchen.replay(runId) };
      if (soup === undefined) return { text: kitchen.draft(projectId, recipe) };
      return { text: await kitchen.restore(projectId, { file: soup, ingredientFolder }, signal) };
    }),
    check: service.kitchen.check.handler(({ input }) => kitchen.check(input.projectId, input.text)),
    cook: service.kitchen.cook.handler(async ({ input }) => {
      const title = cookTitle(await planText(backend, input));
      return { jobId: queue.start({ kind: 'cook', title, projectId: input.projectId, request: input }).id };
    }),
  };
}

function cardOf({ name, title, description, source, family, chooseWhen, needs, options }: Recipe | Transformation) {
  return { name, title, description, source, family, chooseWhen, needs, options: jsonSchemaOf(options) };
}

function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, { io: 'input' }) as Record<string, unknown>;
}
