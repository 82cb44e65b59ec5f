import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { ArchitectureSpec } from '../../../main/architectures/architecture.ts';
import { buildArchitecture } from '../../../main/architectures/build.ts';
import { TfjsRuntime } from '../../../main/runtimes/tfjs/tfjs-runtime.ts';
import { formulaInput, formulaWeights } from '../../support/pytorch-logits.ts';
import { difference, type Sample } from './support/sample.ts';
import { PRESENT_DEVICES } from './support/tfjs-devices.ts';

/** What PyTorch's `update_bn` estimates (test/fixtures/batch-norm/make.py). */
interface PyTorchStatistics {
  readonly spec: ArchitectureSpec;
  readonly seed: number;
  readonly batches: readonly number[];
  readonly statistics: Readonly<Record<string, Sample>>;
}

const CASES = JSON.parse(
  readFileSync(new URL('../../fixtures/batch-norm/statistics.json', import.meta.url), 'utf8'),
) as readonly PyTorchStatistics[];

for (const device of PRESENT_DEVICES) {
  for (const { spec, seed, batches, statistics } of CASES) {
    const architecture = buildArchitecture(spec);
    it(`statistics estimated on ${device} are those of PyTorch's update_bn for ${architecture.name}`, async () => {
      const runtime = await TfjsRuntime.start(device);
      const session = runtime.openStatistics(architecture.graph, formulaWeights(architecture, seed));
      for (const [index, batch] of batches.entries()) {
        session.observe({ input: formulaInput(batch, spec.inputShape, seed + index) });
      }
      const estimated = session.statistics();
      session.dispose();
      expect([...estimated.keys()].sort()).toEqual(Object.keys(statistics).sort());
      for (const [name, sample] of Object.entries(statistics)) {
        expect(difference(new Float32Array(estimated.get(name)!.bytes.buffer), sample), name).toBeLessThan(1e-4);
      }
    });
  }
}
