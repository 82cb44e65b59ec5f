import type { Value } from '../open.ts';
import { columnTest, columnValue } from './run-columns.ts';

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** What runs are to fulfil, with columns by their id. */
export type RunCondition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly RunCondition[] }
  | { readonly kind: 'not'; readonly part: RunCondition }
  | {
      readonly kind: 'compare';
      readonly column: string;
      readonly comparison: Comparison;
      readonly value: string | number;
    }
  | { readonly kind: 'one-of'; readonly column: string; readonly values: readonly (string | number)[] }
  | { readonly kind: 'contains'; readonly column: string; readonly text: string }
  | { readonly kind: 'empty'; readonly column: string }
  | { readonly kind: 'tag'; readonly tag: string }
  /** Somewhere in recipe, outcome, notes or tags. */
  | { readonly kind: 'text'; readonly text: string };

export interface Sql {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** The condition over a row of `runs`. Texts are compared without regard to letter case. */
export function conditionSql(condition: RunCondition): Sql {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const parts = condition.parts.map(conditionSql);
      const word = condition.kind === 'and' ? ' AND ' : ' OR ';
      return { sql: `(${parts.map((part) => part.sql).join(word)})`, values: parts.flatMap((part) => part.values) };
    }
    case 'not': {
      const { sql, values } = conditionSql(condition.part);
      // What has no value in a column is not what was asked for, so its opposite is.
      return { sql: `NOT coalesce(${sql}, 0)`, values };
    }
    case 'compare':
      return comparisonSql(condition);
    case 'one-of': {
      const column = columnValue(condition.column);
      return {
        sql: `${column.sql} COLLATE NOCASE IN (SELECT value FROM json_each(?))`,
        values: [...column.values, JSON.stringify(condition.values)],
      };
    }
    case 'contains': {
      const column = columnValue(condition.column);
      return {
        sql: `instr(lower(coalesce(${column.sql}, '')), lower(?)) > 0`,
        values: [...column.values, condition.text],
      };
    }
    case 'empty': {
      const column = columnValue(condition.column);
      return { sql: `coalesce(${column.sql}, '') IN ('', '[]')`, values: column.values };
    }
    case 'tag':
      return {
        sql: 'EXISTS (SELECT 1 FROM json_each(runs.tags) WHERE value = ? COLLATE NOCASE)',
        values: [condition.tag],
      };
    case 'text':
      return {
        sql: `instr(lower(runs.recipe || char(10) || coalesce(runs.summary, '') || char(10) || runs.notes || char(10) || runs.tags),
          lower(?)) > 0`,
        values: [condition.text],
      };
  }
}

function comparisonSql({ column, comparison, value }: Extract<RunCondition, { readonly kind: 'compare' }>): Sql {
  if (typeof value === 'number' && /[<>]/.test(comparison)) {
    // Numbers stand before every text in SQLite's order: a number is compared with numbers only.
    const test = columnTest(column, (found) => `typeof(${found}) <> 'text' AND ${found} ${comparison} ?`);
    return { sql: `(${test.sql})`, values: [value, ...test.values] };
  }
  const { sql, values } = columnValue(column);
  const text = typeof value === 'string' ? ' COLLATE NOCASE' : '';
  return { sql: `${sql} ${comparison === '!=' ? 'IS NOT' : comparison} ?${text}`, values: [...values, value] };
}
