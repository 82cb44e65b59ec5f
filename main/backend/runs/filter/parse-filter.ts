import type { RunColumn } from '../../../../db/repositories/run-columns.ts';
import type { Comparison, RunCondition } from '../../../../db/repositories/run-condition.ts';
import { closest } from '../../../recipes/closest.ts';
import { type ReadValue, readValue } from './read-value.ts';
import { badFilter, EXAMPLE, type Token, tokensOf } from './tokens.ts';

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  '=': '=',
  '==': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/**
 * A filter as people write it:
 *
 *     recipe = greedy and clean > 98% and tag:paper
 *     (seed in (1, 2) or created > 7d) and not status = failed
 *     temperature is empty, summary ~ "best alone", greedy
 *
 * `and` binds closer than `or`; a comma is an `and`; a word alone is looked for in recipe, outcome, notes and tags. A column is
 * named by its id, or by the end of it where that is not ambiguous: `clean` for `accuracy.clean`.
 * @returns undefined for a filter that is empty
 * @throws StockpotError `runs/bad-filter`, with the place in `where`
 */
export function parseFilter(
  text: string,
  columns: readonly RunColumn[],
  now: number = Date.now(),
): RunCondition | undefined {
  if (text.trim() === '') return undefined;
  return new Parser(text, columns, now).whole();
}

