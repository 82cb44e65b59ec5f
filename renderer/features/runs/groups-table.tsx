import { Button, Center, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { RunColumn, RunGroup } from '../../../preload/contract/runs.ts';
import { QueryState } from '../../components/query-state.tsx';
import { formatCount, formatNumberOf } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';
import { HeadCell } from './head-cell.tsx';
import { NoRuns } from './no-runs.tsx';
import { formatFigure, isFigure } from './run-values.ts';
import classes from './runs.module.css';
import { type ColumnOrder, toggledSort } from './runs-search.ts';

const WINDOW = 50;

interface GroupsTableProps {
  readonly projectId: number;
  readonly where: string;
  readonly sort: readonly ColumnOrder[];
  readonly onSort: (sort: readonly ColumnOrder[]) => void;
  readonly columns: readonly RunColumn[];
  /** Shows the runs of a group. */
  readonly onOpen: (ids: readonly number[]) => void;
}

const NOTHING = (): void => {};

/** Runs that differ in nothing but their seed, in one line: the mean of each figure and the 95 % interval of that mean. */
export function GroupsTable({ projectId, where, sort, onSort, columns, onOpen }: GroupsTableProps) {
  const shown = columns.filter(({ kind, id }) => isFigure(kind) && id !== 'id' && id !== 'seed' && id !== 'used');
  const query = useInfiniteQuery(
    service.runs.groups.infiniteOptions({
      input: (offset: number) => ({
        projectId,
        where,
        sort: [...sort],
        columns: shown.map(({ id }) => id),
        offset,
        limit: WINDOW,
      }),
      initialPageParam: 0,
      getNextPageParam: (last, pages) => (pages.length * WINDOW < last.total ? pages.length * WINDOW : undefined),
      placeholderData: keepPreviousData,
    }),
  );
  const groups = query.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <QueryState query={query} what="groups of runs">
      {() =>
        groups.length === 0 ? (
          <NoRuns projectId={projectId} filtered={where !== ''} />
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it by keyboard
          <section className={classes.viewport} tabIndex={0} aria-label="Groups of runs">
            <table className={classes.table} aria-label="Runs grouped over seeds" style={{ minWidth: '100%' }}>
              <thead>
                <tr>
                  <th style={{ width: 190 }}>Recipe</th>
                  <th style={{ width: 240 }}>Options</th>
                  <th style={{ width: 90 }} className={classes.figure}>
                    Runs
                  </th>
                  {shown.map((column) => (
                    <HeadCell
                      key={column.id}
                      column={column}
                      width={190}
                      sort={sort}
                      onSort={(further) => onSort(toggledSort(sort, column.id, further))}
                      onResizeStart={NOTHING}
                      onWidth={NOTHING}
                    />
                  ))}
                </tr>
              </thead>
              <tbody>
                {groups.map((group) => (
                  <Line key={group.ids[0]} group={group} columns={shown} onOpen={onOpen} />
                ))}
              </tbody>
            </table>
            {query.hasNextPage && (
              <Center p="sm">
                <Button
                  variant="default"
                  size="xs"
                  loading={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  {`Show more of ${formatNumberOf(query.data?.pages[0]?.total ?? 0, 'group')}`}
                </Button>
              </Center>
            )}
          </section>
        )
      }
    </QueryState>
  );
}

interface LineProps {
  readonly group: RunGroup;
  readonly columns: readonly RunColumn[];
  readonly onOpen: (ids: readonly number[]) => void;
}

function Line({ group, columns, onOpen }: LineProps) {
  const options = Object.entries(group.options).map(([name, value]) => `${name} ${plain(value)}`);
  return (
    <tr>
      <td style={{ fontWeight: 600 }}>{group.recipe}</td>
      <td title={options.join(', ')}>{options.join(', ')}</td>
      <td className={classes.figure}>
        <Button
          variant="subtle"
          size="compact-xs"
          aria-label={`Show the ${formatNumberOf(group.ids.length, 'run')} of ${group.recipe} ${options.join(', ')}`}
          onClick={() => onOpen(group.ids)}
        >
          {formatCount(group.ids.length)}
        </Button>
      </td>
      {columns.map(({ id, kind }) => {
        const figure = group.figures[id];
        return (
          <td key={id} className={classes.figure}>
            {figure !== undefined && formatFigure(figure.mean, kind)}
            {figure?.interval && (
              <Text span size="xs" c="dimmed">
                {` ± ${formatFigure(figure.interval.high - figure.mean, kind === 'share' ? 'points' : kind).replace('+', '')}`}
              </Text>
            )}
          </td>
        );
      })}
    </tr>
  );
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
