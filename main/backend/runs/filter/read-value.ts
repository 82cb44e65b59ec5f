import type { RunColumnKind } from '../../../../db/repositories/run-columns.ts';
import { assertNever } from '../../../errors.ts';
import type { Token } from './tokens.ts';

export type ReadValue = string | number;

const HOUR = 60 * 60 * 1000;
const LENGTHS = { h: HOUR, d: 24 * HOUR, w: 7 * 24 * HOUR } as const;

/** What a word means in a column of this kind; undefined where it means nothing there. */
export function readValue(
  { text, kind: spelling }: Pick<Token, 'text' | 'kind'>,
  kind: RunColumnKind,
  now: number,
): ReadValue | undefined {
  switch (kind) {
    case 'text':
    case 'tags':
      return text;
    case 'option':
      return spelling === 'quoted' ? text : (numberOf(text) ?? text);
    case 'count':
    case 'nats':
    case 'number':
    case 'share':
      return numberOf(text);
    // In the table these are percentage points, so here as well: 0.5pp, 0.5% and 0.005 are one.
    case 'points':
      return numberOf(text.replace(/pp$/i, '%'));
    case 'seconds':
      return secondsOf(text);
    case 'moment':
      return momentOf(text, now);
    default:
      return assertNever(kind);
  }
}

/** `0.98`, `98%`, `1e-3`. */
function numberOf(text: string): number | undefined {
  const found = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(%?)$/i.exec(text);
  if (found === null) return undefined;
  return Number(found[1]) / (found[2] === '%' ? 100 : 1);
}

/** `90`, `90s`, `5min`, `2h`. */
function secondsOf(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)(s|min|m|h)?$/i.exec(text);
  if (found === null) return undefined;
  const unit = (found[2] ?? 's').toLowerCase();
  return Number(found[1]) * (unit === 'h' ? 3600 : unit === 's' ? 1 : 60);
}

/** `2026-11-20`, `2026-11-20T08:30`, `today`, `yesterday`; `7d`: seven days ago; `2w`, `12h`. */
function momentOf(text: string, now: number): string | undefined {
  const ago = /^(\d+)(h|d|w)$/i.exec(text);
  if (ago !== null) {
    const moment = now - Number(ago[1]) * LENGTHS[ago[2]!.toLowerCase() as keyof typeof LENGTHS];
    return Math.abs(moment) > 8e15 ? undefined : new Date(moment).toISOString();
  }
  if (/^(today|yesterday)$/i.test(text)) {
    const day = new Date(now);
    day.setHours(0, 0, 0, 0);
    if (text.toLowerCase() === 'yesterday') day.setDate(day.getDate() - 1);
    return day.toISOString();
  }
  if (!/^\d{4}-\d{2}(-\d{2})?/.test(text)) return undefined;
  // A date alone begins at midnight here, not in Greenwich.
  const moment = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}
