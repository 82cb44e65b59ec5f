import { Checkbox } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import {
  columnResizingFeature,
  columnSizingFeature,
  createColumnHelper,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { RunColumn, RunRow } from '../../../preload/contract/runs.ts';
import { QueryState } from '../../components/query-state.tsx';
import { HeadCell } from './head-cell.tsx';
import { NoRuns } from './no-runs.tsx';
import classes from './runs.module.css';
import { RunsRow } from './runs-row.tsx';
import { type ColumnOrder, toggledSort } from './runs-search.ts';
import { useColumnsInSight } from './use-columns-in-sight.ts';
import { useFirstWindow, useRunWindows } from './use-run-windows.ts';

const ROW_HEIGHT = 39;
const CHOICE_WIDTH = 44;
/** Widths are kept in the address, which a browser lets nobody change with every movement of a mouse. */
const WIDTH_PAUSE = 200;

/** Sorting happens in the database: there may be many thousands of runs. */
const features = tableFeatures({ rowSortingFeature, columnSizingFeature, columnResizingFeature });
const helper = createColumnHelper<typeof features, RunRow>();

interface RunsTableProps {
  readonly projectId: number;
  readonly where: string;
  readonly sort: readonly ColumnOrder[];
  readonly onSort: (sort: readonly ColumnOrder[]) => void;
  readonly columns: readonly RunColumn[];
  readonly widths: Readonly<Record<string, number>>;
  readonly onWidths: (widths: Readonly<Record<string, number>>) => void;
  readonly base: RunRow | undefined;
  readonly selected: ReadonlySet<number>;
  readonly onSelect: (ids: readonly number[], chosen: boolean) => void;
  readonly onMove: (id: string, by: number | 'here', to: string) => void;
}

/** Runs, however many: sorted and filtered by the database, only what is in sight is on the page. */
export function RunsTable(props: RunsTableProps) {
  const { projectId, where, sort, onSort, columns, base, selected, onSelect, onMove } = props;
  const [widths, setWidths] = useLiveWidths(props.widths, props.onWidths);
  const [viewport, setViewport] = useState<HTMLElement | null>(null);
  const head = useFirstWindow({ projectId, where, sort });
  const total = head.data?.total ?? 0;
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => viewport,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const rowAt = useRunWindows({ projectId, where, sort }, head.data, items[0]?.index ?? 0, items.at(-1)?.index ?? 0);
  const definitions = useMemo(
    () =>
      helper.columns(
        columns.map((column) =>
          helper.display({ id: column.id, header: column.title, size: widthOf(column, base !== undefined) }),
        ),
      ),
    [columns, base],
  );
  const table = useTable({
    features,
    columns: definitions,
    data: NO_ROWS,
    manualSorting: true,
    columnResizeMode: 'onChange',
    state: {
      sorting: sort.map(({ column, descending }) => ({ id: column, desc: descending })),
      columnSizing: { ...widths },
    },
    onColumnSizingChange: (change) => setWidths(typeof change === 'function' ? change({ ...widths }) : change),
  });
  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  const [from, to] = useColumnsInSight(viewport, useSameNumbers(headers.map((header) => header.getSize())));
  const [chosenAlone] = selected.size === 1 ? selected : [];
  const lastChosen = useRef<number | undefined>(undefined);
  const choose = (index: number, chosen: boolean, through: boolean): void => {
    const other = through ? (lastChosen.current ?? index) : index;
    const range = Array.from({ length: Math.abs(index - other) + 1 }, (_, i) => rowAt(Math.min(index, other) + i)?.id);
    onSelect(
      range.filter((id) => id !== undefined),
      chosen,
    );
    lastChosen.current = index;
  };
  const onChoose = useSteady(choose);
  return (
    <QueryState query={head} what="runs">
      {() =>
        total === 0 ? (
          <NoRuns filtered={where !== ''} />
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it by keyboard
          <section ref={setViewport} className={classes.viewport} tabIndex={0} aria-label="List of runs">
            <table
              className={classes.table}
              aria-label="Runs"
              aria-rowcount={total + 1}
              style={{ width: table.getTotalSize() + CHOICE_WIDTH, minWidth: '100%' }}
            >
              <thead>
                <tr>
                  <th className={classes.choice} style={{ width: CHOICE_WIDTH }}>
                    <Checkbox
                      size="xs"
                      aria-label="Choose the runs in sight"
                      checked={items.length > 0 && items.every(({ index }) => selected.has(rowAt(index)?.id ?? 0))}
                      indeterminate={selected.size > 0}
                      onChange={(event) =>
                        onSelect(
                          items.flatMap(({ index }) => rowAt(index)?.id ?? []),
                          event.currentTarget.checked,
                        )
                      }
                    />
                  </th>
                  {headers.map((header, place) => (
                    <HeadCell
                      key={header.id}
                      column={columns[place]!}
                      width={header.getSize()}
                      sort={sort}
                      onSort={(further) => onSort(toggledSort(sort, header.id, further))}
                      onResizeStart={header.getResizeHandler()}
                      onWidth={(width) => setWidths({ ...widths, [header.id]: width })}
                      onMove={(id, by) => onMove(id, by, header.id)}
                      className={place === 0 ? classes.pinned : undefined}
                    />
                  ))}
                </tr>
              </thead>
              <tbody>
                <Spacer height={items[0]?.start ?? 0} span={columns.length + 1} />
                {items.map(({ index }) => {
                  const row = rowAt(index);
                  return (
                    <RunsRow
                      key={index}
                      index={index}
                      row={row}
                      columns={columns}
                      from={from}
                      to={to}
                      base={base}
                      selected={row !== undefined && selected.has(row.id)}
                      chosenAlone={chosenAlone}
                      onChoose={onChoose}
                    />
                  );
                })}
                <Spacer height={virtual.getTotalSize() - (items.at(-1)?.end ?? 0)} span={columns.length + 1} />
              </tbody>
            </table>
          </section>
        )
      }
    </QueryState>
  );
}

/** Rows are drawn from the windows at hand; the table itself knows columns, their order and their widths. */
const NO_ROWS: RunRow[] = [];

/** Wide enough for what such columns hold, with the distance from a baseline where one is pinned. */
function widthOf({ id, kind }: RunColumn, hasBase: boolean): number {
  const delta = hasBase ? 54 : 0;
  switch (kind) {
    case 'text':
      return id === 'summary' || id === 'notes' ? 320 : id === 'recipe' ? 172 : id === 'status' ? 88 : 130;
    case 'tags':
      return 130;
    case 'moment':
      return 112;
    case 'share':
      return 94 + delta;
    case 'points':
      return 108 + delta;
    case 'nats':
      return 90 + delta;
    default:
      return id === 'id' ? 82 : id === 'seconds' || id === 'seed' ? 84 : 110;
  }
}

/** Widths as they are now, while a column's edge moves; whoever keeps them hears of it when it rests. */
function useLiveWidths(
  kept: RunsTableProps['widths'],
  onChange: RunsTableProps['onWidths'],
): readonly [RunsTableProps['widths'], (widths: RunsTableProps['widths']) => void] {
  const [live, setLive] = useState(kept);
  useEffect(() => setLive(kept), [kept]);
  const later = useDebouncedCallback(onChange, WIDTH_PAUSE);
  const change = (widths: RunsTableProps['widths']): void => {
    setLive(widths);
    later(widths);
  };
  return [live, change];
}

/** The same array as long as the numbers in it are. */
function useSameNumbers(widths: readonly number[]): readonly number[] {
  const text = widths.join(' ');
  return useMemo(() => text.split(' ').map(Number), [text]);
}

/** A function that stays the same and does what the latest one given would do. */
function useSteady<Parameters extends readonly unknown[]>(
  work: (...parameters: Parameters) => void,
): (...parameters: Parameters) => void {
  const latest = useRef(work);
  useEffect(() => {
    latest.current = work;
  });
  return useCallback((...parameters) => latest.current(...parameters), []);
}

/** Stands for the rows that are not on the page. */
function Spacer({ height, span }: { readonly height: number; readonly span: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden>
      <td colSpan={span} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}
