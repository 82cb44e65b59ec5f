import { describe, expect, it } from 'vitest';
import { articlePresets, basePreset } from '../../main/engine/training/presets.ts';

describe('training presets', () => {
  it('are the five configurations of the article', () => {
    const chosen = articlePresets(1).map(({ config }) => [config.optimizer, config.learningRate, config.weightDecay]);
    expect(chosen).toEqual([
      ['sgd', 0.01, 1e-4],
      ['adam', 0.001, 1e-3],
      ['sgd', 0.005, 5e-4],
      ['adamw', 0.002, 1e-4],
      ['sgd', 0.01, 1e-5],
    ]);
    for (const { config } of articlePresets(1)) {
      expect(config).toMatchObject({ momentum: 0.9, schedule: 'cosine' });
    }
  });

  it('differ in name and seed from each other, and in seed from run to run', () => {
    const presets = articlePresets(1);
    const seeds = [basePreset(1).seed, ...presets.map(({ config }) => config.seed)];
    expect(new Set(seeds).size).toBe(seeds.length);
    expect(new Set(presets.map(({ name }) => name)).size).toBe(presets.length);
    expect(articlePresets(2).map(({ config }) => config.seed)).not.toEqual(presets.map(({ config }) => config.seed));
  });
});
