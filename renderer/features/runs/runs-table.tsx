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
import { useEffect, useMemo, useRef, useState } from 'react';
import type { RunColumn, RunRow } from '../../../preload/contract/runs.ts';
import { QueryState } from '../../components/query-state.tsx';
import { HeadCell } from './head-cell.tsx';
import { NoRuns } from './no-runs.tsx';
import { RunCell } from './run-cell.tsx';
import { isFigure } from './run-values.ts';
import classes from './runs.module.css';
import { type ColumnOrder, toggledSort } from './runs-search.ts';
import { useRunWindows } from './use-run-windows.ts';

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
  const viewport = useRef<HTMLElement>(null);
  const [sight, setSight] = useState<readonly [number, number]>([0, 0]);
  const { head, total, rowAt } = useRunWindows({ projectId, where, sort }, ...sight);
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => viewport.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => setSight([first, last]), [first, last]);
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
  return (
    <QueryState query={head} what="runs">
      {() =>
        total === 0 ? (
          <NoRuns filtered={where !== ''} />
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it by keyboard
          <section ref={viewport} className={classes.viewport} tabIndex={0} aria-label="List of runs">
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
                    <tr key={index} aria-rowindex={index + 2} aria-selected={row !== undefined && selected.has(row.id)}>
                      <td className={classes.choice}>
                        {row !== undefined && (
                          <Checkbox
                            size="xs"
                            aria-label={`Choose run ${row.id}`}
                            checked={selected.has(row.id)}
                            onChange={(event) =>
                              choose(index, event.currentTarget.checked, (event.nativeEvent as MouseEvent).shiftKey)
                            }
                          />
                        )}
                      </td>
                      {columns.map((column, place) => (
                        <td
                          key={column.id}
                          className={`${place === 0 ? classes.pinned : ''} ${isFigure(column.kind) && column.id !== 'id' ? classes.figure : ''}`}
                        >
                          {row === undefined ? (
                            <span className={classes.waiting} />
                          ) : (
                            <RunCell row={row} column={column} base={base} chosen={chosenAlone} />
                          )}
                        </td>
                      ))}
                    </tr>
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

/** Stands for the rows that are not on the page. */
function Spacer({ height, span }: { readonly height: number; readonly span: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden>
      <td colSpan={span} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}
