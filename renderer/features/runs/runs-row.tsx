import { Checkbox } from '@mantine/core';
import { memo } from 'react';
import type { RunColumn, RunRow } from '../../../preload/contract/runs.ts';
import { RunCell } from './run-cell.tsx';
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
  readonly base: RunRow | undefined;
  readonly selected: boolean;
  /** The one run that is chosen: any other is one click from being compared with it. */
  readonly chosenAlone: number | undefined;
  readonly onChoose: (index: number, chosen: boolean, through: boolean) => void;
}

/** A line of the table. While the table scrolls past, those that stay are not drawn again. */
export const RunsRow = memo(function RunsRow(props: RunsRowProps) {
  const { index, row, columns, from, to, base, selected, chosenAlone, onChoose } = props;
  const [pinned, ...others] = columns;
  const start = Math.max(1, from);
  const after = columns.length - 1 - to;
  const cell = (column: RunColumn, className = '') => (
    <td key={column.id} className={`${className} ${isFigure(column.kind) && column.id !== 'id' ? classes.figure : ''}`}>
      {row === undefined ? (
        <span className={classes.waiting} />
      ) : (
        <RunCell row={row} column={column} base={base} chosen={chosenAlone} />
      )}
    </td>
  );
  return (
    <tr aria-rowindex={index + 2} aria-selected={row !== undefined && selected}>
      <td className={classes.choice}>
        {row !== undefined && (
          <Checkbox
            size="xs"
            aria-label={`Choose run ${row.id}`}
            checked={selected}
            onChange={(event) =>
              onChoose(index, event.currentTarget.checked, (event.nativeEvent as MouseEvent).shiftKey)
            }
          />
        )}
      </td>
      {pinned !== undefined && cell(pinned, classes.pinned)}
      {start > 1 && <td colSpan={start - 1} aria-hidden />}
      {others.slice(start - 1, to).map((column) => cell(column))}
      {after > 0 && <td colSpan={after} aria-hidden />}
    </tr>
  );
});
