import { expect, test } from 'vitest';
import type { CompareOverview, CompareSubject } from '../../../preload/contract/compare.ts';
import type { Metric } from '../../../preload/contract/metrics.ts';
import { focusOf } from '../../../renderer/features/compare/compare-focus.ts';

const METRICS = [
  { id: 'accuracy', better: 'higher' },
  { id: 'loss', better: 'lower' },
] as unknown as readonly Metric[];

const SETS = (['selection', 'test', 'test', 'test'] as const).map((role, place) => ({
  id: place + 1,
  name: `set ${place + 1}`,
  role,
  kind: 'clean' as const,
  sampleCount: 100,
}));

/** Its scores are the same on all sets. */
function subject(ref: string, accuracy: number, loss: number): CompareSubject {
  const figure = (value: number) => ({ value, interval: null });
  const score = { figures: { accuracy: figure(accuracy), loss: figure(loss) } };
  return { ref, kind: ref.startsWith('run') ? 'soup' : 'ingredient', scores: SETS.map(() => score) } as never;
}

const OVERVIEW: CompareOverview = {
  sets: SETS,
  subjects: [subject('ingredient:1', 0.9, 0.3), subject('ingredient:2', 0.8, 0.2), subject('run:1', 0.95, 0.1)],
};

test('without a word in the address: the project’s metric, the clean test set, its best ingredient, and a soup against it', () => {
  const byLoss = focusOf(OVERVIEW, METRICS, 'loss', {});
  expect(byLoss).toMatchObject({ metric: { id: 'loss' }, set: { id: 2 }, baseline: { ref: 'ingredient:2' } });
  expect(focusOf(OVERVIEW, METRICS, undefined, {})).toMatchObject({
    metric: { id: 'accuracy' },
    baseline: { ref: 'ingredient:1' },
    duelist: { ref: 'run:1' },
  });
});

test('what the address names counts, and another metric does not move the baseline', () => {
  const found = focusOf(OVERVIEW, METRICS, 'accuracy', { metric: 'loss', on: 3, against: 'ingredient:2' });
  expect(found).toMatchObject({
    metric: { id: 'loss' },
    set: { id: 3 },
    baseline: { ref: 'ingredient:1' },
    duelist: { ref: 'ingredient:2' },
  });
  const based = focusOf(OVERVIEW, METRICS, 'accuracy', { base: 'run:1', against: 'run:1' });
  expect(based).toMatchObject({ baseline: { ref: 'run:1' }, duelist: { ref: 'ingredient:1' } });
});

test('bars are of the set at hand first, then of other test sets, as many as there is room for', () => {
  expect(focusOf(OVERVIEW, METRICS, undefined, { on: 3 })?.barSets).toEqual([3, 2, 4]);
  const many = Array.from({ length: 15 }, (_, place) => subject(`ingredient:${place}`, 0.5, 0.5));
  expect(focusOf({ sets: SETS, subjects: many }, METRICS, undefined, {})?.barSets).toEqual([2, 3]);
});

test('of what was never measured there is nothing to look at, and one alone has no rival', () => {
  expect(focusOf({ sets: [], subjects: OVERVIEW.subjects }, METRICS, undefined, {})).toBeUndefined();
  const alone = { sets: SETS, subjects: OVERVIEW.subjects.slice(0, 1) };
  expect(focusOf(alone, METRICS, undefined, {})?.duelist).toBeUndefined();
});
