/** Spans of time that runs are looked for in, as a filter writes them. */
export const PERIODS = [
  { written: 'today', title: 'Today' },
  { written: '7d', title: 'Last 7 days' },
  { written: '30d', title: 'Last 30 days' },
] as const;

export type Period = (typeof PERIODS)[number]['written'];

const CONDITION = /^created >=? (today|7d|30d)$/i;

/** The period that a filter names beside everything else, where it does. */
export function periodOf(filter: string): Period | undefined {
  return partsOf(filter).period;
}

/** The same filter for another period, or for any time. */
export function withPeriod(filter: string, period: Period | undefined): string {
  const { rest } = partsOf(filter);
  if (period === undefined) return rest;
  const condition = `created > ${period}`;
  if (rest === '') return condition;
  // “and” binds closer: what is joined by “or” has to stay together.
  return `${/\bor\b/i.test(rest) && !isBracketed(rest) ? `(${rest})` : rest} and ${condition}`;
}

function partsOf(filter: string): { readonly rest: string; readonly period: Period | undefined } {
  const text = filter.trim();
  const joint = text.toLowerCase().lastIndexOf(' and ');
  const last = joint === -1 ? text : text.slice(joint + ' and '.length);
  const found = CONDITION.exec(last.trim());
  if (found === null) return { rest: text, period: undefined };
  return { rest: joint === -1 ? '' : text.slice(0, joint), period: found[1]!.toLowerCase() as Period };
}

function isBracketed(text: string): boolean {
  if (!text.startsWith('(')) return false;
  let depth = 0;
  for (const [place, letter] of [...text].entries()) {
    depth += letter === '(' ? 1 : letter === ')' ? -1 : 0;
    if (depth === 0) return place === text.length - 1;
  }
  return false;
}
