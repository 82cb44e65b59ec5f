import type { RunColumn, RunRow } from '../../../preload/contract/runs.ts';
import { formatMoment } from '../../lib/format.ts';
import { deltaOf, formatValue, runValue } from './run-values.ts';
import classes from './runs.module.css';

interface RunCellProps {
  readonly row: RunRow;
  readonly column: RunColumn;
  readonly base: RunRow | undefined;
  /** The one run that is chosen: any other is one click from being compared with it. */
  readonly chosen?: number | undefined;
}

/**
 * A run's value in a column, with its distance from the baseline where there is one. Plain elements: of these there are hundreds,
 * and a table that is scrolled through makes thousands a second, so they are no component either. Whoever shows them follows their links, see `useLinks`.
 */
export function runCell({ row, column, base, chosen }: RunCellProps) {
  const { id, kind } = column;
  if (id === 'id') return <RunLink row={row} isBase={base?.id === row.id} chosen={chosen} />;
  if (id === 'status') {
    return (
      <span className={classes.status} data-status={row.status}>
        {row.status}
      </span>
    );
  }
  if (kind === 'tags') {
    return row.tags.map((tag) => (
      <span key={tag} className={classes.tag}>
        {tag}
      </span>
    ));
  }
  const value = runValue(row, id);
  const text = formatValue(value, kind);
  if (kind === 'moment' && typeof value === 'string') return <Moment value={value} text={text} />;
  const delta = base === undefined || base.id === row.id ? undefined : deltaOf(value, runValue(base, id), column);
  if (delta === undefined) return kind === 'text' ? <span title={text}>{text}</span> : text;
  return (
    <>
      {text}{' '}
      <span className={classes.delta} data-better={delta.better}>
        {delta.text}
      </span>
    </>
  );
}

function Moment({ value, text }: { readonly value: string; readonly text: string }) {
  return (
    <time dateTime={value} title={formatMoment(value)}>
      {text}
    </time>
  );
}

interface RunLinkProps {
  readonly row: RunRow;
  readonly isBase: boolean;
  readonly chosen: number | undefined;
}

const SCALE = 'M7 20h10M6 6l6-1 6 1M12 3v17M9 12 6 6l-3 6a3 3 0 0 0 6 0M21 12l-3-6-3 6a3 3 0 0 0 6 0';
const PIN = 'M12 21v-6M8 3h8l-1 7 3 4v1H6v-1l3-4z';

function RunLink({ row: { id, projectId, status }, isBase, chosen }: RunLinkProps) {
  return (
    <>
      <a className={classes.run} href={`/projects/${projectId}/runs/${id}`}>
        {id}
      </a>
      {chosen !== undefined && chosen !== id && status === 'done' && (
        <a
          className={classes.compare}
          href={`/projects/${projectId}/compare?subjects=run%3A${chosen}%2Crun%3A${id}&base=run%3A${chosen}`}
        >
          <svg viewBox="0 0 24 24" role="img">
            <title>{`Compare run ${id} with run ${chosen}`}</title>
            <path d={SCALE} />
          </svg>
        </a>
      )}
      {isBase && (
        <svg className={classes.baseline} viewBox="0 0 24 24" role="img" aria-label="baseline">
          <path d={PIN} />
        </svg>
      )}
    </>
  );
}
