import { Tooltip } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { RunColumn } from '../../../preload/contract/runs.ts';
import { isFigure } from './run-values.ts';
import classes from './runs.module.css';
import type { ColumnOrder } from './runs-search.ts';

interface HeadCellProps {
  readonly column: RunColumn;
  readonly width: number;
  readonly sort: readonly ColumnOrder[];
  readonly onSort: (further: boolean) => void;
  readonly onResizeStart: (event: unknown) => void;
  readonly onWidth: (width: number) => void;
}

const STEP = 16;

/** A column's head: a click sorts by it, with Shift further by it; its edge is dragged, or moved by the arrow keys. */
export function HeadCell({ column, width, sort, onSort, onResizeStart, onWidth }: HeadCellProps) {
  const place = sort.findIndex((order) => order.column === column.id);
  const order = sort[place];
  return (
    <th
      style={{ width }}
      className={isFigure(column.kind) && column.id !== 'id' ? classes.figure : undefined}
      aria-sort={order === undefined ? 'none' : order.descending ? 'descending' : 'ascending'}
    >
      <Tooltip label={`${column.help}. Shift-click sorts further by it.`} multiline maw={280}>
        <button type="button" className={classes.sort} onClick={(event) => onSort(event.shiftKey)}>
          <span>{column.title}</span>
          {order !== undefined &&
            (order.descending ? <IconArrowDown size={14} aria-hidden /> : <IconArrowUp size={14} aria-hidden />)}
          {order !== undefined && sort.length > 1 && <small aria-hidden>{place + 1}</small>}
        </button>
      </Tooltip>
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
