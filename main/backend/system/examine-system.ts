import type { EnginePool } from '../../engine/pool.ts';
import type { ProbeResult } from '../../engine/protocol.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import { examineWorkspace, type WorkspaceState } from './examine-workspace.ts';
import { describeMachine, type Machine, stockpotVersion } from './versions.ts';

export interface SystemReport {
  readonly stockpot: string;
  readonly machine: Machine;
  /** Each runtime on each device: found out by using it. */
  readonly devices: ProbeResult['devices'];
  readonly workspace: WorkspaceState;
}

/**
 * Says what works on this machine and in what state a workspace is; changes nothing.
 * @throws StockpotError `engine/…`, `job/cancelled`
 */
export async function examineSystem(
  engines: EnginePool,
  request: { readonly workspaceFolder: string; readonly benchmark: boolean },
  options: JobOptions = {},
): Promise<SystemReport> {
  const { devices } = await engines.run({ kind: 'probe', benchmark: request.benchmark }, options);
  return {
    stockpot: stockpotVersion(),
    machine: describeMachine(),
    devices,
    workspace: await examineWorkspace(request.workspaceFolder),
  };
}
