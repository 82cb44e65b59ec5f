import { expect, test } from 'vitest';
import { readText, withScope } from '../../../renderer/features/kitchen/recipe-text.ts';
import { patternsOf, suggestedPatterns, withPatterns } from '../../../renderer/features/kitchen/scope-text.ts';

test('a scope is written beside the options, read back, and taken out again', () => {
  const text = 'recipe: ties\noptions: {}\n# what goes in\ningredients: []\n';
  const scoped = withScope(text, { freeze: 'bn*' });
  expect(scoped).toBe('recipe: ties\noptions: {}\nscope:\n  freeze: bn*\n# what goes in\ningredients: []\n');
  expect(readText(scoped)).toMatchObject({ draft: { scope: { freeze: 'bn*' } } });
  expect(withScope(scoped, { only: ['a', 'b'] })).toContain('  only:\n    - a\n    - b\n');
  expect(withScope(scoped, undefined)).toBe(text);
});

test('one pattern is written as it is, several as a list, and without any nothing is left', () => {
  expect(withPatterns({}, 'only', ['a'])).toEqual({ only: 'a' });
  expect(withPatterns({ only: 'a', from: 'x' }, 'only', ['a', 'b'])).toEqual({ only: ['a', 'b'], from: 'x' });
  expect(withPatterns({ only: 'a', freeze: 'b' }, 'only', [])).toEqual({ freeze: 'b' });
  expect(withPatterns({ only: 'a' }, 'only', [])).toBeUndefined();
  expect([patternsOf('a'), patternsOf(['a', 3]), patternsOf(undefined)]).toEqual([['a'], ['a'], []]);
});

test('patterns are proposed that fit some tensors, and not all of them', () => {
  const names = ['net.conv.weight', 'net.conv.bias', 'net.fc.weight', 'net.fc.bias'];
  expect(suggestedPatterns(names)).toEqual(['net.conv.*', '*.weight', '*.bias', 'net.fc.*']);
});
