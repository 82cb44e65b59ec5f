import type { ListedSweep, ScoredSubject, Sweep, SweepAxis, SweepRepository } from '../../../db/repositories/sweeps.ts';
import type { EnginePool } from '../../engine/pool.ts';
import { StockpotError } from '../../errors.ts';
import { DecisiveMetric } from '../../recipes/decisive-metric.ts';
import { RECIPES } from '../../recipes/index.ts';
import type { EvaluationService } from '../evaluations/service.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import { textOf } from '../kitchen/service.ts';
import type { StatisticsEstimator } from '../runs/batch-norm.ts';
import { type Pantries, prepareCooking } from '../runs/prepare-cooking.ts';
import { parseRecipeFile } from '../runs/recipe-file.ts';
import type { KnownShares } from '../runs/split-remarks.ts';
import type { NumericOption } from './numeric-options.ts';
import { performSweep } from './perform-sweep.ts';
import { planSweep, pointCount, sweepableOptions, textWithValues, valuesAt, type WantedAxis } from './plan-sweep.ts';

interface SweepPoint {
  readonly ordinal: number;
  /** One for each option that is swept. */
  readonly values: readonly number[];
  /** Null until it is known. */
  readonly score: SweptScore | null;
}

export type SweptScore = Pick<ScoredSubject, 'correct' | 'total' | 'accuracy' | 'value' | 'interval'>;

/** A sweep with all that is known of it. */
export interface SweepDetails extends Omit<Sweep, 'recipeFile'> {
  readonly title: string;
  readonly points: readonly SweepPoint[];
  readonly baselines: readonly {
    readonly kind: 'ingredient' | 'uniform';
    readonly label: string;
    readonly score: SweptScore;
  }[];
  /** The best point so far by the sweep's metric; ties: the earlier one. */
  readonly best: {
    readonly ordinal: number;
    /** Points, this one included, whose score lies within the interval of its score; null where it has none. */
    readonly alike: number | null;
  } | null;
  /** Of the baselines, the label of the best ingredient. */
  readonly bestIngredient: string | null;
}

export interface SweepService {
  /** @throws StockpotError `recipe-file/…`, `recipe/unknown` */
  options(text: string): readonly NumericOption[];
  /**
   * Checks a sweep and keeps it; one of the same values of the same recipe is taken up again.
   * @param text a recipe file in which every path is absolute
   * @throws StockpotError as `planSweep`, `projects/unknown`
   */
  add(request: {
    readonly projectId: number;
    readonly text: string;
    readonly axes: readonly WantedAxis[];
  }): Promise<Sweep>;
  /**
   * Computes what is not known of a sweep yet.
   * @throws StockpotError `sweeps/unknown`, as `planSweep`, `performSweep`, `prepareCooking`
   */
  perform(id: number, options?: JobOptions & { readonly onRemark?: (text: string) => void }): Promise<SweepDetails>;
  setJob(id: number, jobId: number): void;
  /** @throws StockpotError `sweeps/unknown` */
  get(id: number): SweepDetails;
  /** The recipe file of a point, as if it stood where recipe texts do. @throws StockpotError `sweeps/unknown` */
  recipeOf(id: number, ordinal: number): string;
  /** Newest first. */
  list(projectId: number): readonly (ListedSweep & { readonly title: string; readonly total: number })[];
  remove(id: number): void;
  restore(id: number): void;
  purge(before: string): void;
}

export interface SweepServiceRoom extends Pantries {
  readonly sweeps: SweepRepository;
  readonly evaluations: EvaluationService;
  readonly statistics: StatisticsEstimator;
  /** Where recipe texts count as standing. */
  readonly textPath: string;
  readonly engines: EnginePool;
}

