import type { Database } from '../../../db/open.ts';
import { type RunColumn, runColumns } from '../../../db/repositories/run-columns.ts';
import {
  type GroupSetting,
  groupFigures,
  groupRecipes,
  groupRuns,
  groupSettings,
  type RunGroup,
} from '../../../db/repositories/run-groups.ts';
import {
  listRuns,
  type RunFilter,
  type RunList,
  type RunRow,
  runChanges,
  runIds,
  runRows,
} from '../../../db/repositories/run-list.ts';
import { StockpotError } from '../../errors.ts';
import type { Interval } from '../../metrics/interval.ts';
import { meanInterval } from '../../metrics/student.ts';
import { closest } from '../../recipes/closest.ts';
import { csvOf } from './csv.ts';
import { parseFilter } from './filter/parse-filter.ts';

interface TableFilter {
  readonly projectId?: number | undefined;
  /** As people write it, see `parseFilter`. */
  readonly where: string;
}

interface TableQuery extends TableFilter {
  readonly sort: readonly { readonly column: string; readonly descending: boolean }[];
}

interface Window {
  readonly offset: number;
  readonly limit: number;
}

interface GroupRow extends Omit<GroupSetting, 'options'>, Pick<RunGroup, 'ids'> {
  readonly options: Readonly<Record<string, unknown>>;
  readonly figures: Readonly<
    Record<string, { readonly count: number; readonly mean: number; readonly interval: Interval | null }>
  >;
}

/** Runs as a table: what it can show, in what order, and what can be done to its lines. */
export interface RunTable {
  columns(projectId?: number): readonly RunColumn[];
  /** @throws StockpotError `runs/bad-filter`, `runs/unknown-column` */
  list(query: TableQuery & Window & { readonly columns?: readonly string[] | undefined }): RunList;
  ids(query: TableQuery): readonly number[];
  /** Sorted by the mean of one of `columns`, by `recipe` or, otherwise, the one with the newest run first. */
  groups(query: TableQuery & Window & { readonly columns: readonly string[] }): {
    readonly total: number;
    readonly rows: readonly GroupRow[];
  };
  csv(query: TableQuery & { readonly columns: readonly string[] }): string;
  tag(ids: readonly number[], add: readonly string[], remove: readonly string[]): readonly RunRow[];
  /** @throws StockpotError `runs/unknown` */
  note(id: number, notes: string): RunRow;
  remove(ids: readonly number[]): readonly number[];
  restore(ids: readonly number[]): void;
  /** Removes for good what was deleted more than thirty days before `now`. */
  purge(now: Date): void;
}

const KEPT_MILLISECONDS = 30 * 24 * 60 * 60 * 1000;

export function runTable(database: Database): RunTable {
  const changes = runChanges(database);
  const filterOf = ({ projectId, where }: TableFilter): RunFilter => ({
    projectId,
    condition: where === '' ? undefined : parseFilter(where, runColumns(database, projectId)),
  });
  const checked = <Query extends TableQuery>(query: Query): Query => {
    const { sort, projectId } = query;
    const columns = sort.every(({ column }) => column === 'id') ? [] : runColumns(database, projectId);
    for (const { column } of sort) if (column !== 'id') refuseUnknown(column, columns);
    return query;
  };
  return {
    columns: (projectId) => runColumns(database, projectId),
    list: (query) => listRuns(database, { ...checked(query), ...filterOf(query) }),
    ids: (query) => runIds(database, { ...filterOf(query), sort: checked(query).sort }),
    groups: (query) => {
      const { offset, limit, sort, columns } = query;
      const deciding = sort.filter(({ column }) => columns.includes(column) || column === 'recipe');
      const keys = deciding.map(({ column }) => column);
      // Of all groups only what they are sorted by is worked out, the rest for those that are shown.
      const groups = groupRuns(
        database,
        filterOf(query),
        keys.filter((column) => column !== 'recipe'),
      );
      const recipes = keys.includes('recipe') ? groupRecipes(database, groups) : [];
      const shown = groups
        .map((group, place) => ({ group, recipe: recipes[place] ?? '' }))
        .sort(byColumns(deciding))
        .slice(offset, offset + limit)
        .map(({ group }) => group);
      const settings = groupSettings(database, shown);
      const figures = groupFigures(database, shown, columns);
      return {
        total: groups.length,
        rows: shown.map(({ ids }, place) => groupRow(ids, settings[place]!, figures[place]!)),
      };
    },
    csv: (query) => {
      const known = new Map(runColumns(database, query.projectId).map((column) => [column.id, column]));
      const columns = query.columns.flatMap((id) => known.get(id) ?? []);
      return csvOf(columns, runRows(database, runIds(database, { ...filterOf(query), sort: checked(query).sort })));
    },
    tag(ids, add, remove) {
      changes.tag(ids, add, remove);
      return runRows(database, ids);
    },
    note(id, notes) {
      changes.note(id, notes);
      const [row] = runRows(database, [id]);
      if (row !== undefined) return row;
      throw new StockpotError({ code: 'runs/unknown', what: 'There is no such run', where: `run ${id}` });
    },
    remove: (ids) => changes.setAside(ids),
    restore: (ids) => changes.bringBack(ids),
    purge: (now) => changes.purge(new Date(now.getTime() - KEPT_MILLISECONDS).toISOString()),
  };
}

function refuseUnknown(id: string, columns: readonly RunColumn[]): void {
  if (columns.some((column) => column.id === id)) return;
  const ids = columns.map((column) => column.id);
  const guess = closest(id, ids);
  throw new StockpotError({
    code: 'runs/unknown-column',
    what: `No run has a column “${id}”${guess === undefined ? '' : `; did you mean “${guess}”?`}`,
    remedy: 'Sort by another column.',
  });
}

interface SortedGroup {
  readonly group: RunGroup;
  readonly recipe: string;
}

/** What has no figure comes last; equals stay in the order they were in. */
function byColumns(sort: TableQuery['sort']): (a: SortedGroup, b: SortedGroup) => number {
  return (a, b) => {
    for (const { column, descending } of sort) {
      const sign = descending ? -1 : 1;
      if (column === 'recipe') {
        const order = a.recipe.localeCompare(b.recipe);
        if (order !== 0) return sign * order;
        continue;
      }
      const [left, right] = [a.group.figures[column]?.mean, b.group.figures[column]?.mean];
      if (left === right) continue;
      if (left === undefined || right === undefined) return left === undefined ? 1 : -1;
      return sign * (left - right);
    }
    return 0;
  };
}

function groupRow(
  ids: readonly number[],
  { options, ...setting }: GroupSetting,
  figures: RunGroup['figures'],
): GroupRow {
  return {
    ids,
    ...setting,
    options: options as Readonly<Record<string, unknown>>,
    figures: Object.fromEntries(
      Object.entries(figures).map(([name, { count, mean, squares }]) => [
        name,
        { count, mean, interval: meanInterval(count, mean, squares) ?? null },
      ]),
    ),
  };
}
