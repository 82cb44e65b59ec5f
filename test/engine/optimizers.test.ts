import { readFileSync } from 'node:fs';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TrainingConfig } from '../../main/engine/protocol.ts';
import { createOptimizer } from '../../main/engine/training/optimizers.ts';
import { learningRateOf } from '../../main/engine/training/schedule.ts';

type Values = Readonly<Record<string, readonly number[]>>;
type Config = Pick<TrainingConfig, 'optimizer' | 'learningRate' | 'weightDecay' | 'momentum' | 'schedule'>;

const fixture = JSON.parse(readFileSync(new URL('../fixtures/engine/optimizers.json', import.meta.url), 'utf8')) as {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly shapes: Values;
  readonly start: Values;
  readonly gradients: readonly Values[];
  readonly trajectories: readonly {
    readonly config: Config;
    readonly learningRates: readonly number[];
    readonly steps: readonly Values[];
  }[];
};

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('optimizers against PyTorch', () => {
  for (const { config, learningRates, steps } of fixture.trajectories) {
    const name = `${config.optimizer}, rate ${config.learningRate}, decay ${config.weightDecay}, ${config.schedule}`;

    it(`follow its trajectory: ${name}`, () => {
      const before = tf.memory().numTensors;
      expect(largestDifference(config, steps)).toBeLessThan(2e-6);
      expect(tf.memory().numTensors).toBe(before);
    });

    it(`follow its learning rates: ${name}`, () => {
      const rates = learningRates.map((_, epoch) => learningRateOf({ ...config, epochs: fixture.epochs }, epoch));
      rates.forEach((rate, epoch) => {
        expect(Math.abs(rate - learningRates[epoch]!)).toBeLessThan(1e-12);
      });
    });
  }
});

/** Takes every step of a trajectory inside a tidy scope each, as a training session does. */
function largestDifference(config: Config, steps: readonly Values[]): number {
  const optimizer = createOptimizer(config);
  const parameters = new Map(Object.entries(fixture.start).map(([name, values]) => [name, tensorOf(name, values)]));
  let largest = 0;
  steps.forEach((expected, step) => {
    const epoch = Math.floor(step / fixture.stepsPerEpoch);
    optimizer.beginStep(learningRateOf({ ...config, epochs: fixture.epochs }, epoch));
    for (const [name, parameter] of parameters) {
      const next = tf.tidy(() => optimizer.update(name, parameter, tensorOf(name, fixture.gradients[step]![name]!)));
      parameter.dispose();
      parameters.set(name, next);
      next.dataSync().forEach((value, i) => {
        largest = Math.max(largest, Math.abs(value - expected[name]![i]!));
      });
    }
  });
  for (const parameter of parameters.values()) parameter.dispose();
  optimizer.dispose();
  return largest;
}

function tensorOf(name: string, values: readonly number[]): tf.Tensor {
  return tf.tensor([...values], [...fixture.shapes[name]!]);
}
