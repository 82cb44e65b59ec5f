import type { Evaluation } from '../../../db/repositories/evaluations.ts';
import type { Sweep, SweepRepository } from '../../../db/repositories/sweeps.ts';
import type { Architecture } from '../../architectures/architecture.ts';
import { buildArchitecture } from '../../architectures/build.ts';
import { openSplit } from '../../data/open-split.ts';
import type { EnginePool } from '../../engine/pool.ts';
import { throwIfCancelled } from '../../errors.ts';
import { findMetric } from '../../metrics/index.ts';
import { wilsonInterval } from '../../metrics/interval.ts';
import { Predictions } from '../../metrics/predictions.ts';
import { scoreInterval } from '../../metrics/score-interval.ts';
import type { OnProgress } from '../../progress.ts';
import { plainCoefficients } from '../../recipes/coefficients.ts';
import { contentKey } from '../content-key.ts';
import type { PreparedSplit } from '../datasets/service.ts';
import type { EvaluationService } from '../evaluations/service.ts';
import { ingredientSubject, type Subject, soupSubject } from '../evaluations/subject.ts';
import type { StatisticsEstimator } from '../runs/batch-norm.ts';
import type { CookRequest } from '../runs/cook-request.ts';
import { type Course, followRecipe, planCourse, withOwnStatistics } from '../runs/course.ts';
import { stateInMemory } from '../runs/kept-state.ts';
import { mixtureOf, outcomeSubject } from '../runs/outcome.ts';
import { runKey } from '../runs/run-key.ts';
import { describePoint, optionsWith, pointCount, valuesAt } from './plan-sweep.ts';

/** Raise it when the same sweep would come to other scores. */
const SWEEP_VERSION = 1;

interface SweepRoom {
  readonly sweeps: SweepRepository;
  readonly evaluations: EvaluationService;
  readonly statistics: StatisticsEstimator;
  /** As many points as there are engines are scored side by side. */
  readonly engines: EnginePool;
}

/** A sweep has held-out data, and no test sets. */
type SweepRequest = CookRequest & { readonly selection: PreparedSplit };

/** Something that a sweep scores, and as what it is kept. */
interface Scored {
  readonly kind: 'ingredient' | 'uniform' | 'point';
  readonly ordinal: number;
  readonly label: string;
  readonly subject: Subject;
}

/**
 * Scores the ingredients, their plain average and every point of a sweep on the selection split. Each score is kept as soon as it is
 * known: cancelled or killed, the same sweep continues from there.
 * @throws StockpotError `recipe/…`, what engines and files throw
 */
export async function performSweep(
  room: SweepRoom,
  sweep: Sweep,
  request: SweepRequest,
  job: Course['job'],
): Promise<void> {
  const architecture = buildArchitecture(request.architecture);
  room.sweeps.begin(sweep.id, keyOf(sweep, request, architecture));
  const known = new Set(room.sweeps.scores(sweep.id).map(({ kind, ordinal }) => `${kind} ${ordinal}`));
  const isOpen = ({ kind, ordinal }: Pick<Scored, 'kind' | 'ordinal'>): boolean => !known.has(`${kind} ${ordinal}`);
  const total = pointCount(sweep.axes);
  const open = Array.from({ length: total }, (_, ordinal) => ordinal).filter((ordinal) =>
    isOpen({ kind: 'point', ordinal }),
  );
  const scorer = new Scorer(room, sweep, request, architecture);
  const baselines = baselinesOf(request, architecture).filter(isOpen);
  await scorer.score(baselines, { ...job, onProgress: withStage('Scoring what to compare with', job.onProgress) });
  for (let at = 0; at < open.length; at += room.engines.size) {
    const batch = open.slice(at, at + room.engines.size);
    const done = total - open.length + at;
    const onProgress = withPoints({ done, size: batch.length, total }, job.onProgress);
    onProgress({ stage: '', done: 0, total: 1, unit: 'images' });
    const points: Scored[] = [];
    for (const ordinal of batch) points.push(await pointOf(room, sweep, request, ordinal, { ...job, onProgress }));
    await scorer.score(points, { ...job, onProgress });
    throwIfCancelled(job.signal);
  }
  room.sweeps.finish(sweep.id);
}

