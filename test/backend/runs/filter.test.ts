import { describe, expect, test } from 'vitest';
import type { RunColumn } from '../../../db/repositories/run-columns.ts';
import { parseFilter } from '../../../main/backend/runs/filter/parse-filter.ts';
import { StockpotError } from '../../../main/errors.ts';

const column = (id: string, kind: RunColumn['kind']): RunColumn => ({ id, kind, title: id, group: 'Run', help: '' });
const COLUMNS = [
  column('recipe', 'text'),
  column('tags', 'tags'),
  column('seed', 'count'),
  column('seconds', 'seconds'),
  column('created', 'moment'),
  column('accuracy.clean', 'share'),
  column('lead.clean', 'points'),
  column('loss.clean', 'nats'),
  column('accuracy.shot-noise', 'share'),
  column('option.temperature', 'option'),
];
const NOW = Date.parse('2026-11-24T12:00:00Z');
const parse = (text: string) => parseFilter(text, COLUMNS, NOW);
const compare = (id: string, comparison: string, value: unknown) => ({
  kind: 'compare',
  column: id,
  comparison,
  value,
});

describe('a filter', () => {
  test.each([
    ['recipe = greedy', compare('recipe', '=', 'greedy')],
    ['clean > 0.98', compare('accuracy.clean', '>', 0.98)],
    ['clean >= 98%', compare('accuracy.clean', '>=', 0.98)],
    ['lead.clean > 0.5pp', compare('lead.clean', '>', 0.005)],
    ['shot-noise<1e-1', compare('accuracy.shot-noise', '<', 0.1)],
    ['temperature != 0.01', compare('option.temperature', '!=', 0.01)],
    ['seconds > 2min', compare('seconds', '>', 120)],
    ['created > 7d', compare('created', '>', '2026-11-17T12:00:00.000Z')],
    ['tag:paper', { kind: 'tag', tag: 'paper' }],
    ['tags != "not yet"', { kind: 'not', part: { kind: 'tag', tag: 'not yet' } }],
    ['recipe ~ "gree"', { kind: 'contains', column: 'recipe', text: 'gree' }],
    ['seed in (1, 2)', { kind: 'one-of', column: 'seed', values: [1, 2] }],
    ['temperature is not empty', { kind: 'not', part: { kind: 'empty', column: 'option.temperature' } }],
    ['greedy', { kind: 'text', text: 'greedy' }],
  ])('%s is understood', (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  test('is nothing where nothing is written', () => {
    expect(parse('   ')).toBeUndefined();
  });

  test('binds and closer than or, brackets closest; a comma is an and', () => {
    const [a, b, c] = [1, 2, 3].map((seed) => compare('seed', '=', seed));
    const both = (...parts: unknown[]) => ({ kind: 'and', parts });
    const either = (...parts: unknown[]) => ({ kind: 'or', parts });
    expect(parse('seed=1 or seed=2 and seed=3')).toEqual(either(a, both(b, c)));
    expect(parse('(seed=1 or seed=2), NOT seed=3')).toEqual(both(either(a, b), { kind: 'not', part: c }));
  });

  test.each([
    ['claen > 0.9', 'There is no column “claen”; did you mean “clean”?', '▸claen > 0.9'],
    ['clean > high', '“accuracy.clean” is compared with a number, not with “high”', 'clean > ▸high'],
    ['clean >', 'A value is missing at the end', 'clean >▸'],
    ['recipe = = x', 'A value is missing before “=”', 'recipe = ▸= x'],
    ['(seed = 1', 'A bracket is not closed', '(seed = 1▸'],
    ['seed = 1)', 'This bracket was never opened', 'seed = 1▸)'],
    ['seed = 1 seed = 2', '“and” or “or” is missing here', 'seed = 1 ▸seed = 2'],
    ['recipe = "gree', 'A quotation is not closed', 'recipe = ▸"gree'],
    ['seed = 1 and', 'Something is missing at the end', 'seed = 1 and▸'],
    ['tags > a', 'Tags are there or not: they have no order', 'tags > ▸a'],
    ['created > soon', /is compared with a date such as/, 'created > ▸soon'],
    [`${'('.repeat(500)}seed = 1`, 'This is nested too deeply', /▸/],
  ])('%s is refused, with the place', (text, what, where) => {
    const thrown = caught(() => parse(text));
    expect(thrown).toMatchObject({ code: 'runs/bad-filter', kind: 'input' });
    expect(thrown.what).toMatch(what);
    expect(thrown.where).toMatch(where);
  });
});

function caught(work: () => unknown): StockpotError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof StockpotError) return thrown;
  }
  throw new Error('Nothing was refused');
}