export function sweepService(room: SweepServiceRoom): SweepService {
  const { sweeps, projects, textPath } = room;
  const shares: KnownShares = new Map();
  const found = (id: number): Sweep => {
    const sweep = sweeps.byId(id);
    if (sweep !== undefined) return sweep;
    throw new StockpotError({ code: 'sweeps/unknown', what: 'There is no such sweep', where: `sweep ${id}` });
  };
  const get = (id: number): SweepDetails => detailsOf(found(id), sweeps.scores(id));
  return {
    options: (text) => sweepableOptions(parseRecipeFile(text, textPath)),
    async add({ projectId, text, axes: wanted }) {
      const { name, metric } = projects.summary(projectId);
      const { plan, axes } = await planSweep(text, textPath, wanted);
      const recipeFile = textOf({ ...parseRecipeFile(text, textPath), project: name });
      const sweep = { projectId, recipe: plan.recipe.recipe, recipeFile, axes, metric };
      return sweeps.same(sweep) ?? sweeps.add(sweep);
    },
    async perform(id, { signal = new AbortController().signal, onProgress = () => {}, onRemark = () => {} } = {}) {
      const sweep = found(id);
      const wanted = sweep.axes.map(({ option, values }) => ({ name: option.join('.'), range: { values } }));
      const { plan } = await planSweep(sweep.recipeFile, textPath, wanted);
      const { name: project } = projects.summary(sweep.projectId);
      const request = await prepareCooking(
        { ...plan, recipe: { ...plan.recipe, project } },
        room,
        shares,
        signal,
        (event) => {
          if (event.kind === 'progress') onProgress(event.progress);
          if (event.kind === 'remark') onRemark(`${event.about}: ${event.remark}`);
        },
      );
      // `planSweep` has refused a recipe without one.
      const selection = request.selection!;
      await performSweep(room, sweep, { ...request, selection }, { signal, onProgress });
      return get(id);
    },
    setJob: (id, jobId) => sweeps.setJob(id, jobId),
    get,
    recipeOf(id, ordinal) {
      const { recipeFile, axes } = found(id);
      if (ordinal < pointCount(axes)) return textWithValues(recipeFile, axes, valuesAt(axes, ordinal));
      throw new StockpotError({ code: 'sweeps/unknown', what: 'The sweep has no such point', where: `sweep ${id}` });
    },
    list: (projectId) =>
      sweeps.list(projectId).map((sweep) => ({ ...sweep, title: titleOf(sweep), total: pointCount(sweep.axes) })),
    remove: (id) => sweeps.remove(id),
    restore: (id) => sweeps.restore(id),
    purge: (before) => sweeps.purge(before),
  };
}

/** `WiSE-FT over alpha` */
function titleOf({ recipe, axes }: { readonly recipe: string; readonly axes: readonly SweepAxis[] }): string {
  return `${RECIPES.find(({ name }) => name === recipe)?.title ?? recipe} over ${axes.map(({ option }) => option.join('.')).join(' and ')}`;
}

function detailsOf({ recipeFile: _, ...sweep }: Sweep, scored: readonly ScoredSubject[]): SweepDetails {
  const judge = new DecisiveMetric(sweep.metric);
  const merit = ({ correct, total, accuracy, value }: ScoredSubject): number =>
    judge.merit({ correct, total, accuracy, loss: Number.NaN, figures: { [sweep.metric]: value } });
  const known = new Map(scored.filter(({ kind }) => kind === 'point').map((one) => [one.ordinal, one]));
  const best = bestOf([...known.values()], merit);
  const ingredient = bestOf(
    scored.filter(({ kind }) => kind === 'ingredient'),
    merit,
  );
  return {
    ...sweep,
    title: titleOf(sweep),
    points: Array.from({ length: pointCount(sweep.axes) }, (_, ordinal) => {
      const one = known.get(ordinal);
      return { ordinal, values: valuesAt(sweep.axes, ordinal), score: one === undefined ? null : scoreOf(one) };
    }),
    baselines: scored.flatMap((one) =>
      one.kind === 'point' ? [] : [{ kind: one.kind, label: one.label, score: scoreOf(one) }],
    ),
    best: best === undefined ? null : { ordinal: best.ordinal, alike: alikeTo(best, [...known.values()]) },
    bestIngredient: ingredient?.label ?? null,
  };
}

function scoreOf({ correct, total, accuracy, value, interval }: ScoredSubject): SweptScore {
  return { correct, total, accuracy, value, interval };
}

/** The first of those that none is better than; nothing that has no figure. */
function bestOf(
  subjects: readonly ScoredSubject[],
  merit: (subject: ScoredSubject) => number,
): ScoredSubject | undefined {
  let best: ScoredSubject | undefined;
  for (const one of subjects)
    if (merit(one) > (best === undefined ? Number.NEGATIVE_INFINITY : merit(best))) best = one;
  return best;
}

function alikeTo({ interval }: ScoredSubject, points: readonly ScoredSubject[]): number | null {
  if (interval === null) return null;
  const { low, high } = interval;
  return points.filter(({ value }) => value !== null && value >= low && value <= high).length;
}
