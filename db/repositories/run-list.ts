import { fromJson, timestamp, toJson } from '../json.ts';
import type { Database } from '../open.ts';
import { conditionTest, type RunCondition } from './run-condition.ts';
import { runsOf } from './run-memory.ts';
import { type RunSet, valueAt } from './run-set.ts';
import type { RunStatus } from './runs.ts';

/** What a line in a list of runs shows. */
export interface RunRow {
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
  readonly tags: readonly string[];
  readonly notes: string;
  /** The other columns that it has a value in. */
  readonly values: Readonly<Record<string, number | string>>;
}

export interface RunFilter {
  readonly projectId?: number | undefined;
  readonly condition?: RunCondition | undefined;
}

export interface RunListQuery extends RunFilter {
  readonly sort: readonly { readonly column: string; readonly descending: boolean }[];
  readonly offset: number;
  readonly limit: number;
  /** Whose values the lines have; all of them unless told otherwise. */
  readonly columns?: readonly string[] | undefined;
}

export interface RunList {
  readonly total: number;
  readonly rows: readonly RunRow[];
}

/**
 * One window of the runs that pass the filter, and how many pass it. What has no value in a column comes last, whichever way it
 * is sorted; ties are broken by id, newest first.
 */
export function listRuns(database: Database, query: RunListQuery): RunList {
  const ids = runIds(database, query);
  return {
    total: ids.length,
    rows: runRows(database, ids.slice(query.offset, query.offset + query.limit), query.columns),
  };
}

/** Ids of all runs that pass the filter, in order. */
export function runIds(
  database: Database,
  { projectId, condition, sort }: Omit<RunListQuery, 'offset' | 'limit' | 'columns'>,
): readonly number[] {
  const set = runsOf(database, projectId);
  return set.answer(toJson([condition ?? null, sort]), () => {
    const places = placesPassing(set, condition);
    return places.sort(byColumns(set, sort)).map((place) => set.ids[place]!);
  });
}

/** Of the runs that pass a condition, the newest first. */
export function placesPassing(set: RunSet, condition: RunCondition | undefined): number[] {
  const places = Array.from(set.ids, (_, place) => place);
  return condition === undefined ? places : places.filter(conditionTest(condition, set));
}

function byColumns(set: RunSet, sort: RunListQuery['sort']): (a: number, b: number) => number {
  const order = sort.map(({ column, descending }) => ({ column: set.column(column), sign: descending ? -1 : 1 }));
  return (a, b) => {
    for (const { column, sign } of order) {
      const [left, right] = [valueAt(column, a), valueAt(column, b)];
      if (left === right) continue;
      if (left === null || right === null) return left === null ? 1 : -1;
      // An option may be a number in one run and a text in another: numbers come first.
      if (typeof left !== typeof right) return sign * (typeof left === 'number' ? -1 : 1);
      return left < right ? -sign : sign;
    }
    return a - b;
  };
}

type Row = Omit<RunRow, 'tags' | 'values' | 'ingredientCount'> & {
  readonly tags: string;
  readonly used: number | null;
};

/** The lines of these runs, in the order of the ids, with their values in these columns, or in all. */
export function runRows(
  database: Database,
  ids: readonly number[],
  columns?: readonly string[] | undefined,
): readonly RunRow[] {
  const wanted = toJson(ids);
  const rows = database
    .query<Row & { readonly dtype: string; readonly accumulate: string }>(
      `SELECT runs.id, project_id AS projectId, recipe, status, seed, summary, created_at AS createdAt,
         started_at AS startedAt, finished_at AS finishedAt, seconds, tags, notes, json_array_length(used) AS used, dtype,
         accumulate
       FROM json_each(?) wanted CROSS JOIN runs ON runs.id = wanted.value`,
    )
    .all(wanted);
  const byRun = valuesByRun(database, wanted, columns);
  return rows.map(({ used, dtype, accumulate, ...row }) => {
    const values = byRun.get(row.id) ?? {};
    const ingredientCount = Number(values.ingredients ?? 0);
    Object.assign(values, { dtype, accumulate }, used === null ? {} : { used });
    return { ...row, tags: fromJson<readonly string[]>(row.tags), ingredientCount, values };
  });
}

/** What `run_values` has of these runs, `ids` as JSON. */
function valuesByRun(
  database: Database,
  ids: string,
  columns: readonly string[] | undefined,
): ReadonlyMap<number, Record<string, number | string>> {
  const found = database
    .query<{ readonly id: number; readonly name: string; readonly value: number | string }>(
      `SELECT run_id AS id, name, run_values.value FROM json_each(?) wanted
       CROSS JOIN run_values ON run_id = wanted.value WHERE name <> 'ingredientSet'`,
    )
    .all(ids);
  const asked = columns === undefined ? undefined : new Set([...columns, 'ingredients']);
  const byRun = new Map<number, Record<string, number | string>>();
  let last: readonly [number, Record<string, number | string>] | undefined;
  for (const { id, name, value } of found) {
    if (asked !== undefined && !asked.has(name)) continue;
    // The values of a run follow each other.
    if (last?.[0] !== id) {
      last = [id, {}];
      byRun.set(...last);
    }
    last[1][name] = value;
  }
  return byRun;
}

export interface RunChanges {
  /** Adds and takes away tags; the order in which they were given stays. */
  tag(ids: readonly number[], add: readonly string[], remove: readonly string[]): void;
  note(id: number, notes: string): void;
  /** Off every list; nothing of them is lost. Runs that are waiting or running stay. Returns those that are gone. */
  setAside(ids: readonly number[]): readonly number[];
  bringBack(ids: readonly number[]): void;
  /** Removes for good what was set aside before `moment` (ISO 8601). */
  purge(moment: string): void;
}

export function runChanges(database: Database): RunChanges {
  const tags = database.query<{ readonly tags: string }>('SELECT tags FROM runs WHERE id = ?');
  const setTags = database.query('UPDATE runs SET tags = ? WHERE id = ?');
  const note = database.query('UPDATE runs SET notes = ? WHERE id = ?');
  const setAside = database.query<{ readonly id: number }>(
    `UPDATE runs SET deleted_at = ? WHERE id IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL
       AND status NOT IN ('queued', 'running') RETURNING id`,
  );
  const bringBack = database.query('UPDATE runs SET deleted_at = NULL WHERE id IN (SELECT value FROM json_each(?))');
  const purge = database.query('DELETE FROM runs WHERE deleted_at < ?');
  return {
    tag: (ids, add, remove) =>
      database.transaction(() => {
        for (const id of ids) {
          const row = tags.get(id);
          if (row === undefined) continue;
          const kept = fromJson<readonly string[]>(row.tags).filter((tag) => !remove.includes(tag));
          setTags.run(toJson([...new Set([...kept, ...add])]), id);
        }
      }),
    note: (id, notes) => void note.run(notes, id),
    setAside: (ids) => setAside.all(timestamp(), toJson(ids)).map(({ id }) => id),
    bringBack: (ids) => void bringBack.run(toJson(ids)),
    purge: (moment) => void purge.run(moment),
  };
}
