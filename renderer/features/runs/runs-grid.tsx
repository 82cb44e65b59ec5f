import type { UseQueryResult } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import type { RunColumn, RunRow } from '../../../preload/contract/runs.ts';
import classes from './runs.module.css';
import { RunsRow } from './runs-row.tsx';
import { useColumnsInSight } from './use-columns-in-sight.ts';
import { useLinks } from './use-links.ts';
import { type RunQuery, type RunWindow, useRunWindows } from './use-run-windows.ts';

const ROW_HEIGHT = 39;
const CHOICE_WIDTH = 44;

interface RunsGridProps {
  readonly query: RunQuery;
  readonly first: UseQueryResult<RunWindow>;
  readonly columns: readonly RunColumn[];
  /** Of the columns, in pixels. */
  readonly widths: readonly number[];
  /** The columns' heads; what is made outside is not drawn again while the rows scroll past. */
  readonly heads: ReactNode;
  readonly base: RunRow | undefined;
  readonly selected: ReadonlySet<number>;
  readonly onSelect: (ids: readonly number[], chosen: boolean) => void;
}

/** The rows in sight, under the heads of their columns. */
export function RunsGrid({ query, first, columns, widths, heads, base, selected, onSelect }: RunsGridProps) {
  const [viewport, setViewport] = useState<HTMLElement | null>(null);
  const total = first.data?.total ?? 0;
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => viewport,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  });
  const items = virtual.getVirtualItems();
  const rowAt = useRunWindows(query, first, items[0]?.index ?? 0, items.at(-1)?.index ?? 0);
  const [from, to] = useColumnsInSight(viewport, widths);
  const follow = useLinks();
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
  const idsInSight = items.flatMap(({ index }) => rowAt(index)?.id ?? []);
  const areAllChosen = idsInSight.length > 0 && idsInSight.every((id) => selected.has(id));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it by keyboard
    <section ref={setViewport} className={classes.viewport} tabIndex={0} aria-label="List of runs">
      <table
        className={`${classes.table} ${classes.grid}`}
        aria-label="Runs"
        aria-rowcount={total + 1}
        style={{ width: widths.reduce((sum, width) => sum + width, CHOICE_WIDTH), minWidth: '100%' }}
      >
        <thead>
          <tr>
            <th className={classes.choice}>
              <input
                type="checkbox"
                aria-label="Choose the runs in sight"
                ref={(box) => {
                  if (box !== null) box.indeterminate = selected.size > 0 && !areAllChosen;
                }}
                checked={areAllChosen}
                onChange={(event) => onSelect(idsInSight, event.currentTarget.checked)}
              />
            </th>
            {heads}
          </tr>
        </thead>
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: what is followed are links, which a keyboard clicks as well */}
        <tbody onClick={follow}>
          <Spacer height={items[0]?.start ?? 0} />
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
                widths={widths}
                base={base}
                selected={row !== undefined && selected.has(row.id)}
                chosenAlone={chosenAlone}
                onChoose={onChoose}
              />
            );
          })}
          <Spacer height={virtual.getTotalSize() - (items.at(-1)?.end ?? 0)} />
        </tbody>
      </table>
    </section>
  );
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
function Spacer({ height }: { readonly height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden className={classes.spacer} style={{ height }}>
      <td />
    </tr>
  );
}
