import { StockpotError } from '../errors.ts';

/** A run as users name it: `3`. */
export function parseRunNumber(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new StockpotError({
    code: 'cli/bad-usage',
    what: `'${text}' is not the number of a run`,
    where: 'RUN',
    remedy: 'stockpot runs lists them.',
  });
}
