import type { Architecture } from '../../architectures/architecture.ts';
import { buildArchitecture } from '../../architectures/build.ts';
import { type Mixture, plainMixture } from '../../mix/mixture.ts';
import type { OnProgress } from '../../progress.ts';
import { findRecipe, parseOptions } from '../../recipes/index.ts';
import { checkNeeds } from '../../recipes/needs.ts';
import type { Coefficients, CookOutcome, Recipe, TraceStep } from '../../recipes/recipe.ts';
import type { EvaluationService } from '../evaluations/service.ts';
import type { CookRequest } from './cook-request.ts';
import { scoreTable, type TableCell } from './score-table.ts';
import { selectionOracle } from './selection-oracle.ts';

/** A request with everything looked up that computing it needs; nothing of it is kept by whoever follows it. */
export interface Course {
  readonly evaluations: EvaluationService;
  readonly request: CookRequest;
  readonly recipe: Recipe;
  readonly options: unknown;
  readonly architecture: Architecture;
  readonly job: { readonly signal: AbortSignal; readonly onProgress: OnProgress };
}

interface CourseListener {
  /** What executes the networks; not told where there is nothing to score on. */
  onRuntime(identity: string): void;
  onStep(step: TraceStep, ordinal: number): void;
  onOutcome(outcome: CookOutcome): void;
}

/** @throws StockpotError `recipe/…`, `architecture/…` */
export function planCourse(evaluations: EvaluationService, request: CookRequest, job: Course['job']): Course {
  const recipe = findRecipe(request.recipe);
  const options = parseOptions(recipe, request.options);
  checkNeeds(recipe, request.ingredients.length, request.selection !== undefined);
  recipe.check?.(options, request.ingredients.length);
  return { evaluations, request, recipe, options, architecture: buildArchitecture(request.architecture), job };
}

/** Follows the recipe to its end, then scores ingredients, soup and ensembles on every split. */
export async function followCourse(
  course: Course,
  { onRuntime, onStep, onOutcome }: CourseListener,
): Promise<{ readonly outcome: CookOutcome; readonly cells: readonly TableCell[] }> {
  const { evaluations, request, architecture, job } = course;
  const [someSplit] = [request.selection, ...request.tests].filter((split) => split !== undefined);
  if (someSplit !== undefined) {
    job.onProgress({ stage: 'Starting the engines', done: 0, total: 0, unit: 'engines' });
    onRuntime(await evaluations.identify(request.runtime, architecture.spec, someSplit.ref, job.signal));
  }
  const outcome = await followRecipe(course, onStep);
  onOutcome(outcome);
  const soup = mixtureOf(request, outcome.coefficients);
  return { outcome, cells: await scoreTable(evaluations, request, architecture, soup, job) };
}

async function followRecipe(
  { evaluations, request, recipe, options, architecture, job }: Course,
  onStep: CourseListener['onStep'],
): Promise<CookOutcome> {
  const selection =
    request.selection &&
    selectionOracle(
      evaluations,
      architecture,
      request.runtime,
      request.selection,
      (coefficients) => mixtureOf(request, coefficients),
      job,
    );
  // Within a run an ingredient's name says which one it is, in traces as in tables.
  const ingredients = request.ingredients.map(({ name }) => ({ id: name, name }));
  const steps = recipe.cook({ ingredients, selection, signal: job.signal }, options);
  for (let ordinal = 0; ; ordinal++) {
    const next = await steps.next();
    if (next.done === true) return next.value;
    onStep(next.value, ordinal);
  }
}

function mixtureOf({ ingredients, accumulate, dtype }: CookRequest, coefficients: Coefficients): Mixture {
  const sources = ingredients.map(({ ingredient: { path, sha256, reading } }) => ({ path, sha256, reading }));
  return { ...plainMixture(sources, []), groups: coefficients.groups, accumulate, dtype };
}
