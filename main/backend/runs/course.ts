import type { Architecture } from '../../architectures/architecture.ts';
import { buildArchitecture } from '../../architectures/build.ts';
import { layerGroups } from '../../architectures/layer-groups.ts';
import type { EnginePool } from '../../engine/pool.ts';
import type { OnProgress } from '../../progress.ts';
import { batchNormFaults, statisticsOf, withStatistics } from '../../recipes/batch-norm.ts';
import { checkedOptions, findRecipe } from '../../recipes/index.ts';
import { checkNeeds } from '../../recipes/needs.ts';
import { refuseFaults } from '../../recipes/option-faults.ts';
import type {
  Coefficients,
  CookOutcome,
  KeptState,
  Larder,
  OptionFault,
  Recipe,
  TraceStep,
} from '../../recipes/recipe.ts';
import { type Scope, scopeFaults, withinScope } from '../../recipes/scope.ts';
import type { EvaluationService } from '../evaluations/service.ts';
import { alignerOf } from '../merging/aligner.ts';
import { weightFactsOf } from '../merging/weight-facts.ts';
import type { StatisticsEstimator } from './batch-norm.ts';
import type { CookRequest } from './cook-request.ts';
import { makesEnsemble, mixtureOf } from './outcome.ts';
import { outputsSource } from './outputs-source.ts';
import { scoreTable, type TableCell } from './score-table.ts';
import { selectionOracle } from './selection-oracle.ts';
import { learnsFrom, slopesOracle } from './slopes-oracle.ts';

/** What computes for a course. */
interface CourseServices {
  readonly evaluations: EvaluationService;
  readonly engines: EnginePool;
  readonly statistics: StatisticsEstimator;
}

/** A request with everything looked up that computing it needs; nothing of it is kept by whoever follows it. */
export interface Course extends CourseServices {
  readonly request: CookRequest;
  readonly recipe: Recipe;
  readonly options: unknown;
  readonly architecture: Architecture;
  readonly larder: Larder;
  readonly job: { readonly signal: AbortSignal; readonly onProgress: OnProgress };
}

interface CourseListener {
  /** By which the recipe goes on where an earlier attempt stopped. */
  readonly kept: KeptState;
  /** What executes the networks; not told where there is nothing to score on. */
  onRuntime(identity: string): void;
  onStep(step: TraceStep, ordinal: number): void;
  onOutcome(outcome: CookOutcome): void;
}

/** @throws StockpotError `recipe/…`, `architecture/…` */
export function planCourse(
  { evaluations, engines, statistics }: CourseServices,
  request: CookRequest,
  job: Course['job'],
): Course {
  const recipe = findRecipe(request.recipe);
  checkNeeds(recipe, request.ingredients.length, request.selection !== undefined);
  const architecture = buildArchitecture(request.architecture);
  const larder = larderOf(request, architecture);
  const options = checkedOptions(recipe, request.options, larder);
  if (request.scope !== undefined) refuseFaults({ name: 'scope' }, scopeFaultsOf(recipe, request.scope, larder));
  const choice = request.batchNorm ?? 'average';
  refuseFaults(recipe, batchNormFaults(choice, recipe, architecture, request.train !== undefined));
  return { evaluations, engines, statistics, request, recipe, options, architecture, larder, job };
}

function scopeFaultsOf(recipe: Recipe, scope: Scope, larder: Larder): readonly OptionFault[] {
  if (!makesEnsemble(recipe.name)) return scopeFaults(scope, larder);
  const what = `${recipe.title} mixes what whole models say, so there are no tensors to choose from`;
  return [{ option: [], what, remedy: 'Leave the scope out.' }];
}

