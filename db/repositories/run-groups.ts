import { fromJson, toJson } from '../json.ts';
import type { Database } from '../open.ts';
import { columnValue } from './run-columns.ts';
import { filterSql, type RunFilter } from './run-list.ts';

/** Runs that differ in nothing but their seed. */
export interface RunGroup {
  /** The newest of them stands for all. */
  readonly ids: readonly number[];
  readonly recipe: string;
  readonly options: unknown;
  readonly seeds: number;
}

/** Moments of a column over a group's runs. */
export interface GroupFigure {
  readonly count: number;
  readonly mean: number;
  /** Sum of squared distances from the mean. */
  readonly squares: number;
}

/** Runs that differ in nothing but their seed, without figures: the group with the newest run first. */
export function groupRuns(database: Database, filter: RunFilter): readonly RunGroup[] {
  const { sql, values } = filterSql(filter);
  const rows = database
    .query<{ readonly ids: string; readonly recipe: string; readonly options: string; readonly seeds: number }>(
      `SELECT json_group_array(runs.id ORDER BY runs.id DESC) AS ids, recipe, options, count(DISTINCT seed) AS seeds
       FROM runs WHERE ${sql}
       GROUP BY recipe, options, dtype, accumulate, architecture,
         (SELECT value FROM run_values WHERE run_id = runs.id AND name = 'ingredientSet')
       ORDER BY max(runs.id) DESC`,
    )
    .all(...values);
  return rows.map((row) => ({ ...row, ids: fromJson(row.ids), options: fromJson(row.options) }));
}

/** Figures of the named columns over each group's runs, in the groups' order; what is not a number does not count. */
export function groupFigures(
  database: Database,
  groups: readonly Pick<RunGroup, 'ids'>[],
  columns: readonly string[],
): readonly Readonly<Record<string, GroupFigure>>[] {
  return groups.map(({ ids }) => {
    const members = toJson(ids);
    const figures = columns.flatMap((column) => {
      const figure = figureOf(database, members, column);
      return figure === undefined ? [] : [[column, figure] as const];
    });
    return Object.fromEntries(figures);
  });
}

function figureOf(database: Database, members: string, column: string): GroupFigure | undefined {
  const { sql, values } = columnValue(column);
  const numbers = `FROM (SELECT ${sql} AS value FROM json_each(?) member CROSS JOIN runs ON runs.id = member.value)
    WHERE typeof(value) IN ('real', 'integer')`;
  const bound = [...values, members];
  const first = database.query<{ readonly value: number }>(`SELECT value ${numbers} LIMIT 1`).get(...bound);
  if (first === undefined) return undefined;
  // Sums of distances from one of the values: nothing is lost to rounding where values hardly differ.
  const near = first.value;
  const { count, shift, squares } = database
    .query<{ readonly count: number; readonly shift: number; readonly squares: number }>(
      `SELECT count(*) AS count, avg(value - ?) AS shift, sum((value - ?) * (value - ?)) AS squares ${numbers}`,
    )
    .get(near, near, near, ...bound)!;
  return { count, mean: near + shift, squares: Math.max(0, squares - count * shift * shift) };
}
