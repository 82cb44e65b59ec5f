import { expect, test } from 'vitest';
import { flattened } from '../../../main/backend/runs/facts.ts';

test('settings are told one by one, lists in words', () => {
  const facts = flattened({
    rate: 0.1,
    crop: { shift: [1, 2] },
    weight: [{ filter: 'attn', value: [0.2, 1] }, { value: 3 }],
  });
  expect(facts).toEqual([
    { name: 'rate', value: '0.1' },
    { name: 'crop.shift', value: '1, 2' },
    { name: 'weight', value: 'attn 0.2, 1; others 3' },
  ]);
});

test('each step of a chain is told with its own options and scope', () => {
  const steps = [
    { recipe: 'align' },
    { recipe: 'ties', options: { base: 'a' }, scope: { freeze: 'bn*' }, name: 'one' },
  ];
  expect(flattened({ steps })).toEqual([
    { name: 'step 1', value: 'align' },
    { name: 'step 2', value: 'ties' },
    { name: 'step 2.base', value: 'a' },
    { name: 'step 2.scope.freeze', value: 'bn*' },
    { name: 'step 2.name', value: 'one' },
  ]);
});