async function pointOf(
  room: SweepRoom,
  { axes }: Sweep,
  request: CookRequest,
  ordinal: number,
  job: Course['job'],
): Promise<Scored> {
  const values = valuesAt(axes, ordinal);
  const course = planCourse(room, { ...request, options: optionsWith(request.options, axes, values) }, job);
  const { coefficients } = await withOwnStatistics(course, await followRecipe(course, stateInMemory(), () => {}));
  const subject = outcomeSubject(course.architecture, request, coefficients);
  return { kind: 'point', ordinal, label: describePoint(axes, values), subject };
}

/** Ingredients one by one, and the plain average of those that are not the base. */
function baselinesOf(request: CookRequest, architecture: Architecture): readonly Scored[] {
  const { ingredients, options } = request;
  const singles = ingredients.map(
    ({ ingredient, name }, ordinal): Scored => ({
      kind: 'ingredient',
      ordinal,
      label: name,
      subject: ingredientSubject(architecture, ingredient),
    }),
  );
  const { base } = (options ?? {}) as { readonly base?: unknown };
  const averaged = ingredients.map(({ name }) => name !== base);
  const count = averaged.filter(Boolean).length;
  if (count < 2) return singles;
  const average = plainCoefficients(averaged.map((isIn) => (isIn ? 1 / count : 0)));
  const subject = soupSubject(architecture, mixtureOf(request, average));
  return [...singles, { kind: 'uniform', ordinal: 0, label: `uniform soup of ${count}`, subject }];
}

class Scorer {
  readonly #room: SweepRoom;
  readonly #sweep: Sweep;
  readonly #request: SweepRequest;
  readonly #architecture: Architecture;
  #labels: Int32Array | undefined;

  constructor(room: SweepRoom, sweep: Sweep, request: SweepRequest, architecture: Architecture) {
    this.#room = room;
    this.#sweep = sweep;
    this.#request = request;
    this.#architecture = architecture;
  }

  async score(subjects: readonly Scored[], job: Course['job']): Promise<void> {
    const { evaluations, sweeps } = this.#room;
    const { runtime, selection } = this.#request;
    const rows = await evaluations.evaluate(
      {
        architecture: this.#architecture.spec,
        runtime,
        subjects: subjects.map((one) => one.subject),
        splits: [selection.ref],
      },
      job,
    );
    for (const [place, { kind, ordinal, label, subject }] of subjects.entries()) {
      const [evaluation] = rows[place]!;
      const interval = await this.#intervalOf(subject, evaluation!, job);
      sweeps.addScore(this.#sweep.id, { kind, ordinal, label, evaluationId: evaluation!.id, interval });
    }
  }

  /** Of a share of samples it follows from the counts; otherwise from the predictions, which have just been made or are kept. */
  async #intervalOf(subject: Subject, { metrics, total }: Evaluation, job: Course['job']) {
    const metric = findMetric(this.#sweep.metric);
    const value = metrics[metric.id] ?? null;
    if (value === null || !Number.isFinite(value)) return null;
    if (metric.isProportion) return wilsonInterval(Math.round(value * total), total);
    const { runtime, selection, seed } = this.#request;
    const context = { architecture: this.#architecture.spec, runtime };
    const logits = await this.#room.evaluations.logits(subject, selection.ref, context, job);
    return scoreInterval(metric, new Predictions(logits, this.#labelsOf(selection)), seed);
  }

  #labelsOf({ ref }: PreparedSplit): Int32Array {
    if (this.#labels !== undefined) return this.#labels;
    const split = openSplit(ref, 0);
    split.close();
    this.#labels = split.labels;
    return split.labels;
  }
}

/** Everything that the scores depend on: that of a run at the first point, and what the others differ in. */
function keyOf({ axes, metric }: Sweep, request: CookRequest, { graphHash }: Architecture): string {
  return contentKey([SWEEP_VERSION, axes, metric, runKey(request, request.options, graphHash)]);
}

function withStage(stage: string, report: OnProgress): OnProgress {
  return (progress) => report({ ...progress, stage });
}

/** Progress in points, of which some are under way; their own says how far they are. */
function withPoints(
  { done, size, total }: { readonly done: number; readonly size: number; readonly total: number },
  report: OnProgress,
): OnProgress {
  return (progress) => {
    const share = progress.unit === 'images' && progress.total > 0 ? progress.done / progress.total : 0;
    const whole = { done: done + share * size, total, atMost: false };
    report({ stage: 'Scoring the values', done, total, unit: 'values', whole });
  };
}
