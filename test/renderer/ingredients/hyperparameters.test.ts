import { expect, test } from 'vitest';
import { flattened, keysOf, textOfValue, titleOf } from '../../../renderer/features/ingredients/hyperparameters.ts';

test('nested hyper-parameters become flat ones, and what says nothing is left out', () => {
  const flat = flattened({ optimizer: 'sgd', augmentation: { shift: 1, flip: false }, layers: [1, 2], note: null });
  expect([...flat]).toEqual([
    ['optimizer', 'sgd'],
    ['augmentation.shift', 1],
    ['augmentation.flip', false],
    ['layers', '1, 2'],
  ]);
});

test('names of hyper-parameters read like words', () => {
  expect(titleOf('learningRate')).toBe('Learning rate');
  expect(titleOf('augmentation.shift')).toBe('Augmentation: shift');
  expect(titleOf('weight_decay')).toBe('Weight decay');
  expect(titleOf('lr')).toBe('Lr');
});

test('small values are written by their power of ten', () => {
  expect(textOfValue(0.0001)).toBe('1e−4');
  expect(textOfValue(0.01)).toBe('0.01');
  expect(textOfValue(0)).toBe('0');
  expect(textOfValue(20_000)).toBe('20,000');
  expect(textOfValue(undefined)).toBe('');
});

test('what tells ingredients apart is told from what they share; those that say nothing at all do not count', () => {
  const subjects = [{ lr: 1, epochs: 2 }, { lr: 2, epochs: 2 }, {}, { lr: 1, epochs: 2, momentum: 0.9 }].map((given) =>
    flattened(given),
  );
  const { all, varying } = keysOf(subjects);
  expect(all).toEqual(['lr', 'epochs', 'momentum']);
  expect([...varying]).toEqual(['lr', 'momentum']);
});
