import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { RunColumn } from '../../../preload/contract/runs.ts';
import { isFigure } from './run-values.ts';
import classes from './runs.module.css';
import { partOf } from './runs-row.tsx';
import type { ColumnOrder } from './runs-search.ts';

interface HeadCellProps {
  readonly column: RunColumn;
  readonly width: number;
  readonly sort: readonly ColumnOrder[];
  readonly onSort: (further: boolean) => void;
  readonly onResizeStart: (event: unknown) => void;
  readonly onWidth: (width: number) => void;
  /** Where columns can be moved: puts another one, dragged here, in this one's place, or this one beside its neighbour. */
  readonly onMove?: (id: string, by: number | 'here') => void;
  readonly className?: string | undefined;
}

const STEP = 16;
const COLUMN_TYPE = 'application/x-stockpot-column';
const HOW_TO = 'Shift-click sorts further by it; Alt and the arrow keys, or dragging, move it.';

/**
 * A column's head: a click sorts by it, with Shift further by it; it is dragged to another place, or moved by Alt and the arrow
 * keys; its edge is dragged, or moved by the arrow keys.
 */
export function HeadCell(props: HeadCellProps) {
  const { column, width, sort, onSort, onResizeStart, onWidth, onMove, className = '' } = props;
  const place = sort.findIndex((order) => order.column === column.id);
  const order = sort[place];
  return (
    <th
      style={{ width, ...partOf(width) }}
      className={`${className} ${isFigure(column.kind) && column.id !== 'id' ? classes.figure : ''}`}
      onDragOver={(event) => {
        if (onMove !== undefined && event.dataTransfer.types.includes(COLUMN_TYPE)) event.preventDefault();
      }}
      onDrop={(event) => {
        event.preventDefault();
        onMove?.(event.dataTransfer.getData(COLUMN_TYPE), 'here');
      }}
      aria-sort={order === undefined ? 'none' : order.descending ? 'descending' : 'ascending'}
    >
      <button
        type="button"
        title={`${column.help}. ${HOW_TO}`}
        className={classes.sort}
        draggable={onMove !== undefined}
        onDragStart={(event) => event.dataTransfer.setData(COLUMN_TYPE, column.id)}
        onClick={(event) => onSort(event.shiftKey)}
        onKeyDown={(event) => {
          const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
          if (by === undefined || !event.altKey || onMove === undefined) return;
          // Elsewhere these keys leave the page.
          event.preventDefault();
          onMove(column.id, by);
        }}
      >
        <span>{column.title}</span>
        {order !== undefined &&
          (order.descending ? <IconArrowDown size={14} aria-hidden /> : <IconArrowUp size={14} aria-hidden />)}
        {order !== undefined && sort.length > 1 && <small aria-hidden>{place + 1}</small>}
      </button>
      {/* biome-ignore lint/a11y/useSemanticElements: a separator that is moved is not a line between paragraphs */}
      <div
        role="separator"
        aria-orientation="vertical"
        aria-label={`Width of ${column.title}`}
        aria-valuenow={Math.round(width)}
        aria-valuemin={60}
        aria-valuemax={800}
        tabIndex={0}
        className={classes.resize}
        onMouseDown={onResizeStart}
        onTouchStart={onResizeStart}
        onKeyDown={(event) => {
          const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          onWidth(Math.min(800, Math.max(60, width + step)));
        }}
      />
    </th>
  );
}
