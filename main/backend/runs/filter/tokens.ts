import { StockpotError } from '../../../errors.ts';

export interface Token {
  readonly kind: 'word' | 'quoted' | 'symbol' | 'end';
  /** Without quotes. */
  readonly text: string;
  /** Where it begins, from 0. */
  readonly at: number;
}

const PATTERN = /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(<=|>=|!=|<>|==|[=<>~(),:])|([^\s"'=<>!~(),:]+))/y;

/** @throws StockpotError `runs/bad-filter` */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  PATTERN.lastIndex = 0;
  let end = 0;
  for (let found = PATTERN.exec(text); found !== null; found = PATTERN.exec(text)) {
    const [all, quoted, symbol, word] = found;
    const own = quoted ?? symbol ?? word!;
    const at = end + all.length - own.length;
    if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted.slice(1, -1).replace(/\\(.)/g, '$1'), at });
    else tokens.push({ kind: symbol === undefined ? 'word' : 'symbol', text: own, at });
    end = PATTERN.lastIndex;
  }
  const rest = text.slice(end).trimStart();
  if (rest !== '') {
    const at = text.length - rest.length;
    throw badFilter(
      text,
      at,
      /^["']/.test(rest) ? 'A quotation is not closed' : `“${rest[0]}” does not belong here`,
      `Close it with ${rest[0]}.`,
    );
  }
  return [...tokens, { kind: 'end', text: '', at: text.length }];
}

export const EXAMPLE = 'For example: recipe = greedy and clean > 98% and tag:paper';

/** An error that shows the place. */
export function badFilter(text: string, at: number, what: string, remedy: string = EXAMPLE): StockpotError {
  const before = text.slice(Math.max(0, at - 24), at);
  const after = text.slice(at, at + 24);
  return new StockpotError({
    code: 'runs/bad-filter',
    what,
    where: `${at > 24 ? '…' : ''}${before}▸${after}${text.length > at + 24 ? '…' : ''}`,
    remedy,
  });
}
