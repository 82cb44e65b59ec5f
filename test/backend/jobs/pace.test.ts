import { expect, test } from 'vitest';
import { Pace } from '../../../main/backend/jobs/pace.ts';

const progress = (stage: string, done: number, total = 100) => ({ stage, done, total, unit: 'images' });

test('what is left is judged by what was done since the stage began', () => {
  const pace = new Pace();
  expect(pace.secondsLeft(progress('Scoring', 20), 0)).toBeNull();
  expect(pace.secondsLeft(progress('Scoring', 40), 4000)).toBeCloseTo(12);
  expect(pace.secondsLeft(progress('Scoring', 100), 16_000)).toBe(0);
});

test('nothing is said too early, nor in a new stage', () => {
  const pace = new Pace();
  pace.secondsLeft(progress('Reading', 0), 0);
  expect(pace.secondsLeft(progress('Reading', 50), 500)).toBeNull();
  expect(pace.secondsLeft(progress('Reading', 50), 2000)).toBeCloseTo(2);
  expect(pace.secondsLeft(progress('Scoring', 10), 3000)).toBeNull();
  expect(pace.secondsLeft(progress('Scoring', 10), 9000)).toBeNull();
});

test('where the whole job is known, what is left of it is judged across its stages', () => {
  const pace = new Pace();
  const whole = (stage: string, done: number) => ({
    ...progress(stage, 0),
    whole: { done, total: 100, atMost: false },
  });
  expect(pace.secondsLeft(whole('Scoring', 0), 0)).toBeNull();
  expect(pace.secondsLeft(whole('Evaluating', 50), 5000)).toBeCloseTo(5);
});
