import { expect, test } from 'vitest';
import { RestartPolicy } from '../../main/desktop/restart-policy.ts';

test('a service that keeps ending is started again ever later, and given up after the fifth time', () => {
  const policy = new RestartPolicy();
  expect([0, 1, 2, 3, 4, 5].map((second) => policy.afterEnd(second * 1000))).toEqual([1, 2, 4, 8, 16, undefined]);
});

test('ends that lie far apart do not add up', () => {
  const policy = new RestartPolicy();
  expect([0, 10, 20, 30].map((minute) => policy.afterEnd(minute * 60_000))).toEqual([1, 1, 1, 1]);
});
