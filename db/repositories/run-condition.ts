import { fromJson } from '../json.ts';
import type { Value } from '../open.ts';
import { type RunSet, valueAt } from './run-set.ts';

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

type Test = (place: number) => boolean;

/**
 * Whether the run at a place of the set fulfils the condition. Texts are compared without regard to letter case, numbers with
 * numbers only; what has no value in a column is not what was asked for.
 */
export function conditionTest(condition: RunCondition, set: RunSet): Test {
  switch (condition.kind) {
    case 'and': {
      const parts = condition.parts.map((part) => conditionTest(part, set));
      return (place) => parts.every((part) => part(place));
    }
    case 'or': {
      const parts = condition.parts.map((part) => conditionTest(part, set));
      return (place) => parts.some((part) => part(place));
    }
    case 'not': {
      const part = conditionTest(condition.part, set);
      return (place) => !part(place);
    }
    case 'compare':
      return comparisonTest(condition, set);
    case 'one-of': {
      const column = set.column(condition.column);
      const wanted = new Set<Value>(condition.values.map(folded));
      return (place) => wanted.has(folded(valueAt(column, place)));
    }
    case 'contains': {
      const column = set.column(condition.column);
      const text = condition.text.toLowerCase();
      return (place) => textOf(valueAt(column, place)).includes(text);
    }
    case 'empty': {
      const column = set.column(condition.column);
      return (place) => [null, '', '[]'].includes(valueAt(column, place) as string | null);
    }
    case 'tag': {
      const column = set.column('tags');
      const tag = condition.tag.toLowerCase();
      return (place) => tagsOf(valueAt(column, place)).includes(tag);
    }
    case 'text': {
      const columns = SEARCHED.map((id) => set.column(id));
      const text = condition.text.toLowerCase();
      return (place) => columns.some((column) => textOf(valueAt(column, place)).includes(text));
    }
  }
}

/** Where a word alone is looked for. */
const SEARCHED = ['recipe', 'summary', 'notes', 'tags'] as const;

function comparisonTest(
  { column: id, comparison, value }: Extract<RunCondition, { readonly kind: 'compare' }>,
  set: RunSet,
): Test {
  const column = set.column(id);
  const wanted = folded(value);
  if (comparison === '=') return (place) => folded(valueAt(column, place)) === wanted;
  if (comparison === '!=') return (place) => folded(valueAt(column, place)) !== wanted;
  const fits = ORDERS[comparison];
  return (place) => {
    const found = folded(valueAt(column, place));
    return typeof found === typeof wanted && fits(found as string, wanted as string);
  };
}

const ORDERS: Readonly<Record<Exclude<Comparison, '=' | '!='>, (a: string, b: string) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function folded(value: Value): Value {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

function textOf(value: Value): string {
  return value === null ? '' : String(value).toLowerCase();
}

function tagsOf(value: Value): readonly string[] {
  return value === '[]' ? [] : fromJson<readonly string[]>(textOf(value));
}
