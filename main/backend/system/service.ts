import type { EnginePool } from '../../engine/pool.ts';
import type { ProbeResult } from '../../engine/protocol.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import { describeMachine, type Machine, stockpotVersion } from './versions.ts';

export interface SystemReport {
  readonly stockpot: string;
  readonly machine: Machine;
  /** Each runtime on each device: found out by using it. */
  readonly devices: ProbeResult['devices'];
}

export interface SystemService {
  /** @throws StockpotError `engine/…`, `job/cancelled` */
  examine(request: { readonly benchmark: boolean }, options?: JobOptions): Promise<SystemReport>;
}

export function systemService(engines: EnginePool): SystemService {
  return {
    async examine({ benchmark }, options = {}) {
      const { devices } = await engines.run({ kind: 'probe', benchmark }, options);
      return { stockpot: stockpotVersion(), machine: describeMachine(), devices };
    },
  };
}
