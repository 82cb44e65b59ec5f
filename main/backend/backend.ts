import type { SlowQuery } from '../../db/open.ts';
import { projectRepository } from '../../db/repositories/projects.ts';
import { EnginePool, type PoolSize } from '../engine/pool.ts';
import type { ProcessHost } from '../engine/process-host.ts';
import { type ProjectService, projectService } from './projects/service.ts';
import { openWorkspace, openWorkspaceForReading, type Recovery, type WorkspacePaths } from './workspace.ts';

export interface BackendOptions {
  /** Made when it is not there, except with `readOnly`. */
  readonly workspaceFolder: string;
  readonly processHost: ProcessHost;
  /** How many engines, with how many threads each; by the number of cores when left out. */
  readonly poolSize?: PoolSize;
  /** Look into an existing workspace, also while another process works there. */
  readonly readOnly?: boolean;
  readonly onSlowQuery?: (query: SlowQuery) => void;
}

/** Stockpot without a face: one workspace, its database and its engines. */
export interface Backend {
  readonly paths: WorkspacePaths;
  readonly recovery: Recovery;
  readonly engines: EnginePool;
  readonly projects: ProjectService;
  /** Ends the engines, closes the database and gives the workspace free. */
  close(): Promise<void>;
}

/**
 * @throws StockpotError `workspace/in-use`, `workspace/unwritable`, `workspace/missing`, `db/corrupt`, `db/newer`,
 * `db/busy`, `db/full`, `db/unopenable`
 */
export async function createBackend(options: BackendOptions): Promise<Backend> {
  const open = options.readOnly === true ? openWorkspaceForReading : openWorkspace;
  const workspace = await open(
    options.workspaceFolder,
    options.onSlowQuery === undefined ? {} : { onSlowQuery: options.onSlowQuery },
  );
  const engines = new EnginePool(options.processHost, options.poolSize);
  return {
    paths: workspace.paths,
    recovery: workspace.recovery,
    engines,
    projects: projectService(projectRepository(workspace.database)),
    async close() {
      await engines.dispose();
      workspace.close();
    },
  };
}
