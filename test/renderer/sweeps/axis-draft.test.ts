import { expect, test } from 'vitest';
import { draftOf, valueCount, wantedAxis } from '../../../renderer/features/sweeps/axis-draft.ts';

const draft = draftOf({
  place: ['alpha'],
  name: 'alpha',
  description: '',
  integer: false,
  minimum: 0,
  maximum: 1,
  value: 0.5,
  proposed: { from: 0, to: 1, steps: 11 },
});

test('an option begins with what is proposed for it, and is wanted as soon as nothing is missing', () => {
  const range = { from: 0, to: 1, steps: 11, scale: 'linear' };
  expect(wantedAxis(draft)).toEqual({ name: 'alpha', range });
  expect(wantedAxis({ ...draft, to: undefined })).toBeUndefined();
  expect(wantedAxis({ ...draft, spread: 'log' })).toMatchObject({ range: { scale: 'log' } });
});

test('a list is wanted when it has two numbers or more', () => {
  const listed = { ...draft, spread: 'list' } as const;
  expect(wantedAxis({ ...listed, list: '0.1, 0.5' })).toEqual({ name: 'alpha', range: { values: [0.1, 0.5] } });
  expect(wantedAxis({ ...listed, list: '0.1' })).toBeUndefined();
  expect(wantedAxis({ ...listed, list: '0.1, lots' })).toBeUndefined();
  expect(valueCount([wantedAxis(draft)!, wantedAxis({ ...listed, list: '1 2' })!])).toBe(22);
});
