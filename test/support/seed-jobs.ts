import type { Database } from '../../db/open.ts';
import { type JobState, jobRepository } from '../../db/repositories/jobs.ts';

const MINUTE = 60_000;

interface Seed {
  readonly title: string;
  readonly kind: string;
  readonly state: JobState;
  /** Minutes ago. */
  readonly began: number;
  readonly ended: number;
  readonly error?: Parameters<ReturnType<typeof jobRepository>['change']>[1]['error'];
  readonly result?: unknown;
  readonly log: readonly string[];
}

const SEEDS: readonly Seed[] = [
  {
    title: 'Import 5 checkpoints',
    kind: 'import',
    state: 'done',
    began: 52,
    ended: 51,
    result: { kind: 'ingredients', projectId: 1, ids: [1, 2, 3, 4, 5] },
    log: ['5 of 5 files fit'],
  },
  {
    title: 'Uniform soup of 5 ingredients',
    kind: 'cook',
    state: 'done',
    began: 44,
    ended: 41,
    result: { kind: 'run', projectId: 1, runId: 1 },
    log: ['Run 1'],
  },
  {
    title: 'Greedy soup of 5 ingredients',
    kind: 'cook',
    state: 'failed',
    began: 32,
    ended: 30,
    error: {
      code: 'engine/crashed',
      kind: 'failure',
      what: 'The engine process was ended by SIGKILL in the middle of its work',
      remedy:
        'Something ended it from outside, most often the system because memory ran out: close other programs, use fewer engines, or use a smaller batch.',
    },
    log: ['Run 2', 'The engine process was ended by SIGKILL in the middle of its work'],
  },
  { title: 'Train 3 ingredients', kind: 'train', state: 'interrupted', began: 26, ended: 20, log: [] },
  {
    title: 'Export run 1 as safetensors',
    kind: 'export',
    state: 'cancelled',
    began: 12,
    ended: 12,
    log: [],
  },
  { title: 'Weighted soup of 5 ingredients', kind: 'cook', state: 'paused', began: 9, ended: 4, log: ['Run 3'] },
];

/** Jobs in every state that a service finds when it starts, in the project with id 1. */
export function seedJobs(database: Database): void {
  const jobs = jobRepository(database);
  const ago = (minutes: number): string => new Date(Date.now() - minutes * MINUTE).toISOString();
  for (const { title, kind, state, began, ended, error = null, result = null, log } of SEEDS) {
    const { id } = jobs.add({ kind, title, projectId: 1, request: {} });
    jobs.addEvent(id, { kind: 'attempt', attempt: 1 });
    for (const text of log) jobs.addEvent(id, { kind: 'log', text });
    jobs.change(id, { state, error, result, attempts: 1, startedAt: ago(began), finishedAt: ago(ended) });
  }
}