/** Follows the recipe to its end, then scores ingredients, soup and ensembles on every split. */
export async function followCourse(
  course: Course,
  { kept, onRuntime, onStep, onOutcome }: CourseListener,
): Promise<{ readonly outcome: CookOutcome; readonly cells: readonly TableCell[] }> {
  const { evaluations, request, architecture, job } = course;
  const [someSplit] = [request.selection, ...request.tests].filter((split) => split !== undefined);
  if (someSplit !== undefined) {
    job.onProgress({ stage: 'Starting the engines', done: 0, total: 0, unit: 'engines' });
    onRuntime(await evaluations.identify(request.runtime, architecture.spec, someSplit.ref, job.signal));
  }
  const mixed = await followRecipe(course, kept, onStep);
  const outcome = await withOwnStatistics(course, mixed);
  onOutcome(outcome);
  const soups = {
    soup: outcome.coefficients,
    ...(outcome === mixed ? {} : { asMixed: mixed.coefficients }),
  };
  return { outcome, cells: await scoreTable(evaluations, request, architecture, soups, job) };
}

/** The same outcome, with BatchNorm's statistics estimated on the soup itself where that is asked for. */
export async function withOwnStatistics(course: Course, outcome: CookOutcome): Promise<CookOutcome> {
  const { request, architecture, statistics, job } = course;
  const { train, seed } = request;
  if (request.batchNorm !== 're-estimate' || train === undefined) return outcome;
  const soup = mixtureOf(request, outcome.coefficients);
  const file = await statistics({ architecture, soup, train, seed }, job);
  const names = statisticsOf(architecture);
  const coefficients = withStatistics(outcome.coefficients, request.ingredients.length, names, file);
  return { ...outcome, coefficients };
}

/** What there is to cook with. Within a run an ingredient's name says which one it is, in traces as in tables. */
export function larderOf(
  {
    ingredients,
    selection,
    train,
  }: {
    readonly ingredients: readonly { readonly name: string }[];
    readonly selection?: unknown;
    readonly train?: unknown;
  },
  architecture: Architecture,
): Larder {
  return {
    ingredients: ingredients.map(({ name }) => ({ id: name, name })),
    tensors: architecture.parameters.map(({ name }) => name),
    hasSelection: selection !== undefined,
    hasTrain: train !== undefined,
    learnsFrom: learnsFrom({ selection, train }),
    layerGroups: (granularity) => layerGroups(architecture, granularity),
  };
}

/** Follows the recipe to its end. */
export async function followRecipe(
  { evaluations, engines, request, recipe, options, architecture, larder, job }: Course,
  kept: KeptState,
  onStep: CourseListener['onStep'],
): Promise<CookOutcome> {
  const scoped = (coefficients: Coefficients): Coefficients =>
    request.scope === undefined
      ? coefficients
      : withinScope(coefficients, request.scope, larder, baseIn(options, larder));
  const selection =
    request.selection &&
    selectionOracle(
      evaluations,
      architecture,
      request.runtime,
      request.selection,
      (coefficients) => mixtureOf(request, scoped(coefficients)),
      job,
    );
  const files = request.ingredients.map(({ ingredient: { path, reading } }) => ({ path, reading }));
  const aligner = alignerOf(files, architecture.graph, job.onProgress);
  const slopes = larder.learnsFrom.length === 0 ? undefined : slopesOracle(engines, request, scoped, job);
  const weights = weightFactsOf(files, job.onProgress);
  const outputs = outputsSource(evaluations, architecture, request, (each) => mixtureOf(request, scoped(each)), job);
  const context = {
    ...larder,
    selection,
    outputs,
    slopes,
    kept,
    seed: request.seed,
    aligner,
    weights,
    signal: job.signal,
  };
  const steps = recipe.cook(context, options);
  for (let ordinal = 0; ; ordinal++) {
    const next = await steps.next();
    if (next.done === true) return { ...next.value, coefficients: scoped(next.value.coefficients) };
    onStep(next.value, ordinal);
  }
}

/** Index of the ingredient that options name as the base; the first where they name none. */
function baseIn(options: unknown, { ingredients }: Larder): number {
  const { base } = options as { readonly base?: unknown };
  return Math.max(
    0,
    ingredients.findIndex(({ name }) => name === base),
  );
}
