import { expect, test } from 'vitest';
import { WholeCooking } from '../../../main/backend/kitchen/whole-cooking.ts';

const passed = (stage: string, done: number, total: number, unit = 'images') => ({ stage, done, total, unit });

test('until the recipe has decided, what is left is the most that it can be', () => {
  const whole = new WholeCooking({ deciding: { least: 300, most: 1000 }, afterwards: 600 });
  expect(whole.withWhole(passed('Scoring 5 candidates', 0, 500)).whole).toEqual({ done: 0, total: 1600, atMost: true });
  expect(whole.withWhole(passed('Scoring 5 candidates', 500, 500)).whole).toMatchObject({ done: 500, total: 1600 });
  expect(whole.withWhole(passed('Scoring 4 candidates', 100, 400)).whole).toMatchObject({ done: 600, total: 1600 });
});

test('once it has decided, only the scores of what came out are left', () => {
  const whole = new WholeCooking({ deciding: { least: 300, most: 1000 }, afterwards: 600 });
  whole.withWhole(passed('Scoring a candidate', 300, 300));
  whole.decided();
  expect(whole.withWhole(passed('Evaluating on the test sets', 0, 600)).whole).toEqual({
    done: 300,
    total: 900,
    atMost: false,
  });
  expect(whole.withWhole(passed('Evaluating on the test sets', 600, 600)).whole).toMatchObject({
    done: 900,
    total: 900,
  });
});

test('more work than was expected is counted, and what is no pass over samples is not', () => {
  const whole = new WholeCooking({ deciding: { least: 0, most: 0 }, afterwards: 0 });
  expect(whole.withWhole(passed('Evaluating', 10, 200)).whole).toEqual({ done: 10, total: 200, atMost: false });
  expect(whole.withWhole(passed('Writing the report', 0, 1, 'report'))).not.toHaveProperty('whole');
});
