import { describe, expect, test } from 'vitest';
import type { BlendStep } from '../../../preload/contract/runs.ts';
import { parameterCharts, parameterInWords } from '../../../renderer/features/run/parameter-charts.ts';

const group = (name: string, weight: readonly number[]): BlendStep['groups'][number] => ({
  name,
  method: 'ties',
  base: 'base',
  shared: [],
  each: [
    { name: 'weight', values: weight },
    { name: 'density', values: [1, 0.5, 0.5] },
  ],
});

const step: BlendStep = {
  name: '',
  inputs: ['base', 'a', 'b'],
  groups: [
    group('all', [1, 0, 1]),
    group('conv', [1, 1, 1]),
    { name: 'frozen', method: null, base: null, shared: [], each: [{ name: 'weight', values: [1, 0, 0] }] },
  ],
};

describe('parameters of a method', () => {
  test('that differ are a heatmap without the base, and those that do not are none', () => {
    const charts = parameterCharts(step);
    expect(charts.map(({ title }) => title)).toEqual(['Weight by ingredient, ties']);
    expect(charts[0]).toMatchObject({
      rows: ['a', 'b'],
      columns: ['all tensors', 'conv'],
      values: [
        [0, 1],
        [1, 1],
      ],
    });
  });

  test('are told in as few words as they need', () => {
    const words = (values: readonly number[], base: string | null = null): string =>
      parameterInWords(step.inputs, values, base, String);
    expect(words([1, 0.5, 0.5], 'base')).toBe('0.5 for all');
    expect(words([1, 0, 0])).toBe('base alone');
    expect(words([0.2, 0.8, 0])).toBe('base 0.2, a 0.8, b 0');
  });
});
