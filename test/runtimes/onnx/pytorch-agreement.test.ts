import { describe, expect, it } from 'vitest';
import { buildArchitecture } from '../../../main/architectures/build.ts';
import { openOnnxRuntime } from '../../../main/runtimes/onnx/onnx-runtime.ts';
import { formulaInput, formulaWeights, pyTorchLogits, relativeDifference } from '../../support/pytorch-logits.ts';

describe('logits of the onnx runtime', () => {
  for (const { spec, seed, batch, logits } of pyTorchLogits()) {
    const architecture = buildArchitecture(spec);
    it(`agree with PyTorch for ${architecture.name} on [${spec.inputShape.join(', ')}]`, async () => {
      const runtime = await openOnnxRuntime({ threads: 2 });
      const session = await runtime.open(architecture.graph, formulaWeights(architecture, seed));
      const output = await session.run({ input: formulaInput(batch, spec.inputShape, seed) });
      await session.dispose();
      expect(output.shape).toEqual([batch, spec.classes]);
      expect(relativeDifference(output.data, logits)).toBeLessThan(1e-4);
    });
  }
});
