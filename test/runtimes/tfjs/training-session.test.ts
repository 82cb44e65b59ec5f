import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { buildArchitecture } from '../../../main/architectures/build.ts';
import { initialWeights } from '../../../main/architectures/initialize.ts';
import type { Weights } from '../../../main/checkpoints/checkpoint.ts';
import { Random } from '../../../main/random.ts';
import type { Feeds } from '../../../main/runtimes/runtime.ts';
import { tensorflowBinding } from '../../../main/runtimes/tfjs/tensorflow/load.ts';
import { TfjsRuntime } from '../../../main/runtimes/tfjs/tfjs-runtime.ts';
import type { StepOptions, TrainingSession } from '../../../main/runtimes/tfjs/training-session.ts';
import { IS_TENSORFLOW_REQUIRED, PRESENT_DEVICES } from './support/tfjs-devices.ts';

const BATCH = 12;
const CLASSES = 5;
const ARCHITECTURE = buildArchitecture({
  family: 'cnn',
  inputShape: [1, 8, 8],
  channels: [4, 8],
  hidden: 6,
  classes: CLASSES,
});

const gradientDescent: StepOptions = {
  labelSmoothing: 0.1,
  update: (_name, parameter, gradient) => tf.sub(parameter, tf.mul(gradient, 0.1)),
};

it('has native TensorFlow where that is required', () => {
  if (IS_TENSORFLOW_REQUIRED) expect(tensorflowBinding()).toBeDefined();
});

for (const device of PRESENT_DEVICES) {
  describe(`a training session on ${device}`, () => {
    const open = async (weights: Weights = initialWeights(ARCHITECTURE, 1)): Promise<TrainingSession> => {
      const runtime = await TfjsRuntime.start(device);
      return runtime.openTraining(ARCHITECTURE.graph, weights);
    };

    it('lowers the loss of a batch that it sees again and again', async () => {
      const session = await open();
      const first = await session.step(feedsOf(1), LABELS, gradientDescent);
      let last = first;
      for (let step = 0; step < 30; step++) last = await session.step(feedsOf(1), LABELS, gradientDescent);
      await session.dispose();
      expect(last).toBeLessThan(0.7 * first);
    });

    it('names the trainable parameters, running statistics not among them', async () => {
      const session = await open();
      expect(session.parameterNames).toEqual(
        ARCHITECTURE.parameters.filter(({ trainable }) => trainable).map(({ name }) => name),
      );
      await session.dispose();
    });

    it('agrees with finite differences of the whole network’s loss along random directions', async () => {
      const initial = initialWeights(ARCHITECTURE, 2);
      const session = await open(initial);
      const options = { labelSmoothing: 0.1 };
      const { gradients } = await session.gradients(feedsOf(2), LABELS, options);
      await session.dispose();
      for (const [name, gradient] of gradients) {
        const direction = directionNear(gradient, name);
        const step = 2e-3 / norm(direction);
        const lossAt = async (scale: number): Promise<number> => {
          const moved = await open(shifted(initial, name, direction, scale));
          const { loss } = await moved.gradients(feedsOf(2), LABELS, options);
          await moved.dispose();
          return loss;
        };
        const slope = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
        const expected = gradient.reduce((sum, value, index) => sum + value * direction[index]!, 0);
        expect(Math.abs(slope - expected) / (norm(gradient) * norm(direction)), name).toBeLessThan(0.02);
      }
    });

    it('leaves no tensor behind, step after step', async () => {
      const session = await open();
      await session.step(feedsOf(3), LABELS, gradientDescent);
      await session.run(feedsOf(3));
      const { numTensors, numBytes } = tf.memory();
      for (let step = 0; step < 3; step++) {
        await session.step(feedsOf(3), LABELS, gradientDescent);
        await session.gradients(feedsOf(3), LABELS, gradientDescent);
        await session.weights();
        await session.run(feedsOf(3));
      }
      expect(tf.memory()).toMatchObject({ numTensors, numBytes });
      await session.dispose();
      const runtime = await TfjsRuntime.start(device);
      const before = tf.memory().numTensors;
      const inference = await runtime.open(ARCHITECTURE.graph, initialWeights(ARCHITECTURE, 1));
      await inference.run(feedsOf(3));
      await inference.run(feedsOf(3));
      await inference.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });

    it('evaluates with the weights it has reached, running statistics included', async () => {
      const session = await open();
      for (let step = 0; step < 3; step++) await session.step(feedsOf(4), LABELS, gradientDescent);
      const runtime = await TfjsRuntime.start(device);
      const inference = await runtime.open(ARCHITECTURE.graph, await session.weights());
      const expected = await inference.run(feedsOf(4));
      expect(await session.run(feedsOf(4))).toEqual(expected);
      await session.dispose();
      await inference.dispose();
    });

    it('changes nothing when only gradients are asked for', async () => {
      const session = await open();
      const before = await session.weights();
      await session.gradients(feedsOf(5), LABELS, gradientDescent);
      expect(await session.weights()).toEqual(before);
      await session.dispose();
    });

    it('does not keep hold of the memory it is given', async () => {
      const initial = initialWeights(ARCHITECTURE, 1);
      const session = await open(initial);
      const before = await session.weights();
      for (const { bytes } of initial.values()) bytes.fill(0);
      expect(await session.weights()).toEqual(before);
      await session.dispose();
    });

    it('refuses labels that the architecture has no class for', async () => {
      const session = await open();
      const labels = LABELS.with(3, CLASSES);
      await expect(session.step(feedsOf(1), labels, gradientDescent)).rejects.toMatchObject({
        code: 'runtime/shape-mismatch',
      });
      await session.dispose();
    });

    it('refuses inputs of another shape and weights with tensors missing', async () => {
      const session = await open();
      const feeds: Feeds = { input: { shape: [2, 1, 9, 9], data: new Float32Array(162) } };
      await expect(session.run(feeds)).rejects.toMatchObject({ code: 'runtime/shape-mismatch' });
      await session.dispose();
      const incomplete = new Map(initialWeights(ARCHITECTURE, 1));
      incomplete.delete('conv2.weight');
      await expect(open(incomplete)).rejects.toMatchObject({ code: 'runtime/missing-tensor' });
    });
  });
}

