import { useDebouncedCallback } from '@mantine/hooks';
import {
  columnResizingFeature,
  columnSizingFeature,
  createColumnHelper,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useEffect, useMemo, useState } from 'react';
import type { RunColumn, RunRow } from '../../../preload/contract/runs.ts';
import { QueryState } from '../../components/query-state.tsx';
import { HeadCell } from './head-cell.tsx';
import { NoRuns } from './no-runs.tsx';
import classes from './runs.module.css';
import { RunsGrid } from './runs-grid.tsx';
import { type ColumnOrder, toggledSort } from './runs-search.ts';
import { useFirstWindow } from './use-run-windows.ts';

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
  const ids = useMemo(() => columns.map(({ id }) => id), [columns]);
  const query = useMemo(() => ({ projectId, where, sort, columns: ids }), [projectId, where, sort, ids]);
  const head = useFirstWindow(query);
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
  const sizes = useSameNumbers(headers.map((header) => header.getSize()));
  return (
    <QueryState query={head} what="runs">
      {({ total }) =>
        total === 0 ? (
          <NoRuns projectId={projectId} filtered={where !== ''} />
        ) : (
          <RunsGrid
            query={query}
            first={head}
            columns={columns}
            widths={sizes}
            heads={headers.map((header, place) => (
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
            base={base}
            selected={selected}
            onSelect={onSelect}
          />
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
      return 124;
    case 'share':
      return 94 + delta;
    case 'points':
      return 108 + delta;
    case 'nats':
      return 90 + delta;
    default:
      return id === 'id' ? 82 : id === 'seconds' ? 96 : id === 'seed' ? 84 : 110;
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
