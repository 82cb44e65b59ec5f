import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { buildArchitecture } from '../../../main/architectures/build.ts';
import { initialWeights } from '../../../main/architectures/initialize.ts';
import type { Weights } from '../../../main/checkpoints/checkpoint.ts';
import { Random } from '../../../main/random.ts';
import type { Feeds } from '../../../main/runtimes/runtime.ts';
import type { DerivativeSession, Loss } from '../../../main/runtimes/tfjs/derivative-session.ts';
import { TfjsRuntime } from '../../../main/runtimes/tfjs/tfjs-runtime.ts';
import { PRESENT_DEVICES } from './support/tfjs-devices.ts';

const BATCH = 12;
const CLASSES = 5;
const ARCHITECTURE = buildArchitecture({
  family: 'cnn',
  inputShape: [1, 8, 8],
  channels: [4, 6],
  hidden: 6,
  classes: CLASSES,
});
const LABELS = Int32Array.from({ length: BATCH }, (_, row) => row % CLASSES);
const LOSSES: readonly Loss[] = [{ kind: 'cross-entropy', labels: LABELS }, { kind: 'entropy' }];
const SCALE = 1.3;

/** With running statistics as training leaves them: neither zero nor one. */
function weightsOf(seed: number): Map<string, Float32Array> {
  const random = new Random(seed, 'statistics');
  return new Map(
    [...initialWeights(ARCHITECTURE, seed)].flatMap(([name, { dtype, bytes }]) => {
      if (dtype !== 'F32') return [];
      const values = new Float32Array(bytes.slice().buffer);
      if (name.endsWith('running_mean')) return [[name, values.map(() => random.between(-0.5, 0.5))] as const];
      if (name.endsWith('running_var')) return [[name, values.map(() => random.between(0.3, 2))] as const];
      return [[name, values.map((value) => value + 0.1 * random.normal())] as const];
    }),
  );
}

function checkpointOf(values: ReadonlyMap<string, Float32Array>): Weights {
  return new Map(
    [...initialWeights(ARCHITECTURE, 1)].map(([name, tensor]) => {
      const own = values.get(name);
      return [name, own === undefined ? tensor : { ...tensor, bytes: new Uint8Array(own.slice().buffer) }];
    }),
  );
}

function feedsOf(seed: number): Feeds {
  const random = new Random(seed, 'batch');
  const data = Float32Array.from({ length: BATCH * 64 }, () => random.normal());
  return { input: { shape: [BATCH, 1, 8, 8], data } };
}

async function gradientsOf(
  session: DerivativeSession,
  loss: Loss,
): Promise<{ loss: number; scaleSlope: number; gradients: Map<string, Float32Array> }> {
  const gradients = new Map<string, Float32Array>();
  const derivative = await session.differentiate(feedsOf(2), loss, SCALE, (name, gradient) =>
    gradients.set(name, gradient.slice()),
  );
  return { ...derivative, gradients };
}

for (const device of PRESENT_DEVICES) {
  describe(`a derivative session on ${device}`, () => {
    const open = async (values: ReadonlyMap<string, Float32Array>): Promise<DerivativeSession> =>
      (await TfjsRuntime.start(device)).openDerivatives(ARCHITECTURE.graph, checkpointOf(values));

    for (const loss of LOSSES) {
      it(`agrees with finite differences of the ${loss.kind}, running statistics included`, async () => {
        const values = weightsOf(2);
        const session = await open(values);
        const { gradients } = await gradientsOf(session, loss);
        expect([...gradients.keys()]).toEqual([...session.weights.keys()]);
        expect([...gradients.keys()].filter((name) => name.includes('running_'))).toHaveLength(4);
        for (const [name, gradient] of gradients) {
          const direction = directionNear(gradient, name);
          const step = 2e-3 / norm(direction);
          const lossAt = async (scale: number): Promise<number> => {
            session.setWeight(
              name,
              values.get(name)!.map((value, k) => value + scale * direction[k]!),
            );
            return (await gradientsOf(session, loss)).loss;
          };
          const slope = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
          session.setWeight(name, values.get(name)!);
          const expected = gradient.reduce((sum, value, k) => sum + value * direction[k]!, 0);
          expect(Math.abs(slope - expected) / (norm(gradient) * norm(direction)), name).toBeLessThan(0.02);
        }
        await session.dispose();
      });

      it(`tells how the ${loss.kind} changes with the scale of the logits`, async () => {
        const session = await open(weightsOf(3));
        const lossAt = async (scale: number): Promise<number> =>
          (await session.differentiate(feedsOf(2), loss, scale, () => {})).loss;
        const { scaleSlope } = await gradientsOf(session, loss);
        const slope = ((await lossAt(SCALE + 0.01)) - (await lossAt(SCALE - 0.01))) / 0.02;
        await session.dispose();
        expect(Math.abs(slope - scaleSlope)).toBeLessThan(2e-3);
      });
    }

    it('takes the loss of what a forward pass at inference gives', async () => {
      const session = await open(weightsOf(4));
      const { data } = await session.run(feedsOf(2));
      const runtime = await TfjsRuntime.start(device);
      const inference = await runtime.open(ARCHITECTURE.graph, checkpointOf(weightsOf(4)));
      expect(await inference.run(feedsOf(2))).toMatchObject({ data });
      await inference.dispose();
      const losses = Array.from({ length: BATCH }, (_, row) => {
        const logits = [...data.subarray(row * CLASSES, (row + 1) * CLASSES)].map((logit) => SCALE * logit);
        return Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[LABELS[row]!]!;
      });
      const mean = losses.reduce((sum, loss) => sum + loss, 0) / BATCH;
      expect((await gradientsOf(session, LOSSES[0]!)).loss).toBeCloseTo(mean, 5);
      await session.dispose();
    });

    it('leaves no tensor behind', async () => {
      const values = weightsOf(5);
      const session = await open(values);
      await gradientsOf(session, LOSSES[0]!);
      await session.run(feedsOf(1));
      const { numTensors, numBytes } = tf.memory();
      for (const loss of LOSSES) {
        for (const [name, own] of values) session.setWeight(name, own);
        await gradientsOf(session, loss);
        await session.run(feedsOf(1));
      }
      expect(tf.memory()).toMatchObject({ numTensors, numBytes });
      await session.dispose();
    });

    it('does not keep hold of the memory it is given', async () => {
      const values = weightsOf(6);
      const session = await open(values);
      const before = await session.run(feedsOf(1));
      const own = values.get('conv1.weight')!;
      session.setWeight('conv1.weight', own);
      own.fill(0);
      expect(await session.run(feedsOf(1))).toEqual(before);
      await session.dispose();
    });

    it('refuses labels that the architecture has no class for', async () => {
      const session = await open(weightsOf(1));
      const loss: Loss = { kind: 'cross-entropy', labels: LABELS.with(3, CLASSES) };
      await expect(session.differentiate(feedsOf(2), loss, 1, () => {})).rejects.toMatchObject({
        code: 'runtime/shape-mismatch',
      });
      await session.dispose();
    });
  });
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
