import { type CSSProperties, memo } from 'react';
import type { RunColumn, RunRow } from '../../../preload/contract/runs.ts';
import { runCell } from './run-cell.tsx';
import { isFigure } from './run-values.ts';
import classes from './runs.module.css';

interface RunsRowProps {
  readonly index: number;
  /** Undefined while it is on its way. */
  readonly row: RunRow | undefined;
  readonly columns: readonly RunColumn[];
  /** The first and the last of the columns in sight; the first of all always is. */
  readonly from: number;
  readonly to: number;
  /** Of the columns, in pixels. */
  readonly widths: readonly number[];
  readonly base: RunRow | undefined;
  readonly selected: boolean;
  /** The one run that is chosen: any other is one click from being compared with it. */
  readonly chosenAlone: number | undefined;
  readonly onChoose: (index: number, chosen: boolean, through: boolean) => void;
}

/** A line of the table. While the table scrolls past, those that stay are not drawn again. */
export const RunsRow = memo(function RunsRow(props: RunsRowProps) {
  const { index, row, columns, from, to, widths, base, selected, chosenAlone, onChoose } = props;
  const [pinned] = columns;
  const start = Math.max(1, from);
  const cell = (column: RunColumn, place: number, className?: string) => (
    <td key={column.id} className={classOf(column, className)} style={partOf(widths[place]!)}>
      {row === undefined ? <span className={classes.waiting} /> : runCell({ row, column, base, chosen: chosenAlone })}
    </td>
  );
  return (
    <tr aria-rowindex={index + 2} aria-selected={row !== undefined && selected}>
      <td className={classes.choice}>
        {row !== undefined && (
          <input
            type="checkbox"
            aria-label={`Choose run ${row.id}`}
            checked={selected}
            onChange={(event) =>
              onChoose(index, event.currentTarget.checked, (event.nativeEvent as MouseEvent).shiftKey)
            }
          />
        )}
      </td>
      {pinned !== undefined && cell(pinned, 0, classes.pinned)}
      <Gap width={sumOf(widths, 1, start)} />
      {columns.slice(start, to + 1).map((column, place) => cell(column, start + place))}
      <Gap width={sumOf(widths, to + 1, columns.length)} />
    </tr>
  );
});

/** Columns share what is left of the width in proportion, in every row alike. */
export function partOf(width: number): CSSProperties {
  return { flex: `${width} 0 ${width}px` };
}

function sumOf(widths: readonly number[], from: number, to: number): number {
  let sum = 0;
  for (let place = from; place < to; place++) sum += widths[place]!;
  return sum;
}

/** Stands for columns that are not in sight. */
function Gap({ width }: { readonly width: number }) {
  return width === 0 ? null : <td className={classes.gap} style={partOf(width)} aria-hidden />;
}

function classOf({ kind, id }: RunColumn, own: string | undefined): string | undefined {
  const figure = isFigure(kind) && id !== 'id' ? classes.figure : undefined;
  return own === undefined ? figure : figure === undefined ? own : `${own} ${figure}`;
}
