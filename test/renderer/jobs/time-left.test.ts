import { expect, test } from 'vitest';
import { percentDone, timeLeft } from '../../../renderer/features/jobs/time-left.ts';

const stage = { stage: 'Scoring 4 candidates', done: 30, total: 40, unit: 'images' };
const whole = { done: 30, total: 120, atMost: true };

test('the time that is left is that of the whole job, said to be a bound where it is one', () => {
  expect(timeLeft({ progress: { ...stage, whole }, secondsLeft: 90 })).toMatch(/^ · at most .* left$/);
  expect(timeLeft({ progress: { ...stage, whole: { ...whole, atMost: false } }, secondsLeft: 90 })).toMatch(
    /^ · about .* left$/,
  );
  expect(percentDone({ ...stage, whole })).toBe(25);
});

test('where only the present step is known, that is said', () => {
  expect(timeLeft({ progress: stage, secondsLeft: 90 })).toMatch(/left of this step$/);
  expect(percentDone(stage)).toBe(75);
});

test('nothing is said while nothing is known', () => {
  expect(timeLeft({ progress: stage, secondsLeft: null })).toBe('');
  expect(percentDone({ ...stage, total: 0 })).toBe(0);
});
