import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ArchitectureSpec } from '../../../main/architectures/architecture.ts';
import { buildArchitecture } from '../../../main/architectures/build.ts';
import type { TensorValue, Weights } from '../../../main/checkpoints/checkpoint.ts';
import { factsOf } from '../../../main/errors.ts';
import { openOnnxRuntime } from '../../../main/runtimes/onnx/onnx-runtime.ts';
import type { Feed, Output, Runtime } from '../../../main/runtimes/runtime.ts';
import { formulaInput, formulaWeights } from '../../support/pytorch-logits.ts';

const spec = {
  family: 'cnn',
  inputShape: [1, 28, 28],
  channels: [16, 32],
  hidden: 32,
  classes: 10,
} as const satisfies ArchitectureSpec;
const architecture = buildArchitecture(spec);
const weights = formulaWeights(architecture, 1);

function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`../../fixtures/architectures/${name}`, import.meta.url));
}

async function logitsOf(runtime: Runtime, graph: Uint8Array, given: Weights, input: Feed): Promise<Output> {
  const session = await runtime.open(graph, given);
  try {
    return await session.run({ input });
  } finally {
    await session.dispose();
  }
}

async function codeOf(action: Promise<unknown>): Promise<string> {
  return action.then(
    () => 'nothing thrown',
    (thrown: unknown) => factsOf(thrown).code,
  );
}

function rows({ shape, data }: Feed, first: number, count: number): Feed {
  const size = data.length / shape[0]!;
  return { shape: [count, ...shape.slice(1)], data: data.slice(first * size, (first + count) * size) };
}

let runtime: Runtime;
beforeAll(async () => {
  runtime = await openOnnxRuntime({ threads: 1 });
});

describe('the onnx runtime', () => {
  it('names its version, device and machine, but not its threads', async () => {
    expect(runtime.identity).toMatch(/^onnxruntime \d+\.\d+\.\d+ cpu \w+-\w+$/);
    expect((await openOnnxRuntime({ threads: 2 })).identity).toBe(runtime.identity);
  });

  const sameBits: readonly ArchitectureSpec[] = [
    spec,
    { family: 'mlp', inputShape: [1, 28, 28], hidden: [64, 32], classes: 10 },
    { family: 'resnet', depth: 18, inputShape: [3, 32, 32], classes: 10 },
  ];
  for (const each of sameBits) {
    it(`gives a ${each.family} the same bits whatever the batch size and the threads`, async () => {
      const { graph } = buildArchitecture(each);
      const given = formulaWeights(buildArchitecture(each), 2);
      const input = formulaInput(13, each.inputShape, 2);
      const whole = await logitsOf(runtime, graph, given, input);
      const inTwoThreads = await logitsOf(await openOnnxRuntime({ threads: 2 }), graph, given, input);
      expect(inTwoThreads.data).toEqual(whole.data);
      const session = await runtime.open(graph, given);
      for (const size of [1, 4, 8]) {
        const parts: number[] = [];
        for (let first = 0; first < 13; first += size) {
          parts.push(...(await session.run({ input: rows(input, first, Math.min(size, 13 - first)) })).data);
        }
        expect(Float32Array.from(parts)).toEqual(whole.data);
      }
      await session.dispose();
    });
  }

  it('runs the weights that a session was opened with, not those of another', async () => {
    const input = formulaInput(2, spec.inputShape, 1);
    const first = await runtime.open(architecture.graph, weights);
    const second = await runtime.open(architecture.graph, formulaWeights(architecture, 9));
    const before = (await first.run({ input })).data;
    expect((await second.run({ input })).data).not.toEqual(before);
    await second.dispose();
    expect((await first.run({ input })).data).toEqual(before);
    await first.dispose();
  });

  it('keeps its own copy: weights and outputs may be overwritten', async () => {
    const mine = new Map(
      [...weights].map(([name, value]): [string, TensorValue] => [name, { ...value, bytes: value.bytes.slice() }]),
    );
    const session = await runtime.open(architecture.graph, mine);
    const input = formulaInput(2, spec.inputShape, 1);
    const first = await session.run({ input });
    const kept = first.data.slice();
    for (const { bytes } of mine.values()) bytes.fill(0xff);
    first.data.fill(0);
    expect((await session.run({ input })).data).toEqual(kept);
    await session.dispose();
  });

  it('widens BF16 weights', async () => {
    const bfloat16 = new Map<string, TensorValue>();
    const truncated = new Map<string, TensorValue>();
    for (const [name, value] of weights) {
      if (value.dtype !== 'F32') continue;
      const high = Uint16Array.from(new Uint32Array(value.bytes.buffer), (bits) => bits >>> 16);
      bfloat16.set(name, { dtype: 'BF16', shape: value.shape, bytes: new Uint8Array(high.buffer) });
      const back = Uint32Array.from(high, (bits) => bits << 16);
      truncated.set(name, { ...value, bytes: new Uint8Array(back.buffer) });
    }
    const input = formulaInput(3, spec.inputShape, 1);
    const found = await logitsOf(runtime, architecture.graph, bfloat16, input);
    expect(found).toEqual(await logitsOf(runtime, architecture.graph, truncated, input));
  });

  it('takes an empty batch', async () => {
    const output = await logitsOf(runtime, architecture.graph, weights, {
      shape: [0, 1, 28, 28],
      data: new Float32Array(),
    });
    expect(output).toEqual({ shape: [0, 10], data: new Float32Array() });
  });

  it('runs a foreign graph on its own constants, and on weights that replace them under any name', async () => {
    const input: Feed = { shape: [1, 2], data: Float32Array.of(2, -4) };
    const own = await logitsOf(runtime, fixture('encodings.onnx'), new Map(), input);
    expect(own).toEqual({ shape: [3, 2], data: Float32Array.of(6.5, -4.9375, 0.5, 1.25, 2.5, 100.25) });
    const scale = { dtype: 'F32', shape: [2], bytes: new Uint8Array(Float32Array.of(10, 1).buffer) } as const;
    const replaced = await logitsOf(runtime, fixture('encodings.onnx'), new Map([['../odd:name/ä', scale]]), input);
    expect(replaced.data.slice(0, 2)).toEqual(Float32Array.of(20.5, -0.9375));
  });
});

