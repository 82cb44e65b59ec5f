import { jobRepository } from '../../../db/repositories/jobs.ts';
import type { ProcessHost } from '../../engine/process-host.ts';
import { createRouter, type Router } from '../api/router.ts';
import { createBackend } from '../backend.ts';
import type { JobKind } from '../jobs/job-kind.ts';
import { jobKinds } from '../jobs/kinds.ts';
import { JobQueue } from '../jobs/queue.ts';
import { purgeDeleted } from '../purge-deleted.ts';
import type { NamedVersion } from '../system/overview.ts';
import { stockpotVersion } from '../system/versions.ts';

/** The whole service, ready for a transport. */
export interface Application {
  readonly router: Router;
  readonly jobs: JobQueue;
  /** Interrupts what runs, ends the engines and closes the database. */
  close(): Promise<void>;
}

export interface ApplicationOptions {
  readonly workspaceFolder: string;
  readonly processHost: ProcessHost;
  /** What it runs in, beside Node: Electron and Chromium in the desktop application. */
  readonly hostVersions?: readonly NamedVersion[];
  /** Work beside that of the service itself. */
  readonly moreKinds?: readonly JobKind[];
}

/** @throws StockpotError what `createBackend` throws */
export async function openApplication(options: ApplicationOptions): Promise<Application> {
  const { workspaceFolder, processHost, hostVersions = [], moreKinds = [] } = options;
  const backend = await createBackend({ workspaceFolder, processHost });
  purgeDeleted(backend, new Date());
  const jobs = new JobQueue(jobRepository(backend.database), [...jobKinds(backend), ...moreKinds]);
  const versions: readonly NamedVersion[] = [
    { name: 'Stockpot', version: stockpotVersion() },
    ...hostVersions,
    { name: 'Node.js', version: process.versions.node },
  ];
  return {
    router: createRouter({ backend, jobs, versions }),
    jobs,
    async close() {
      await jobs.close();
      await backend.close();
    },
  };
}