class Parser {
  readonly #text: string;
  readonly #columns: readonly RunColumn[];
  readonly #now: number;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(text: string, columns: readonly RunColumn[], now: number) {
    this.#text = text;
    this.#columns = columns;
    this.#now = now;
    this.#tokens = tokensOf(text);
  }

  whole(): RunCondition {
    const condition = this.#either();
    const { kind, text } = this.#peek();
    if (kind === 'end') return condition;
    throw this.#wrong(text === ')' ? 'This bracket was never opened' : '“and” or “or” is missing here');
  }

  #either(): RunCondition {
    const parts = [this.#both()];
    while (this.#takeWord('or')) parts.push(this.#both());
    return parts.length === 1 ? parts[0]! : { kind: 'or', parts };
  }

  #both(): RunCondition {
    const parts = [this.#single()];
    while (this.#takeWord('and') || this.#takeSymbol(',')) parts.push(this.#single());
    return parts.length === 1 ? parts[0]! : { kind: 'and', parts };
  }

  #single(): RunCondition {
    // Deeper than anybody writes; far from where the stack ends.
    if (this.#depth > 100) throw this.#wrong('This is nested too deeply');
    this.#depth += 1;
    try {
      if (this.#takeWord('not')) return { kind: 'not', part: this.#single() };
      if (this.#takeSymbol('(')) {
        const inner = this.#either();
        if (!this.#takeSymbol(')')) throw this.#wrong('A bracket is not closed', 'Close it with ).');
        return inner;
      }
      return this.#condition();
    } finally {
      this.#depth -= 1;
    }
  }

  #condition(): RunCondition {
    const subject = this.#peek();
    if (subject.kind === 'end') throw this.#wrong('Something is missing at the end');
    if (subject.kind === 'symbol') throw this.#wrong(`A column is missing before “${subject.text}”`);
    this.#next += 1;
    const operator = this.#peek();
    if (this.#takeSymbol(':')) return this.#afterColon(subject);
    const comparison = operator.kind === 'symbol' ? COMPARISONS[operator.text] : undefined;
    if (comparison !== undefined) return this.#comparison(subject, comparison);
    if (this.#takeSymbol('~')) {
      return { kind: 'contains', column: this.#column(subject).id, text: this.#value().text };
    }
    if (this.#takeWord('in')) return this.#oneOf(subject);
    if (this.#takeWord('is')) return this.#emptiness(subject);
    return { kind: 'text', text: subject.text };
  }

  #afterColon(subject: Token): RunCondition {
    const value = this.#value();
    if (/^tags?$/i.test(subject.text)) return { kind: 'tag', tag: value.text };
    const column = this.#column(subject);
    return { kind: 'contains', column: column.id, text: value.text };
  }

  #comparison(subject: Token, comparison: Comparison): RunCondition {
    this.#next += 1;
    const column = this.#column(subject);
    const token = this.#value();
    if (column.kind === 'tags') {
      const tag: RunCondition = { kind: 'tag', tag: token.text };
      if (comparison === '=') return tag;
      if (comparison === '!=') return { kind: 'not', part: tag };
      throw badFilter(this.#text, token.at, 'Tags are there or not: they have no order', 'Write tag:paper.');
    }
    return { kind: 'compare', column: column.id, comparison, value: this.#read(token, column) };
  }

  #oneOf(subject: Token): RunCondition {
    const column = this.#column(subject);
    if (!this.#takeSymbol('(')) throw this.#wrong('“in” is followed by a list', 'Write seed in (1, 2, 3).');
    const values = [this.#read(this.#value(), column)];
    while (this.#takeSymbol(',')) values.push(this.#read(this.#value(), column));
    if (!this.#takeSymbol(')')) throw this.#wrong('The list is not closed', 'Write seed in (1, 2, 3).');
    if (column.kind === 'tags') return { kind: 'or', parts: values.map((tag) => ({ kind: 'tag', tag: String(tag) })) };
    return { kind: 'one-of', column: column.id, values };
  }

  #emptiness(subject: Token): RunCondition {
    const column = this.#column(subject);
    const negated = this.#takeWord('not');
    if (!this.#takeWord('empty')) throw this.#wrong('“is” is followed by “empty” or “not empty”');
    const empty: RunCondition = { kind: 'empty', column: column.id };
    return negated ? { kind: 'not', part: empty } : empty;
  }

  #read(token: Token, column: RunColumn): ReadValue {
    const value = readValue(token, column.kind, this.#now);
    if (value !== undefined) return value;
    const wanted = { moment: 'a date such as 2026-11-20, today, or 7d for seven days ago' }[column.kind as 'moment'];
    throw badFilter(
      this.#text,
      token.at,
      `“${column.title}” is compared with ${wanted ?? 'a number'}, not with “${token.text}”`,
    );
  }

  #column({ text, at }: Token): RunColumn {
    const name = text.toLowerCase();
    const same = this.#columns.find(({ id }) => id.toLowerCase() === name);
    if (same !== undefined) return same;
    const ending = this.#columns.filter(({ id }) => id.toLowerCase().endsWith(`.${name}`));
    const [first] = ending;
    // Of accuracy, lead, loss and an option of one name, the accuracy is meant; it comes first.
    if (first !== undefined && (ending.length === 1 || first.id.startsWith('accuracy.'))) return first;
    const titled = this.#columns.find(({ title }) => title.toLowerCase() === name);
    if (titled !== undefined) return titled;
    const known = this.#columns.flatMap(({ id }) => [id, id.slice(id.indexOf('.') + 1)]);
    const guess = closest(text, [...new Set(known)]);
    throw badFilter(
      this.#text,
      at,
      `There is no column “${text}”${guess === undefined ? '' : `; did you mean “${guess}”?`}`,
      ending.length > 1
        ? `It could be ${ending.map(({ id }) => id).join(' or ')}.`
        : 'Every column and its name is listed under Columns.',
    );
  }

  #value(): Token {
    const token = this.#peek();
    if (token.kind === 'end') throw this.#wrong('A value is missing at the end', EXAMPLE);
    if (token.kind === 'symbol') throw this.#wrong(`A value is missing before “${token.text}”`, EXAMPLE);
    this.#next += 1;
    return token;
  }

  #peek(): Token {
    return this.#tokens[this.#next]!;
  }

  #takeWord(word: string): boolean {
    const { kind, text } = this.#peek();
    const found = kind === 'word' && text.toLowerCase() === word;
    if (found) this.#next += 1;
    return found;
  }

  #takeSymbol(symbol: string): boolean {
    const { kind, text } = this.#peek();
    const found = kind === 'symbol' && text === symbol;
    if (found) this.#next += 1;
    return found;
  }

  #wrong(what: string, remedy?: string) {
    return badFilter(this.#text, this.#peek().at, what, remedy);
  }
}
