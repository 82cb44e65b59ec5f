import { describe, expect, test } from 'vitest';
import {
  stepsOf,
  withStepAdded,
  withStepMoved,
  withStepRemoved,
  withStepValue,
} from '../../../renderer/features/kitchen/chain-text.ts';

const PLACE = ['options', 'steps'];
const TEXT = `recipe: chain
options:
  steps:
    # channels first
    - recipe: align
    - recipe: ties # the merge itself
      options: { base: origin }
seed: 0
`;

describe('the steps of a chain in a recipe file', () => {
  test('are read whatever stands among them', () => {
    const steps = stepsOf([{ recipe: 'ties', options: { base: 'a' }, scope: { only: 'x' }, name: 'one' }, 7, null]);
    expect(steps.map(({ recipe }) => recipe)).toEqual(['ties', '', '']);
    expect(steps[0]).toEqual({ recipe: 'ties', options: { base: 'a' }, scope: { only: 'x' }, name: 'one' });
    expect(stepsOf('no list')).toEqual([]);
  });

  test('the first one goes below the options, however empty those were written', () => {
    const text = withStepAdded('recipe: chain\noptions: {}\nseed: 0\n', PLACE, { recipe: 'align' });
    expect(text).toBe('recipe: chain\noptions:\n  steps:\n    - recipe: align\nseed: 0\n');
    expect(withStepAdded('recipe: chain\n', PLACE, { recipe: 'align' })).toContain('    - recipe: align\n');
  });

  test('move and go together with what is written about them', () => {
    const moved = withStepMoved(TEXT, PLACE, 1, 0);
    expect(moved).toMatch(/steps:\s+- recipe: ties # the merge itself[\s\S]*# channels first\s+- recipe: align/);
    expect(withStepMoved(moved, PLACE, 0, 1)).toContain('- recipe: align\n    - recipe: ties # the merge itself');
    expect(withStepRemoved(TEXT, PLACE, 1)).not.toContain('ties');
  });

  test('have values of their own, and nothing empty is left of them', () => {
    const dense = withStepValue(TEXT, [...PLACE, 1], ['options', 'density'], 0.5);
    expect(dense).toContain('options: { base: origin, density: 0.5 }');
    const scoped = withStepValue(TEXT, [...PLACE, 0], ['options', 'to'], 'mean');
    expect(scoped).toContain('to: mean');
    expect(withStepValue(scoped, [...PLACE, 0], ['options', 'to'], undefined)).toBe(TEXT);
  });
});
