import type { ErrorFacts } from '../../main/errors.ts';
import type { Progress } from '../../main/progress.ts';
import { fromJson, timestamp, toJson } from '../json.ts';
import type { Database } from '../open.ts';

/** `interrupted`: its process died. `paused` was asked for. */
export type JobState = 'queued' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled' | 'interrupted';

export interface StoredJob {
  readonly id: number;
  readonly kind: string;
  readonly title: string;
  readonly projectId: number | null;
  /** What was asked for; the kind knows its shape. */
  readonly request: unknown;
  readonly state: JobState;
  readonly progress: Progress | null;
  readonly result: unknown;
  readonly error: ErrorFacts | null;
  readonly attempts: number;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

type JobChange = Partial<
  Pick<StoredJob, 'state' | 'progress' | 'result' | 'error' | 'attempts' | 'startedAt' | 'finishedAt'>
>;

interface StoredJobEvent {
  readonly ordinal: number;
  readonly at: string;
  readonly event: unknown;
}

export interface JobRepository {
  add(job: Pick<StoredJob, 'kind' | 'title' | 'projectId' | 'request'>): StoredJob;
  /** Oldest first. */
  list(): readonly StoredJob[];
  change(id: number, change: JobChange): void;
  remove(id: number): void;
  /** Marks every job that claims to be running: whoever ran it is gone. */
  interruptRunning(): void;
  addEvent(id: number, event: unknown): void;
  /** Those after `ordinal`, in order. */
  events(id: number, ordinal?: number): readonly StoredJobEvent[];
}

type Row = Omit<StoredJob, 'request' | 'progress' | 'result' | 'error'> & {
  readonly request: string;
  readonly progress: string | null;
  readonly result: string | null;
  readonly error: string | null;
};

const COLUMNS = `id, kind, title, project_id AS projectId, request, state, progress, result, error, attempts,
  created_at AS createdAt, started_at AS startedAt, finished_at AS finishedAt`;

export function jobRepository(database: Database): JobRepository {
  const insert = database.query(
    `INSERT INTO jobs (kind, title, project_id, request, state, created_at) VALUES (?, ?, ?, ?, 'queued', ?)`,
  );
  const byId = database.query<Row>(`SELECT ${COLUMNS} FROM jobs WHERE id = ?`);
  const list = database.query<Row>(`SELECT ${COLUMNS} FROM jobs ORDER BY id`);
  const remove = database.query('DELETE FROM jobs WHERE id = ?');
  const interrupt = database.query(`UPDATE jobs SET state = 'interrupted', finished_at = ? WHERE state = 'running'`);
  return {
    add({ kind, title, projectId, request }) {
      const { id } = insert.run(kind, title, projectId, toJson(request), timestamp());
      return jobOf(byId.get(id)!);
    },
    list: () => list.all().map(jobOf),
    change: changer(database),
    remove: (id) => void remove.run(id),
    interruptRunning: () => void interrupt.run(timestamp()),
    ...events(database),
  };
}

function changer(database: Database): JobRepository['change'] {
  // Null cannot mean "unchanged": an error goes when a job starts over.
  const update = database.query(
    `UPDATE jobs SET state = ?, progress = ?, result = ?, error = ?, attempts = ?, started_at = ?, finished_at = ?
     WHERE id = ?`,
  );
  const byId = database.query<Row>(`SELECT ${COLUMNS} FROM jobs WHERE id = ?`);
  return (id, change) => {
    const row = byId.get(id);
    if (row === undefined) return;
    const { state, progress, result, error, attempts, startedAt, finishedAt } = { ...jobOf(row), ...change };
    update.run(state, maybeJson(progress), maybeJson(result), maybeJson(error), attempts, startedAt, finishedAt, id);
  };
}

function events(database: Database): Pick<JobRepository, 'addEvent' | 'events'> {
  const insert = database.query(
    `INSERT INTO job_events (job_id, ordinal, at, event)
     SELECT id, (SELECT coalesce(max(ordinal), 0) + 1 FROM job_events WHERE job_id = jobs.id), ?, ?
     FROM jobs WHERE id = ?`,
  );
  const after = database.query<StoredJobEvent & { readonly event: string }>(
    'SELECT ordinal, at, event FROM job_events WHERE job_id = ? AND ordinal > ? ORDER BY ordinal',
  );
  return {
    addEvent: (id, event) => void insert.run(timestamp(), toJson(event), id),
    events: (id, ordinal = 0) => after.all(id, ordinal).map((row) => ({ ...row, event: fromJson(row.event) })),
  };
}

function maybeJson(value: unknown): string | null {
  return value === null || value === undefined ? null : toJson(value);
}

function jobOf(row: Row): StoredJob {
  const parsed = <T>(text: string | null): T | null => (text === null ? null : fromJson<T>(text));
  return {
    ...row,
    request: fromJson(row.request),
    progress: parsed(row.progress),
    result: parsed(row.result),
    error: parsed(row.error),
  };
}
