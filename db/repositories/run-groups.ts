import { fromJson, toJson } from '../json.ts';
import type { Database, Value } from '../open.ts';
import { FAMILY } from './run-columns.ts';
import { placesPassing, type RunFilter, type RunRow, runRows } from './run-list.ts';
import { runsOf } from './run-memory.ts';
import { valueAt } from './run-set.ts';

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

/** The groups of the runs that pass the filter, that with the newest run first. */
export function groupRuns(
  database: Database,
  { projectId, condition }: RunFilter,
  columns: readonly string[],
): readonly RunGroup[] {
  const set = runsOf(database, projectId);
  const families = set.column(FAMILY);
  const chosen = columns.map((id) => [id, set.column(id)] as const);
  // A run without a family is one of its own.
  const familyOf = (place: number): Value => valueAt(families, place) ?? -set.ids[place]!;
  return [...Map.groupBy(placesPassing(set, condition), familyOf).values()].map((places) => ({
    ids: places.map((place) => set.ids[place]!),
    figures: figuresOf(chosen.map(([id, column]) => [id, places.map((place) => valueAt(column, place))])),
  }));
}

/** Other figures of the same groups, in their order. */
export function groupFigures(
  database: Database,
  groups: readonly Pick<RunGroup, 'ids'>[],
  columns: readonly string[],
): readonly RunGroup['figures'][] {
  const rows = runRows(
    database,
    groups.flatMap(({ ids }) => ids),
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return groups.map(({ ids }) => {
    const members = ids.flatMap((id) => byId.get(id) ?? []);
    return figuresOf(columns.map((column) => [column, members.map((row) => figureIn(row, column))]));
  });
}

function figureIn(row: RunRow, column: string): Value {
  if (column === 'id' || column === 'seed' || column === 'seconds') return row[column];
  return row.values[column] ?? null;
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

function figuresOf(columns: readonly (readonly [string, readonly Value[]])[]): RunGroup['figures'] {
  const figures = columns.flatMap(([column, values]) => {
    const numbers = values.filter((value) => typeof value === 'number');
    return numbers.length === 0 ? [] : [[column, figureOf(numbers)] as const];
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
