import { join } from 'node:path';
import type { Run } from '../../../db/repositories/runs.ts';
import { writeFileAtomically } from '../../files/atomic-file.ts';
import type { EvaluationService } from '../evaluations/service.ts';
import { renderReport } from '../exports/report/render-report.ts';
import type { ReportData } from '../exports/report/report-data.ts';
import { streamEvents } from '../jobs/channel.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import type { StatisticsEstimator } from './batch-norm.ts';
import { type CookRoom, cook } from './cook.ts';
import type { CookEvent, CookRequest } from './cook-request.ts';
import { gatherReport } from './gather-report.ts';
import type { CookPlan } from './plan-cooking.ts';
import { type Pantries, prepareCooking } from './prepare-cooking.ts';
import { planReplay, type Replay, readReplay, replayRun } from './replay.ts';
import { type RunDetails, runDetails } from './run-details.ts';
import { runFolder } from './run-recipe.ts';
import type { KnownShares } from './split-remarks.ts';

interface CookOptions {
  readonly signal?: AbortSignal;
}

export interface RunRoom extends CookRoom {
  /** Evaluations that know nothing of what was computed before; their files lie in `folder`. */
  readonly afresh: (folder: string) => EvaluationService;
  readonly statisticsIn: (folder: string) => StatisticsEstimator;
}

export interface RunService {
  /**
   * Cooks a soup and scores everything; the events in order, then the finished run. Whoever stops iterating cancels it.
   * @throws StockpotError as `cook`
   */
  cook(request: CookRequest, options?: CookOptions): AsyncGenerator<CookEvent, RunDetails>;
  /**
   * Imports a recipe file's ingredients, prepares its splits, cooks it and writes its report.
   * @throws StockpotError as `cook`, `IngredientService.import`, `DatasetService.prepare`
   */
  cookPlan(plan: CookPlan, options?: CookOptions): AsyncGenerator<CookEvent, RunDetails>;
  /** Newest first; of one project where one is named. */
  list(project?: string): readonly Run[];
  /** @throws StockpotError `runs/unknown` */
  get(id: number): RunDetails;
  /**
   * Writes a self-contained HTML report on a finished run into its folder; other runs on the same ingredients and splits may be
   * shown beside it. Returns the file's path.
   * @throws StockpotError `runs/unknown`, `runs/unfinished`, `file/…`
   */
  writeReport(id: number, beside?: readonly number[], options?: JobOptions): Promise<string>;
  /**
   * Computes a finished run once more from its recipe file, without anything that was kept, and says whether the same came out. The
   * outcome is kept beside the run's recipe.
   * @throws StockpotError `runs/unknown`, `runs/unfinished`, as `cookPlan`
   */
  replay(id: number, options?: JobOptions): Promise<Replay>;
  /** How the last replay of a run came out. @throws StockpotError `runs/unknown` */
  lastReplay(id: number): Replay | undefined;
  /** What a report shows, as plain data. */
  reportData(id: number, beside?: readonly number[], options?: JobOptions): Promise<ReportData>;
}

export function runService(room: RunRoom, services: Pantries): RunService {
  const known: KnownShares = new Map();
  const stream = (
    work: (signal: AbortSignal, send: (event: CookEvent) => void) => Promise<RunDetails>,
    outer: AbortSignal | undefined,
  ): AsyncGenerator<CookEvent, RunDetails> => {
    const abandoned = new AbortController();
    const signal = outer === undefined ? abandoned.signal : AbortSignal.any([outer, abandoned.signal]);
    return streamEvents(
      (send) => work(signal, send),
      () => abandoned.abort(),
    );
  };
  const reportData: RunService['reportData'] = (id, beside = [], options = {}) => {
    const others = beside.filter((other) => other !== id).map((other) => runDetails(room.tables, other));
    return gatherReport(room, [runDetails(room.tables, id), ...others], options);
  };
  const writeReport: RunService['writeReport'] = async (id, beside = [], options = {}) => {
    const path = join(runFolder(room.paths, id), 'report.html');
    writeFileAtomically(path, renderReport(await reportData(id, beside, options)));
    return path;
  };
  return {
    cook: (request, { signal: outer } = {}) => stream((signal, send) => cook(room, request, signal, send), outer),
    cookPlan: (plan, { signal: outer } = {}) =>
      stream(async (signal, send) => {
        const request = await prepareCooking(plan, services, known, signal, send);
        const details = await cook(room, request, signal, send);
        send({ kind: 'progress', progress: { stage: 'Writing the report', done: 0, total: 1, unit: 'report' } });
        await writeReport(details.run.id, [], {
          signal,
          onProgress: (progress) => send({ kind: 'progress', progress }),
        });
        return details;
      }, outer),
    list: (project) => room.tables.runs.list(project === undefined ? undefined : services.projects.get(project).id),
    get: (id) => runDetails(room.tables, id),
    async replay(id, options = {}) {
      const details = runDetails(room.tables, id);
      const plan = await planReplay(details, room.paths);
      const { signal = new AbortController().signal, onProgress = () => {} } = options;
      const request = await prepareCooking(plan, services, known, signal, (event) => {
        if (event.kind === 'progress') onProgress(event.progress);
      });
      return replayRun(room, details, request, { signal, onProgress });
    },
    lastReplay: (id) => readReplay(room.paths, runDetails(room.tables, id).run.id),
    reportData,
    writeReport,
  };
}
