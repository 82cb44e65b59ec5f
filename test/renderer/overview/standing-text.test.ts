import { describe, expect, test } from 'vitest';
import type { Standing } from '../../../preload/contract/projects.ts';
import { nextSteps } from '../../../renderer/features/overview/next-steps.ts';
import {
  answerOf,
  chanceOf,
  evidenceOf,
  leadOf,
  robustnessOf,
} from '../../../renderer/features/overview/standing-text.ts';
import { metricNamed } from '../metric-named.ts';

const ACCURACY = metricNamed('accuracy');

const clean: Standing['sets'][number] = {
  name: 'clean',
  corruption: null,
  soup: { correct: 960, total: 1000, value: 0.96 },
  ingredient: { correct: 940, total: 1000, value: 0.94 },
  comparison: {
    total: 1000,
    onlyFirst: 30,
    onlySecond: 10,
    difference: 0.02,
    interval: { low: 0.008, high: 0.032 },
    pValue: 0.0022,
  },
  verdict: 'better',
};

const standing: Standing = {
  runId: 3,
  recipe: 'greedy',
  metric: 'accuracy',
  soup: 'Greedy soup',
  ingredient: 'adamw',
  chosenOn: 'selection',
  same: false,
  sets: [
    clean,
    { ...clean, name: 'blur', corruption: 'blur', verdict: 'worse', soup: { correct: 900, total: 1000, value: 0.9 } },
  ],
};

const stock = {
  ingredients: 5,
  missingFiles: 0,
  splits: { train: 0, selection: 1, test: 2 },
  runs: { done: 1, unfinished: 0, failed: 0 },
  exports: 0,
};

describe('the answer on the front page', () => {
  test('says yes, by how much and how sure', () => {
    expect(answerOf(standing)).toBe('yes');
    expect(leadOf(standing, ACCURACY)).toBe(
      'Yes: the greedy soup of run 3 beats the best ingredient, adamw, by 2.00 points of accuracy on clean.',
    );
    expect(evidenceOf(clean, ACCURACY)).toContain('95 % interval +0.80 to +3.20 pp');
    expect(evidenceOf(clean, ACCURACY)).toContain('about 1 of 455 comparisons (p = 0.0022, exact McNemar test)');
    expect(robustnessOf(standing, ACCURACY)).toContain(
      '4.00 points of accuracy behind on average: clearly better on 0, clearly worse on 1',
    );
  });

  test('claims nothing that chance alone can explain', () => {
    const undecided = { ...standing, sets: [{ ...clean, verdict: 'undecided' as const }] };
    expect(answerOf(undecided)).toBe('undecided');
    expect(leadOf(undecided, ACCURACY)).toMatch(/^Undecided: .* is ahead of .*; chance alone can explain that\.$/);
    expect(robustnessOf(undecided, ACCURACY)).toBeUndefined();
  });

  test('by a metric of which less is better, less is ahead', () => {
    const by = { ...clean, soup: { ...clean.soup, value: 0.1 }, ingredient: { ...clean.ingredient, value: 0.15 } };
    expect(leadOf({ ...standing, sets: [by] }, metricNamed('loss'))).toBe(
      'Yes: the greedy soup of run 3 beats the best ingredient, adamw, by 0.0500 nats of cross-entropy on clean.',
    );
    expect(evidenceOf(by, metricNamed('loss'))).toContain('less is better');
    expect(chanceOf(by.comparison!, metricNamed('loss'))).toContain('paired bootstrap');
  });

  test('a soup that is its best ingredient beats nobody', () => {
    expect(leadOf({ ...standing, same: true }, ACCURACY)).toMatch(/^Not yet: .*adamw/);
  });

  test('without predictions it says that it cannot tell', () => {
    const cleared = { ...clean, comparison: null, verdict: null };
    expect(answerOf({ ...standing, sets: [cleared] })).toBe('undecided');
    expect(evidenceOf(cleared, ACCURACY)).toContain('predictions that it rests on were cleared');
  });

  test.each([
    [1, 'what one would expect'],
    [0.3, 'about 30 of 100'],
    [0.00001, 'fewer than 1 of 1,000 comparisons (p < 0.0001'],
  ])('p = %d in words', (pValue, words) => {
    expect(chanceOf({ ...clean.comparison!, pValue }, ACCURACY)).toContain(words);
  });
});

describe('what to do next', () => {
  test('an empty project wants ingredients, then data', () => {
    const empty = {
      ...stock,
      ingredients: 0,
      splits: { train: 0, selection: 0, test: 0 },
      runs: { ...stock.runs, done: 0 },
    };
    expect(nextSteps(empty, null)).toEqual(['import-ingredients', 'add-selection', 'add-test']);
  });

  test('a stocked project wants its first soup', () => {
    expect(nextSteps({ ...stock, runs: { ...stock.runs, done: 0 } }, null)).toEqual(['cook-first']);
  });

  test('a soup that is better wants to be exported, one that is not to be cooked greedily', () => {
    expect(nextSteps(stock, standing)[0]).toBe('export');
    expect(nextSteps({ ...stock, exports: 1 }, standing)).toEqual(['cook-more']);
    const uniform = { ...standing, recipe: 'uniform', sets: [{ ...clean, verdict: 'undecided' as const }] };
    expect(nextSteps(stock, uniform)[0]).toBe('cook-greedy');
  });
});
