import { StockpotError } from '../../errors.ts';
import { service } from '../api/service.ts';
import type { Backend } from '../backend.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { cancelRestoration, listBackups, makeBackup, restoreAtNextStart } from './backups.ts';
import { clearCache } from './clear-cache.ts';
import { type NamedVersion, systemOverview } from './overview.ts';

export function systemRouter(
  { paths, engines, database }: Pick<Backend, 'paths' | 'engines' | 'database'>,
  versions: readonly NamedVersion[],
  jobs: JobQueue,
) {
  return {
    backups: service.system.backups.handler(() => listBackups(paths)),
    backUp: service.system.backUp.handler(() => makeBackup(database, paths, new Date())),
    restoreBackup: service.system.restoreBackup.handler(({ input }) => restoreAtNextStart(paths, input.name)),
    keepDatabase: service.system.keepDatabase.handler(() => ({ kept: cancelRestoration(paths) })),
    clearCache: service.system.clearCache.handler(({ input }) => {
      refuseWhileBusy(jobs);
      return { freedBytes: clearCache(database, paths, input) };
    }),
    checkDatabase: service.system.checkDatabase.handler(() => ({ problems: database.integrityProblems() })),
    overview: service.system.overview.handler(() => systemOverview(paths, versions)),
    devices: service.system.devices.handler(async ({ input, signal }) => {
      const task = { kind: 'probe', benchmark: input.benchmark } as const;
      const { devices } = await engines.run(task, signal === undefined ? {} : { signal });
      return devices;
    }),
  };
}

function refuseWhileBusy(jobs: JobQueue): void {
  const busy = jobs.list().find(({ state }) => state === 'queued' || state === 'running');
  if (busy === undefined) return;
  throw new StockpotError({
    code: 'system/busy',
    what: 'A job may need what would be deleted',
    where: busy.title,
    remedy: 'Wait until the jobs have ended, or cancel them first.',
  });
}
