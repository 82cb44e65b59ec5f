import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ArchitectureSpec } from '../../../main/architectures/architecture.ts';
import { buildArchitecture } from '../../../main/architectures/build.ts';
import { TfjsRuntime } from '../../../main/runtimes/tfjs/tfjs-runtime.ts';
import { formulaInput, formulaWeights, pyTorchLogits, relativeDifference } from '../../support/pytorch-logits.ts';
import { difference, type Sample } from './support/sample.ts';
import { PRESENT_DEVICES } from './support/tfjs-devices.ts';

/** One forward and backward pass in training mode (test/fixtures/gradients/make.py). */
interface PyTorchGradients {
  readonly spec: ArchitectureSpec;
  readonly seed: number;
  readonly batch: number;
  readonly labels: readonly number[];
  readonly labelSmoothing: number;
  readonly loss: number;
  readonly gradients: Readonly<Record<string, Sample>>;
  readonly statistics: Readonly<Record<string, Sample>>;
}

const GRADIENTS = JSON.parse(
  readFileSync(new URL('../../fixtures/gradients/gradients.json', import.meta.url), 'utf8'),
) as readonly PyTorchGradients[];

for (const device of PRESENT_DEVICES) {
  describe(`logits of the tfjs runtime on ${device}`, () => {
    for (const { spec, seed, batch, logits } of pyTorchLogits()) {
      const architecture = buildArchitecture(spec);
      it(`agree with PyTorch for ${architecture.name} on [${spec.inputShape.join(', ')}]`, async () => {
        const runtime = await TfjsRuntime.start(device);
        const session = await runtime.open(architecture.graph, formulaWeights(architecture, seed));
        const output = await session.run({ input: formulaInput(batch, spec.inputShape, seed) });
        await session.dispose();
        expect(output.shape).toEqual([batch, spec.classes]);
        expect(relativeDifference(output.data, logits)).toBeLessThan(1e-4);
      });
    }
  });

  describe(`gradients on ${device}, BatchNorm in training mode,`, () => {
    for (const expected of GRADIENTS) {
      const architecture = buildArchitecture(expected.spec);
      it(`agree with PyTorch for ${architecture.name} on [${expected.spec.inputShape.join(', ')}]`, async () => {
        const { seed, spec, batch, labelSmoothing } = expected;
        const runtime = await TfjsRuntime.start(device);
        const session = await runtime.openTraining(architecture.graph, formulaWeights(architecture, seed));
        const feeds = { input: formulaInput(batch, spec.inputShape, seed) };
        const labels = Int32Array.from(expected.labels);
        const { loss, gradients } = await session.gradients(feeds, labels, { labelSmoothing });
        const update = <Parameter>(_name: string, parameter: Parameter): Parameter => parameter;
        const lossOfStep = await session.step(feeds, labels, { labelSmoothing, update });
        const weights = await session.weights();
        await session.dispose();
        expect(Math.abs(loss - expected.loss)).toBeLessThan(1e-5 * expected.loss);
        expect(lossOfStep).toBe(loss);
        expect([...gradients.keys()].sort()).toEqual(Object.keys(expected.gradients).sort());
        for (const [name, sample] of Object.entries(expected.gradients)) {
          expect(difference(gradients.get(name)!, sample), name).toBeLessThan(1e-4);
        }
        for (const [name, sample] of Object.entries(expected.statistics)) {
          expect(difference(new Float32Array(weights.get(name)!.bytes.buffer), sample), name).toBeLessThan(1e-4);
        }
      });
    }
  });
}
