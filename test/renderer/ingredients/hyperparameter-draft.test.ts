import { expect, test } from 'vitest';
import { draftOf, faultIn, valuesOf } from '../../../renderer/features/ingredients/hyperparameter-draft.ts';

const BEFORE = { learningRate: 0.001, betas: [0.9, 0.999], augmentation: { shift: 1, flip: true }, note: '007' };

test('what is not touched stays exactly as it was', () => {
  expect(valuesOf(draftOf(BEFORE), BEFORE)).toEqual(BEFORE);
});

test('numbers, truth values, lists and words are told apart; parts of a group go back into it', () => {
  const rows = [
    { name: 'learningRate', text: '1e-4' },
    { name: 'augmentation.shift', text: '2' },
    { name: ' frozen ', text: ' false ' },
    { name: 'betas', text: '[0.8, 0.99]' },
    { name: 'data', text: '[half a list' },
    { name: '', text: '' },
  ];
  expect(valuesOf(rows, BEFORE)).toEqual({
    learningRate: 1e-4,
    augmentation: { shift: 2 },
    frozen: false,
    betas: [0.8, 0.99],
    data: '[half a list',
  });
});

test('a name that JavaScript has plans for is only a name', () => {
  const values = valuesOf([{ name: '__proto__.polluted', text: '1' }], {});
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect(Object.keys(values)).toEqual(['__proto__']);
});

test('what cannot be saved is named', () => {
  expect(faultIn([{ name: '', text: '3' }])).toBe('Every value needs a name');
  expect(
    faultIn([
      { name: 'a', text: '1' },
      { name: 'a ', text: '2' },
    ]),
  ).toContain('twice');
  expect(faultIn([{ name: 'a..b', text: '1' }])).toContain('empty part');
  expect(
    faultIn([
      { name: 'a', text: '1' },
      { name: 'a.b', text: '2' },
    ]),
  ).toContain('group');
  expect(
    faultIn([
      { name: 'a', text: '1' },
      { name: '', text: '' },
    ]),
  ).toBeUndefined();
});
