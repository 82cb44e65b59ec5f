import type { Command } from 'commander';
import type { SystemReport } from '../backend/system/examine-system.ts';
import type { WorkspaceState } from '../backend/system/examine-workspace.ts';
import { assertNever } from '../errors.ts';
import { ProgressBar } from './progress-bar.ts';
import { grouped } from './text-table.ts';
import { cancellable } from './with-backend.ts';

interface DoctorFlags {
  readonly dir?: string;
  readonly benchmark: boolean;
  readonly json: boolean;
}

export function register(program: Command): void {
  program
    .command('doctor')
    .summary('say what works here, how fast, and what is missing')
    .description(
      'Try every runtime on every device, time those that work, and check the workspace. Changes nothing. ' +
        'Exit code 1 when nothing can evaluate, or when the workspace is damaged.',
    )
    .option('--no-benchmark', 'do not time the devices')
    .option('--dir <folder>', 'the workspace (default: STOCKPOT_WORKSPACE, else the folder for application data)')
    .option('--json', 'print everything as JSON', false)
    .action(async (flags: DoctorFlags) => {
      await doctor(flags);
    });
}

async function doctor(flags: DoctorFlags): Promise<void> {
  const { defaultWorkspaceFolder } = await import('../backend/workspace.ts');
  const { examineSystem } = await import('../backend/system/examine-system.ts');
  const { createNodeProcessHost } = await import('../engine/node-process-host.ts');
  const { EnginePool } = await import('../engine/pool.ts');
  const { availableParallelism } = await import('node:os');
  const progress = new ProgressBar(!flags.json);
  const report = await cancellable(async (signal) => {
    // One engine with all threads: what a device can do, not what a share of it can.
    const pool = { size: 1, threadsPerEngine: availableParallelism() };
    await using engines = new EnginePool(createNodeProcessHost(), pool);
    const request = { workspaceFolder: flags.dir ?? defaultWorkspaceFolder(), benchmark: flags.benchmark };
    return await examineSystem(engines, request, { signal, onProgress: progress.show });
  }).finally(() => progress.clear());
  if (!isHealthy(report)) process.exitCode = 1;
  console.log(flags.json ? JSON.stringify({ healthy: isHealthy(report), ...report }) : describe(report));
}

function isHealthy({ devices, workspace }: SystemReport): boolean {
  return devices.some(({ usable }) => usable) && workspace.kind !== 'unusable';
}

function describe({ stockpot, machine, devices, workspace }: SystemReport): string {
  const lines = [
    `Stockpot ${stockpot} on Node ${machine.node}, ${machine.system}`,
    `  ${machine.processor}, ${machine.cores} cores, ${machine.memoryGigabytes} GB`,
    '',
    'Runtimes',
  ];
  for (const { runtime, device, usable, explanation, trains, imagesPerSecond } of devices) {
    const speed = imagesPerSecond === undefined ? '' : `, ${grouped(Math.round(imagesPerSecond))} images/s`;
    const kind = trains ? 'evaluates and trains' : 'evaluates';
    lines.push(`  ${usable ? '✓' : '–'} ${`${runtime} ${device}`.padEnd(16)}  ${explanation}`);
    if (usable) lines.push(`    ${''.padEnd(16)}  ${kind}${speed}`);
  }
  return [...lines, '', 'Workspace', ...describeWorkspace(workspace), '', ...advice({ devices })].join('\n').trimEnd();
}

function describeWorkspace(state: WorkspaceState): readonly string[] {
  switch (state.kind) {
    case 'absent':
      return [`  ${state.folder}: not there yet; cook or demo makes it`];
    case 'sound': {
      const unfinished = state.unfinished.length === 0 ? '' : `, unfinished: ${state.unfinished.join(', ')}`;
      return [`  ✓ ${state.folder}`, `    database sound, schema ${state.schema}, ${state.runs} runs${unfinished}`];
    }
    case 'unusable':
      return [
        `  – ${state.folder}: ${state.error.what}`,
        ...(state.error.details ?? []).map((detail) => `    ${detail}`),
        ...(state.error.remedy === undefined ? [] : [`    ${state.error.remedy}`]),
      ];
    default:
      return assertNever(state);
  }
}

function advice({ devices }: Pick<SystemReport, 'devices'>): readonly string[] {
  const usable = (runtime: string, device: string): boolean =>
    devices.some((entry) => entry.runtime === runtime && entry.device === device && entry.usable);
  if (usable('tfjs', 'tensorflow')) return [];
  return ['Native TensorFlow trains several times faster than WebAssembly: npm run accelerators fetches it.'];
}
