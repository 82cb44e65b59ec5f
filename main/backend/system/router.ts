import { service } from '../api/service.ts';
import type { Backend } from '../backend.ts';
import { type NamedVersion, systemOverview } from './overview.ts';

export function systemRouter(
  { paths, engines }: Pick<Backend, 'paths' | 'engines'>,
  versions: readonly NamedVersion[],
) {
  return {
    overview: service.system.overview.handler(() => systemOverview(paths, versions)),
    devices: service.system.devices.handler(async ({ input, signal }) => {
      const task = { kind: 'probe', benchmark: input.benchmark } as const;
      const { devices } = await engines.run(task, signal === undefined ? {} : { signal });
      return devices;
    }),
  };
}
