import { expect, test } from 'vitest';
import type { JobEvent } from '../../../preload/contract/jobs.ts';
import { afterEvents, NOTHING_YET } from '../../../renderer/features/kitchen/cooking-state.ts';

let ordinal = 0;
const happened = (event: JobEvent['event']): JobEvent => ({ ordinal: ordinal++, at: '2026-11-24T10:00:00Z', event });
const score = { correct: 1, total: 2, accuracy: 0.5, loss: 1 };
const scored = happened({ kind: 'trace', step: { kind: 'ingredient-scored', ingredient: 'a', score } });

test('events add up to what has come out', () => {
  const state = afterEvents(NOTHING_YET, [
    scored,
    happened({
      kind: 'soup',
      summary: 'Done',
      used: ['a'],
      ingredients: ['a'],
      groups: [{ name: 'all', weights: [1] }],
    }),
    happened({ kind: 'evaluated', row: 'soup', label: 'greedy soup', split: 'clean', score }),
    happened({ kind: 'log', text: 'Note' }),
  ]);
  expect(state.trace).toHaveLength(1);
  expect(state.soup).toMatchObject({ summary: 'Done', groups: [{ group: 'all', weights: [1] }] });
  expect(state).toMatchObject({ evaluated: 1, log: ['Note'] });
});

test('a new attempt starts its trace over and keeps the log', () => {
  const before = afterEvents(NOTHING_YET, [scored, happened({ kind: 'log', text: 'Interrupted' })]);
  const after = afterEvents(before, [happened({ kind: 'attempt', attempt: 2 }), scored]);
  expect(after.trace).toHaveLength(1);
  expect(after.log).toEqual(['Interrupted']);
});
