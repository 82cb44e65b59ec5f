import { fromJson, toJson } from '../json.ts';
import type { Database, Value } from '../open.ts';
import { columnValue } from './run-columns.ts';
import { filterSql, type RunFilter } from './run-list.ts';

/** Runs that differ in nothing but their seed. */
export interface RunGroup {
  /** The newest of them stands for all. */
  readonly ids: readonly number[];
  /** Of the columns that were asked for; what is not a number does not count. */
  readonly figures: Readonly<Record<string, GroupFigure>>;
}

/** Moments of a column over a group's runs. */
interface GroupFigure {
  readonly count: number;
  readonly mean: number;
  /** Sum of squared distances from the mean. */
  readonly squares: number;
}

interface Member extends Readonly<Record<string, Value>> {
  readonly id: number;
  readonly family: number | null;
}

/** The groups of the runs that pass the filter, that with the newest run first. */
export function groupRuns(database: Database, filter: RunFilter, columns: readonly string[]): readonly RunGroup[] {
  const chosen = columnsSql(columns);
  const { sql, values } = filterSql(filter);
  const members = database
    .query<Member>(`SELECT runs.id, family_id AS family${chosen.sql} FROM runs WHERE ${sql} ORDER BY runs.id DESC`)
    .all(...chosen.values, ...values);
  return [...familiesOf(members)].map((group) => ({
    ids: group.map(({ id }) => id),
    figures: figuresOf(group, columns),
  }));
}

/** Other figures of the same groups, in their order. */
export function groupFigures(
  database: Database,
  groups: readonly Pick<RunGroup, 'ids'>[],
  columns: readonly string[],
): readonly RunGroup['figures'][] {
  const chosen = columnsSql(columns);
  const ids = toJson(groups.flatMap((group) => group.ids));
  const members = database
    .query<Member>(
      `SELECT runs.id, family_id AS family${chosen.sql} FROM json_each(?) member CROSS JOIN runs ON runs.id = member.value`,
    )
    .all(...chosen.values, ids);
  const byId = new Map(members.map((member) => [member.id, member]));
  return groups.map((group) =>
    figuresOf(
      group.ids.flatMap((id) => byId.get(id) ?? []),
      columns,
    ),
  );
}

/** What the runs of a group have in common, and of how many seeds they are. */
export interface GroupSetting {
  readonly recipe: string;
  readonly options: unknown;
  readonly seeds: number;
}

export function groupSettings(database: Database, groups: readonly Pick<RunGroup, 'ids'>[]): readonly GroupSetting[] {
  const query = database.query<{ readonly recipe: string; readonly options: string; readonly seeds: number }>(
    `SELECT recipe, options, (
       SELECT count(DISTINCT seed) FROM json_each(?) member CROSS JOIN runs ON runs.id = member.value
     ) AS seeds FROM runs WHERE id = ?`,
  );
  return groups.flatMap(({ ids }) => {
    const row = query.get(toJson(ids), ids[0]!);
    return row === undefined ? [] : [{ ...row, options: fromJson(row.options) }];
  });
}

/** The recipe of each group, in their order. */
export function groupRecipes(database: Database, groups: readonly Pick<RunGroup, 'ids'>[]): readonly string[] {
  const newest = toJson(groups.map(({ ids }) => ids[0]!));
  return database
    .query<{ readonly recipe: string }>(
      'SELECT recipe FROM json_each(?) member CROSS JOIN runs ON runs.id = member.value ORDER BY member.key',
    )
    .all(newest)
    .map(({ recipe }) => recipe);
}

/** `, value AS column0, …` */
function columnsSql(columns: readonly string[]): { readonly sql: string; readonly values: readonly string[] } {
  const chosen = columns.map((id) => columnValue(id));
  return {
    sql: chosen.map(({ sql }, place) => `, ${sql} AS column${place}`).join(''),
    values: chosen.flatMap(({ values }) => values),
  };
}

/** In the order of their first members. A run without a family is one of its own. */
function familiesOf(members: readonly Member[]): Iterable<readonly Member[]> {
  return Map.groupBy(members, ({ id, family }) => family ?? -id).values();
}

function figuresOf(members: readonly Member[], columns: readonly string[]): RunGroup['figures'] {
  const figures = columns.flatMap((column, place) => {
    const values = members.map((member) => member[`column${place}`]).filter((value) => typeof value === 'number');
    return values.length === 0 ? [] : [[column, figureOf(values)] as const];
  });
  return Object.fromEntries(figures);
}

function figureOf(values: readonly number[]): GroupFigure {
  const count = values.length;
  // Sums of distances from one of the values: nothing is lost to rounding where values hardly differ.
  const near = values[0]!;
  const shift = values.reduce((sum, value) => sum + (value - near), 0) / count;
  const mean = near + shift;
  return { count, mean, squares: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) };
}
