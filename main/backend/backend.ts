import { readdirSync } from 'node:fs';
import type { Database, OpenOptions } from '../../db/open.ts';
import { datasetRepository } from '../../db/repositories/datasets.ts';
import { evaluationLookup } from '../../db/repositories/evaluation-lookup.ts';
import { evaluationRepository } from '../../db/repositories/evaluations.ts';
import { exportRepository } from '../../db/repositories/exports.ts';
import { ingredientRepository } from '../../db/repositories/ingredients.ts';
import { presetRepository } from '../../db/repositories/presets.ts';
import { projectRepository } from '../../db/repositories/projects.ts';
import { runRepository } from '../../db/repositories/runs.ts';
import { sweepRepository } from '../../db/repositories/sweeps.ts';
import { EnginePool, type PoolSize } from '../engine/pool.ts';
import type { ProcessHost } from '../engine/process-host.ts';
import { type CompareService, compareService } from './compare/service.ts';
import { type DatasetService, datasetService } from './datasets/service.ts';
import { evaluateAfresh } from './evaluations/afresh.ts';
import { type MetricCompletion, metricCompletion } from './evaluations/complete-metrics.ts';
import { predictionStore, removeStrayPredictions } from './evaluations/predictions.ts';
import { runtimeIdentifier } from './evaluations/runtime-identity.ts';
import { type EvaluationService, evaluationService } from './evaluations/service.ts';
import { type ExportService, exportService } from './exports/service.ts';
import { type IngredientService, ingredientService } from './ingredients/service.ts';
import { type KitchenService, kitchenService } from './kitchen/service.ts';
import { Leisure } from './leisure.ts';
import { type PresetService, presetService } from './presets/service.ts';
import { type ProjectService, projectService } from './projects/service.ts';
import { statisticsEstimator } from './runs/batch-norm.ts';
import type { RunTables } from './runs/run-details.ts';
import { type RunService, runService } from './runs/service.ts';
import { type SweepService, sweepService } from './sweeps/service.ts';
import { openWorkspace, openWorkspaceForReading, type Recovery, type WorkspacePaths } from './workspace.ts';

export interface BackendOptions extends Pick<OpenOptions, 'onSlowQuery' | 'slowMilliseconds'> {
  /** Made when it is not there, except with `readOnly`. */
  readonly workspaceFolder: string;
  readonly processHost: ProcessHost;
  /** How many engines, with how many threads each; by the number of cores when left out. */
  readonly poolSize?: PoolSize;
  /** Look into an existing workspace, also while another process works there. */
  readonly readOnly?: boolean;
}

/** Stockpot without a face: one workspace, its database and its engines. */
export interface Backend {
  readonly paths: WorkspacePaths;
  readonly database: Database;
  readonly recovery: Recovery;
  readonly engines: EnginePool;
  /** Of the service: told by its API when it is asked for something. */
  readonly leisure: Leisure;
  readonly projects: ProjectService;
  readonly ingredients: IngredientService;
  readonly datasets: DatasetService;
  readonly evaluations: EvaluationService;
  /** Of scores by metrics that were not there when something was measured. */
  readonly completion: MetricCompletion;
  readonly runs: RunService;
  readonly compare: CompareService;
  readonly exports: ExportService;
  readonly kitchen: KitchenService;
  readonly presets: PresetService;
  readonly sweeps: SweepService;
  /** Ends the engines, closes the database and gives the workspace free. */
  close(): Promise<void>;
}

/**
 * @throws StockpotError `workspace/in-use`, `workspace/unwritable`, `workspace/missing`, `db/corrupt`, `db/newer`,
 * `db/busy`, `db/full`, `db/unopenable`
 */
export async function createBackend(options: BackendOptions): Promise<Backend> {
  const open = options.readOnly === true ? openWorkspaceForReading : openWorkspace;
  const workspace = await open(options.workspaceFolder, options);
  const { database, paths } = workspace;
  const tables: RunTables = {
    projects: projectRepository(database),
    ingredients: ingredientRepository(database),
    datasets: datasetRepository(database),
    evaluations: evaluationRepository(database),
    runs: runRepository(database),
    exports: exportRepository(database),
  };
  if (workspace.writable) removeStrayPredictions(tables.evaluations, paths.predictions, readdirSync(paths.predictions));
  const leisure = new Leisure();
  const completion = metricCompletion(database, paths, leisure);
  if (workspace.writable) completion.start();
  const engines = new EnginePool(options.processHost, options.poolSize);
  const identify = runtimeIdentifier(engines);
  const predictions = predictionStore(tables.evaluations, engines, paths.predictions);
  const evaluations = evaluationService(tables.evaluations, predictions, identify);
  const projects = projectService(tables.projects);
  const datasets = datasetService(tables.datasets, paths.splits);
  const { checkpoints: checkpointFolder, trainings: stateFolder } = paths;
  const room = { ingredients: tables.ingredients, engines, identify, checkpointFolder, stateFolder };
  const ingredients = ingredientService(room);
  const afresh = (folder: string): EvaluationService => evaluateAfresh(engines, identify, folder);
  const statisticsIn = (folder: string) => statisticsEstimator(engines, folder);
  const statistics = statisticsIn(paths.statistics);
  const runs = runService(
    { tables, evaluations, engines, paths, afresh, statistics, statisticsIn },
    { projects, ingredients, datasets },
  );
  const kitchen = kitchenService({
    projects,
    ingredients,
    datasets,
    runs,
    paths,
    lookup: evaluationLookup(database),
    engines: engines.size,
  });
  const { textPath } = kitchen;
  return {
    paths,
    database,
    recovery: workspace.recovery,
    engines,
    leisure,
    projects,
    ingredients,
    datasets,
    evaluations,
    completion,
    runs,
    compare: compareService(database, tables, evaluations, paths.splits),
    exports: exportService(tables, runs, paths),
    kitchen,
    presets: presetService(presetRepository(database), textPath),
    sweeps: sweepService({
      sweeps: sweepRepository(database),
      evaluations,
      statistics,
      projects,
      ingredients,
      datasets,
      textPath,
      engines,
    }),
    async close() {
      await completion.stop();
      await engines.dispose();
      workspace.close();
    },
  };
}
