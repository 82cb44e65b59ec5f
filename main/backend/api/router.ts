import { implement } from '@orpc/server';
import { predictionFiles } from '../../../db/repositories/prediction-files.ts';
import { contract } from '../../../preload/contract/contract.ts';
import type { Backend } from '../backend.ts';
import { compareRouter } from '../compare/router.ts';
import { datasetsRouter } from '../datasets/router.ts';
import { exportsRouter } from '../exports/router.ts';
import { lastFolder } from '../files/last-folder.ts';
import { filesRouter } from '../files/router.ts';
import { ingredientsRouter } from '../ingredients/router.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { jobsRouter } from '../jobs/router.ts';
import { kitchenRouter } from '../kitchen/router.ts';
import { metricsRouter } from '../metrics/router.ts';
import { presetsRouter } from '../presets/router.ts';
import { projectsRouter } from '../projects/router.ts';
import { reportsRouter } from '../reports/router.ts';
import { runsRouter } from '../runs/router.ts';
import { sweepsRouter } from '../sweeps/router.ts';
import type { NamedVersion } from '../system/overview.ts';
import { systemRouter } from '../system/router.ts';

export interface ApiParts {
  readonly backend: Backend;
  readonly jobs: JobQueue;
  /** Of the host, for people: `Stockpot`, `Electron`, `Node.js`, … */
  readonly versions: readonly NamedVersion[];
}

/** Everything that the contract promises, over one backend. Transports serve it. */
export function createRouter({ backend, jobs, versions }: ApiParts) {
  const last = lastFolder(backend.paths);
  const { leisure } = backend;
  // Whoever opens the service is about to ask for something.
  leisure.disturb();
  const told = implement(contract).use(({ next }) => {
    leisure.disturb();
    return next();
  });
  return told.router({
    system: systemRouter(backend, versions, jobs),
    files: filesRouter(last),
    projects: projectsRouter(backend, jobs),
    ingredients: ingredientsRouter(backend, jobs, last),
    runs: runsRouter(backend.runs, backend.database),
    compare: compareRouter(backend.compare),
    kitchen: kitchenRouter(backend, jobs),
    presets: presetsRouter(backend.presets),
    sweeps: sweepsRouter(backend, jobs),
    metrics: metricsRouter(),
    reports: reportsRouter(
      backend.runs,
      { files: predictionFiles(backend.database), paths: backend.paths },
      backend.paths,
      jobs,
    ),
    datasets: datasetsRouter(backend, jobs),
    exports: exportsRouter(backend, jobs),
    jobs: jobsRouter(jobs),
  });
}

export type Router = ReturnType<typeof createRouter>;