describe('the onnx runtime refuses', () => {
  it('weights that do not fill the graph', async () => {
    expect(await codeOf(runtime.open(architecture.graph, new Map()))).toBe('runtime/missing-tensor');
  });

  it('bytes that are no model', async () => {
    expect(await codeOf(runtime.open(new Uint8Array(100), weights))).toBe('architecture/not-onnx');
  });

  it('an operator that it does not have', async () => {
    expect(await codeOf(runtime.open(fixture('strange-op.onnx'), new Map()))).toBe('runtime/unsupported-operator');
  });

  it('a device that this build does not have', async () => {
    const device = process.platform === 'win32' ? 'coreml' : 'dml';
    const foreign = await openOnnxRuntime({ device });
    expect(await codeOf(foreign.open(architecture.graph, weights))).toBe('runtime/failed');
  });

  it('inputs of another name, shape, length or element type', async () => {
    const session = await runtime.open(architecture.graph, weights);
    const data = new Float32Array(784);
    const faulty: Readonly<Record<string, Feed>>[] = [
      { image: { shape: [1, 1, 28, 28], data } },
      { input: { shape: [1, 784], data } },
      { input: { shape: [1, 1, 14, 56], data } },
      { input: { shape: [2, 1, 28, 28], data } },
      { input: { shape: [1, 1, 28, 28], data: new Int32Array(784) } },
    ];
    for (const feeds of faulty) expect(await codeOf(session.run(feeds))).toBe('runtime/shape-mismatch');
    await session.dispose();
  });

  it('to run once it is disposed of, which may be done twice', async () => {
    const session = await runtime.open(architecture.graph, weights);
    await session.dispose();
    await session.dispose();
    const input = formulaInput(1, spec.inputShape, 1);
    expect(await codeOf(session.run({ input }))).toBe('runtime/failed');
  });
});
