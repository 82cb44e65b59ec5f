import { join } from 'node:path';
import type { Run } from '../../../db/repositories/runs.ts';
import { StockpotError } from '../../errors.ts';
import { writeFileAtomically } from '../../files/atomic-file.ts';
import type { DatasetService, PreparedSplit } from '../datasets/service.ts';
import { renderReport } from '../exports/report/render-report.ts';
import type { ReportData } from '../exports/report/report-data.ts';
import type { IngredientService } from '../ingredients/service.ts';
import { streamEvents } from '../jobs/channel.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import type { ProjectService } from '../projects/service.ts';
import { type CookRoom, cook } from './cook.ts';
import type { CookEvent, CookRequest } from './cook-request.ts';
import { gatherReport } from './gather-report.ts';
import type { CookPlan } from './plan-cooking.ts';
import { type RunDetails, runDetails } from './run-details.ts';
import { runFolder } from './run-recipe.ts';
import { splitRemarks } from './split-remarks.ts';

interface CookOptions {
  readonly signal?: AbortSignal;
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
  /** What a report shows, as plain data. */
  reportData(id: number, beside?: readonly number[], options?: JobOptions): Promise<ReportData>;
}

export function runService(
  room: CookRoom,
  services: {
    readonly projects: ProjectService;
    readonly ingredients: IngredientService;
    readonly datasets: DatasetService;
  },
): RunService {
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
        const request = await prepare(plan, services, signal, send);
        const details = await cook(room, request, signal, send);
        send({ kind: 'progress', progress: { stage: 'Writing the report', done: 0, total: 1, unit: 'report' } });
        await writeReport(details.run.id, [], { signal });
        return details;
      }, outer),
    list: (project) => room.tables.runs.list(project === undefined ? undefined : services.projects.get(project).id),
    get: (id) => runDetails(room.tables, id),
    reportData,
    writeReport,
  };
}

async function prepare(
  { recipe, architecture }: CookPlan,
  { projects, ingredients, datasets }: Parameters<typeof runService>[1],
  signal: AbortSignal,
  send: (event: CookEvent) => void,
): Promise<CookRequest> {
  const job: JobOptions = { signal, onProgress: (progress) => send({ kind: 'progress', progress }) };
  const projectId = projects.ensure(recipe.project).id;
  const imported: CookRequest['ingredients'][number][] = [];
  for (const { path, name, sha256, hyperparameters } of recipe.ingredients) {
    const { ingredient, remarks } = await ingredients.import(
      {
        projectId,
        path,
        name,
        architecture,
        ...(sha256 === undefined ? {} : { sha256 }),
        ...(hyperparameters === undefined ? {} : { hyperparameters }),
      },
      job,
    );
    for (const remark of remarks) send({ kind: 'remark', about: name, remark });
    imported.push({ ingredient, name });
  }
  const split = (role: PreparedSplit['role'], name: string, source: PreparedSplit['source']): Promise<PreparedSplit> =>
    datasets.prepare({ projectId, dataset: recipe.project, role, name, source }, job);
  const { train, selection, test } = recipe.splits;
  const tests: PreparedSplit[] = [];
  for (const [name, source] of Object.entries(test)) tests.push(await split('test', name, source));
  const request: CookRequest = {
    projectId,
    recipe: recipe.recipe,
    options: recipe.options,
    architecture,
    ingredients: imported,
    ...(train === undefined ? {} : { train: await split('train', 'train', train) }),
    ...(selection === undefined ? {} : { selection: await split('selection', 'selection', selection) }),
    tests,
    runtime: { runtime: recipe.runtime, device: recipe.device },
    seed: recipe.seed,
    accumulate: recipe.accumulate,
    dtype: recipe.dtype,
  };
  refuseLeaks(request, recipe.path);
  for (const { split, remark } of await splitRemarks(request, job)) send({ kind: 'remark', about: split, remark });
  return request;
}

/** A test set that recipes have looked at, by whatever name, would be no test. */
function refuseLeaks({ selection, tests }: CookRequest, where: string): void {
  const leak = tests.find((test) => test.ref.key === selection?.ref.key);
  if (leak === undefined) return;
  throw new StockpotError({
    code: 'runs/test-is-selection',
    what: `The test set ${leak.name} is the selection split itself`,
    where,
    remedy: 'Recipes choose by the selection split; test on other samples.',
  });
}
