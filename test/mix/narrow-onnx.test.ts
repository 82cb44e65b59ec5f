import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildArchitecture } from '../../main/architectures/build.ts';
import { initialWeights } from '../../main/architectures/initialize.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { type Mixture, plainMixture } from '../../main/mix/mixture.ts';
import { verifyMixture } from '../../main/mix/verify.ts';
import { writeMixture } from '../../main/mix/write.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-narrow-onnx-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const NETWORK = buildArchitecture({ family: 'cnn', channels: [4, 8], hidden: 16, inputShape: [1, 8, 8], classes: 5 });
const IMAGES = Float32Array.from({ length: 3 * 64 }, (_, i) => Math.sin(i));

function mixture(paths: readonly string[], dtype: Mixture['dtype']): Mixture {
  const ingredients = paths.map((path) => ({ path, sha256: '' }));
  return { ...plainMixture(ingredients, new Array<number>(paths.length).fill(1 / paths.length)), dtype };
}

async function logitsOf(model: string): Promise<readonly number[]> {
  const session = await InferenceSession.create(model);
  try {
    const { logits } = await session.run({ input: new Tensor('float32', IMAGES, [3, 1, 8, 8]) });
    return [...(logits!.data as Float32Array)];
  } finally {
    await session.release();
  }
}

describe('a soup as an ONNX model', () => {
  test.each(['F16', 'BF16'] as const)('of %s weights computes what these compute as float32 ones', async (dtype) => {
    const { graph } = NETWORK;
    const paths = [1, 2].map((seed) => join(folder, `${seed}.safetensors`));
    for (const [i, path] of paths.entries()) writeCheckpoint(path, 'safetensors', initialWeights(NETWORK, i + 1));
    const narrow = join(folder, 'narrow.onnx');
    const wide = join(folder, 'wide.onnx');
    const whole = join(folder, 'whole.onnx');
    await writeMixture(mixture(paths, dtype), { path: narrow, graph });
    await writeMixture(mixture([narrow], 'F32'), { path: wide, graph });
    await writeMixture(mixture(paths, 'keep'), { path: whole, graph });
    expect(await logitsOf(narrow)).toEqual(await logitsOf(wide));
    expect(await logitsOf(narrow)).not.toEqual(await logitsOf(whole));
    const written = await openCheckpoint(narrow);
    expect(written.tensors.get('conv1.weight')?.dtype).toBe(dtype);
    expect(new Set(written.tensors.keys())).toEqual(new Set(initialWeights(NETWORK, 1).keys()));
    written.close();
    expect(await verifyMixture(mixture(paths, dtype), narrow)).toMatchObject({ identical: true });
  });
});
