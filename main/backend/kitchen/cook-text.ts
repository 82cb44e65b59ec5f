import { z } from 'zod';
import type { JobResult } from '../../../preload/contract/jobs.ts';
import { assertNever } from '../../errors.ts';
import { weightGroups } from '../../mix/describe-blend.ts';
import { findRecipe } from '../../recipes/index.ts';
import type { Backend } from '../backend.ts';
import { type Happening, type JobContext, jobKind } from '../jobs/job-kind.ts';
import type { CookEvent } from '../runs/cook-request.ts';
import { type CookPlan, planRecipe } from '../runs/plan-cooking.ts';
import { parseRecipeFile } from '../runs/recipe-file.ts';
import { WholeCooking } from './whole-cooking.ts';

const request = z.object({ projectId: z.int(), text: z.string() });

type CookText = z.infer<typeof request>;

type Parts = Pick<Backend, 'projects' | 'kitchen' | 'runs'>;

/**
 * A recipe text, checked as far as that goes without reading tensors or data. It is cooked in the project that it was given to,
 * whatever project it names.
 * @throws StockpotError `projects/unknown`, `recipe-file/…`, `recipe/…`, `checkpoint/…`, `ingredients/mismatched`
 */
export function planText({ projects, kitchen }: Parts, { projectId, text }: CookText): Promise<CookPlan> {
  const { name } = projects.summary(projectId);
  return planRecipe({ ...parseRecipeFile(text, kitchen.textPath), project: name });
}

/** What a job that cooks this is called. */
export function cookTitle({ recipe }: CookPlan): string {
  const count = recipe.ingredients.length;
  return `${findRecipe(recipe.recipe).title} of ${count} ${count === 1 ? 'ingredient' : 'ingredients'}`;
}

/** Cooks a recipe text. A run that did not finish goes on: every prediction that was made is still there. */
export function cookKind(parts: Parts) {
  return jobKind({
    name: 'cook',
    weight: 'heavy',
    request,
    perform: (wanted, context) => cookText(parts, wanted, context),
  });
}

async function cookText(parts: Parts, wanted: CookText, context: JobContext): Promise<JobResult> {
  const plan = await planText(parts, wanted);
  const names = plan.recipe.ingredients.map(({ name }) => name);
  const { estimate } = await parts.kitchen.check(wanted.projectId, wanted.text);
  const whole = estimate === null ? undefined : new WholeCooking(estimate.samples);
  const course = parts.runs.cookPlan(plan, { signal: context.signal });
  for (;;) {
    const next = await course.next();
    if (next.done === true) return { kind: 'run', projectId: wanted.projectId, runId: next.value.run.id };
    const event = next.value;
    if (event.kind === 'soup') whole?.decided();
    if (event.kind === 'progress') context.onProgress(whole?.withWhole(event.progress) ?? event.progress);
    else context.send(happeningOf(event, names));
    if (event.kind === 'run') context.expect({ kind: 'run', projectId: wanted.projectId, runId: event.runId });
  }
}

function happeningOf(event: Exclude<CookEvent, { kind: 'progress' }>, ingredients: readonly string[]): Happening {
  switch (event.kind) {
    case 'run':
      return {
        kind: 'log',
        text: `Run ${event.runId}${event.resumed ? ', resumed: what it had computed is used' : ''}`,
      };
    case 'remark':
      return { kind: 'log', text: `${event.about}: ${event.remark}` };
    case 'trace':
      return { kind: 'trace', step: event.step };
    case 'soup': {
      const { summary, used, coefficients } = event.outcome;
      const groups = (weightGroups(coefficients) ?? []).map(({ name, weights }) => ({ name, weights }));
      return { kind: 'soup', summary, used, ingredients, groups };
    }
    case 'evaluated': {
      const { correct, total, accuracy, loss } = event.evaluation;
      const { kind, label } = event.row;
      return { kind: 'evaluated', row: kind, label, split: event.split, score: { correct, total, accuracy, loss } };
    }
    default:
      return assertNever(event);
  }
}
