import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ArchitectureSpec } from '../../../main/architectures/architecture.ts';
import { buildArchitecture } from '../../../main/architectures/build.ts';
import { planOnnx } from '../../../main/checkpoints/onnx-plan.ts';
import { openCheckpoint } from '../../../main/checkpoints/open.ts';
import { tensorInfo } from '../../../main/checkpoints/tensor-size.ts';
import { writeCheckpoint } from '../../../main/checkpoints/write-checkpoint.ts';
import { openOnnxRuntime } from '../../../main/runtimes/onnx/onnx-runtime.ts';
import { expectHolds } from '../../checkpoints/fixtures.ts';
import { formulaInput, formulaWeights } from '../../support/pytorch-logits.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-exported-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const SPECS: readonly ArchitectureSpec[] = [
  { family: 'mlp', inputShape: [1, 8, 8], hidden: [16], classes: 3 },
  { family: 'cnn', inputShape: [1, 28, 28], channels: [4, 8], hidden: 16, classes: 10 },
  { family: 'resnet', depth: 18, inputShape: [3, 32, 32], classes: 10 },
];

/** Logits of the file alone, by ONNX Runtime itself. */
async function logitsOfFile(path: string, input: { shape: readonly number[]; data: Float32Array }): Promise<unknown> {
  const session = await InferenceSession.create(path, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const { logits } = await session.run({ input: new Tensor('float32', input.data, [...input.shape]) });
  await session.release();
  return logits!.data;
}

describe('an exported model', () => {
  it.each(SPECS)('of $family runs by itself, with the logits of its graph and weights', async (spec) => {
    const architecture = buildArchitecture(spec);
    const weights = formulaWeights(architecture, 1);
    const input = formulaInput(2, spec.inputShape, 1);
    const runtime = await openOnnxRuntime({ threads: 1 });
    const session = await runtime.open(architecture.graph, weights);
    const wanted = await session.run({ input });
    await session.dispose();

    const path = join(folder, 'soup.onnx');
    writeCheckpoint(path, 'onnx', weights, { note: 'soup' }, { graph: architecture.graph });
    expect(await logitsOfFile(path, { shape: input.shape, data: input.data as Float32Array })).toEqual(wanted.data);
    const checkpoint = await openCheckpoint(path);
    expectHolds(checkpoint, weights);
    checkpoint.close();
  });

  it('runs with its weights in a file beside it', async () => {
    const architecture = buildArchitecture(SPECS[0]!);
    const weights = formulaWeights(architecture, 1);
    const input = formulaInput(2, SPECS[0]!.inputShape, 1);
    const tensors = [...weights].map(([name, { dtype, shape }]) => tensorInfo(name, dtype, shape)!);
    const plan = planOnnx(tensors, { name: 'soup.onnx', metadata: {}, graph: architecture.graph }, 1000);
    const files = plan.files.map(({ size }) => new Uint8Array(size));
    for (const [name, { file, offset }] of plan.places) files[file]!.set(weights.get(name)!.bytes, offset);
    for (const { file, offset, bytes } of plan.surroundings(new Map())) files[file]!.set(bytes, offset);
    plan.files.forEach(({ name }, index) => {
      writeFileSync(join(folder, name), files[index]!);
    });
    expect(plan.files).toHaveLength(2);

    const inline = join(folder, 'inline.onnx');
    writeCheckpoint(inline, 'onnx', weights, {}, { graph: architecture.graph });
    const feed = { shape: input.shape, data: input.data as Float32Array };
    const path = join(folder, 'soup.onnx');
    expect(await logitsOfFile(path, feed)).toEqual(await logitsOfFile(inline, feed));
    const checkpoint = await openCheckpoint(path);
    expectHolds(checkpoint, weights);
    checkpoint.close();
    expect(readFileSync(path).length).toBeLessThan(4000);
  });
});