describe('training on wasm', () => {
  it('is not disturbed by sessions on other devices that work meanwhile', async () => {
    const sessions = await Promise.all(
      PRESENT_DEVICES.map(async (device) => {
        const runtime = await TfjsRuntime.start(device);
        return runtime.openTraining(ARCHITECTURE.graph, initialWeights(ARCHITECTURE, 3));
      }),
    );
    const trainAll = async (session: TrainingSession): Promise<Weights> => {
      for (let step = 0; step < 5; step++) await session.step(feedsOf(step), LABELS, gradientDescent);
      return session.weights();
    };
    const together = await Promise.all(sessions.map(trainAll));
    const wasm = await TfjsRuntime.start('wasm');
    const alone = await wasm.openTraining(ARCHITECTURE.graph, initialWeights(ARCHITECTURE, 3));
    expect(together[0]).toEqual(await trainAll(alone));
    for (const session of [...sessions, alone]) await session.dispose();
  });

  it('gives the same bits every time', async () => {
    const runtime = await TfjsRuntime.start('wasm');
    const train = async (): Promise<Weights> => {
      const session = await runtime.openTraining(ARCHITECTURE.graph, initialWeights(ARCHITECTURE, 3));
      for (let step = 0; step < 10; step++) await session.step(feedsOf(step), LABELS, gradientDescent);
      const weights = await session.weights();
      await session.dispose();
      return weights;
    };
    expect(await train()).toEqual(await train());
  });
});

const LABELS = Int32Array.from({ length: BATCH }, (_, row) => row % CLASSES);

function feedsOf(seed: number): Feeds {
  const random = new Random(seed, 'batch');
  const data = Float32Array.from({ length: BATCH * 64 }, () => random.normal());
  return { input: { shape: [BATCH, 1, 8, 8], data } };
}

/** The gradient's own direction with something random in it, so that the slope is neither lost in rounding nor all it could be. */
function directionNear(gradient: Float32Array, name: string): Float32Array {
  const random = new Random(1, name);
  const spread = norm(gradient) / Math.sqrt(gradient.length);
  return gradient.map((value) => value + spread * random.normal());
}

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

function shifted(weights: Weights, name: string, direction: Float32Array, scale: number): Weights {
  const old = weights.get(name)!;
  const values = new Float32Array(old.bytes.slice().buffer).map((value, index) => value + scale * direction[index]!);
  return new Map(weights).set(name, { ...old, bytes: new Uint8Array(values.buffer) });
}
