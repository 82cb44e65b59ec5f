import type { Database, Value } from '../open.ts';
import type { RunStatus } from './runs.ts';

/** What a line in a list of runs shows. */
interface RunRow {
  readonly id: number;
  readonly projectId: number;
  readonly recipe: string;
  readonly status: RunStatus;
  readonly seed: number;
  readonly summary: string | null;
  readonly ingredientCount: number;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly seconds: number | null;
}

const SORTABLE = {
  id: 'id',
  recipe: 'recipe',
  status: 'status',
  seed: 'seed',
  createdAt: 'created_at',
  finishedAt: 'finished_at',
  seconds: 'seconds',
} as const;

type RunColumn = keyof typeof SORTABLE;

export interface RunListQuery {
  readonly projectId?: number | undefined;
  readonly text?: string | undefined;
  readonly statuses?: readonly RunStatus[] | undefined;
  readonly sort: readonly { readonly column: RunColumn; readonly descending: boolean }[];
  readonly offset: number;
  readonly limit: number;
}

export interface RunList {
  readonly total: number;
  readonly rows: readonly RunRow[];
}

/** One window of the runs that pass the filter, and how many pass it; ties are broken by id, newest first. */
export function listRuns(database: Database, query: RunListQuery): RunList {
  const { condition, values } = conditionOf(query);
  const order = query.sort.map(({ column, descending }) => `${SORTABLE[column]} ${descending ? 'DESC' : 'ASC'}`);
  const count = database.query<{ readonly total: number }>(`SELECT count(*) AS total FROM runs WHERE ${condition}`);
  const rows = database.query<RunRow>(
    `SELECT id, project_id AS projectId, recipe, status, seed, summary, created_at AS createdAt,
       started_at AS startedAt, finished_at AS finishedAt, seconds,
       (SELECT count(*) FROM run_ingredients WHERE run_id = runs.id) AS ingredientCount
     FROM runs WHERE ${condition} ORDER BY ${[...order, 'id DESC'].join(', ')} LIMIT ? OFFSET ?`,
  );
  return { total: count.get(...values)!.total, rows: rows.all(...values, query.limit, query.offset) };
}

function conditionOf({ projectId, text, statuses }: RunListQuery): { condition: string; values: readonly Value[] } {
  const parts = ['project_id IN (SELECT id FROM projects WHERE deleted_at IS NULL)'];
  const values: Value[] = [];
  if (projectId !== undefined) {
    parts.push('project_id = ?');
    values.push(projectId);
  }
  if (text !== undefined && text !== '') {
    parts.push('instr(lower(recipe || char(10) || coalesce(summary, char(10))), lower(?)) > 0');
    values.push(text);
  }
  if (statuses !== undefined) {
    parts.push('status IN (SELECT value FROM json_each(?))');
    values.push(JSON.stringify(statuses));
  }
  return { condition: parts.join(' AND '), values };
}
