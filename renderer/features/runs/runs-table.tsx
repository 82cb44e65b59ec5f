import { Table, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconSoup } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { type SortingState, useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { EmptyState } from '../../components/empty-state.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { formatNumberOf } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';
import { runColumns, runFeatures } from './run-columns.tsx';
import classes from './runs.module.css';

const WINDOW = 200;
const ROW_HEIGHT = 41;

/** Runs, however many: sorted by the database, fetched window by window, only what is in sight is on the page. */
export function RunsTable({ projectId }: { readonly projectId: number }) {
  const [sorting, setSorting] = useState<SortingState>([{ id: 'id', desc: true }]);
  const query = useInfiniteQuery(
    service.runs.list.infiniteOptions({
      input: (offset: number) => ({
        projectId,
        offset,
        limit: WINDOW,
        sort: sorting.map(({ id, desc }) => ({ column: id, descending: desc })),
      }),
      initialPageParam: 0,
      getNextPageParam: (last, pages) => (pages.length * WINDOW < last.total ? pages.length * WINDOW : undefined),
      placeholderData: keepPreviousData,
    }),
  );
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.rows) ?? [], [query.data]);
  const total = query.data?.pages[0]?.total ?? 0;
  const table = useTable({
    features: runFeatures,
    columns: runColumns,
    data: rows,
    state: { sorting },
    onSortingChange: setSorting,
    manualSorting: true,
    getRowId: (row) => String(row.id),
  });
  const viewport = useRef<HTMLElement>(null);
  const models = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: models.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 16,
  });
  const items = virtual.getVirtualItems();
  const lastInSight = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastInSight > models.length - WINDOW / 2) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, lastInSight, models.length]);
  return (
    <QueryState query={query} what="runs">
      {() =>
        total === 0 ? (
          <EmptyState compact icon={<IconSoup />} title="Nothing has been cooked yet">
            A run is one cooking: its recipe, what it tried, the soup that came out and how good it is. “stockpot cook”
            makes one from a recipe file.
          </EmptyState>
        ) : (
          <>
            <Text size="sm" c="dimmed" mb={4}>
              {formatNumberOf(total, 'run')}
            </Text>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it by keyboard */}
            <section ref={viewport} className={classes.viewport} tabIndex={0} aria-label="List of runs">
              <Table aria-label="Runs" aria-rowcount={total}>
                <Table.Thead className={classes.head}>
                  {table.getHeaderGroups().map((group) => (
                    <Table.Tr key={group.id}>
                      {group.headers.map((header) => (
                        <Table.Th key={header.id} aria-sort={ariaSort(header.column.getIsSorted())}>
                          {header.column.getCanSort() ? (
                            <button
                              type="button"
                              className={classes.sort}
                              onClick={header.column.getToggleSortingHandler()}
                            >
                              <table.FlexRender header={header} />
                              <SortMark sorted={header.column.getIsSorted()} />
                            </button>
                          ) : (
                            <table.FlexRender header={header} />
                          )}
                        </Table.Th>
                      ))}
                    </Table.Tr>
                  ))}
                </Table.Thead>
                <Table.Tbody>
                  <Spacer height={items[0]?.start ?? 0} />
                  {items.map(({ index }) => {
                    const row = models[index]!;
                    return (
                      <Table.Tr key={row.id} aria-rowindex={index + 1} h={ROW_HEIGHT}>
                        {row.getAllCells().map((cell) => (
                          <Table.Td key={cell.id} className="numeric">
                            <table.FlexRender cell={cell} />
                          </Table.Td>
                        ))}
                      </Table.Tr>
                    );
                  })}
                  <Spacer height={virtual.getTotalSize() - (items.at(-1)?.end ?? 0)} />
                </Table.Tbody>
              </Table>
            </section>
          </>
        )
      }
    </QueryState>
  );
}

/** Stands for the rows that are not on the page. */
function Spacer({ height }: { readonly height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden>
      <td colSpan={runColumns.length} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}

function SortMark({ sorted }: { readonly sorted: false | 'asc' | 'desc' }) {
  if (sorted === false) return null;
  return sorted === 'asc' ? <IconArrowUp size={14} aria-hidden /> : <IconArrowDown size={14} aria-hidden />;
}

function ariaSort(sorted: false | 'asc' | 'desc'): 'ascending' | 'descending' | 'none' {
  if (sorted === false) return 'none';
  return sorted === 'asc' ? 'ascending' : 'descending';
}
