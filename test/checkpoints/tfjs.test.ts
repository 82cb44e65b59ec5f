import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { readTensor } from '../../main/checkpoints/weights.ts';
import { StockpotError } from '../../main/errors.ts';
import { Random } from '../../main/random.ts';
import { expectedNames, expectedWeights, expectHolds, fixture, rejectionOf } from './fixtures.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-tfjs-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

type Spec = tf.io.WeightsManifestEntry;

/** Weights as TensorFlow.js lays them out, divided into files of so many bytes. */
function writeModel(specs: readonly object[], data: Uint8Array, shardBytes: number, rest: object = {}): string {
  const paths: string[] = [];
  for (let at = 0; at < data.length; at += shardBytes) {
    paths.push(`group1-shard${paths.length + 1}.bin`);
    writeFileSync(join(folder, paths.at(-1)!), data.subarray(at, at + shardBytes));
  }
  const path = join(folder, 'model.json');
  writeFileSync(path, JSON.stringify({ ...rest, weightsManifest: [{ paths, weights: specs }] }));
  return path;
}

/** As TensorFlow.js itself decodes them, as bytes. */
function decoded(specs: readonly Spec[], data: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const tensors = tf.io.decodeWeights(Uint8Array.from(data).buffer, [...specs]);
  return new Map(
    Object.entries(tensors).map(([name, tensor]) => {
      const values = tensor.dataSync();
      return [name, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)];
    }),
  );
}

const SPECS: readonly Spec[] = [
  { name: 'float', shape: [3, 5], dtype: 'float32' },
  { name: 'integer', shape: [4], dtype: 'int32' },
  { name: 'bool', shape: [3], dtype: 'bool' },
  { name: 'scalar', shape: [], dtype: 'float32' },
  { name: 'none', shape: [0, 2], dtype: 'float32' },
  { name: 'bytes', shape: [256], dtype: 'float32', quantization: { dtype: 'uint8', scale: 0.0123456789, min: -1.57 } },
  { name: 'words', shape: [700], dtype: 'float32', quantization: { dtype: 'uint16', scale: 1e-5, min: -0.3 } },
  { name: 'halves', shape: [65536], dtype: 'float32', quantization: { dtype: 'float16' } },
  { name: 'packed', shape: [100], dtype: 'int32', quantization: { dtype: 'uint8', scale: 0.5, min: -7.25 } },
];

function dataOf(specs: readonly Spec[]): Uint8Array {
  const sizes: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 };
  const random = new Random(1);
  const parts = specs.map(({ name, shape, dtype, quantization }) => {
    const count = shape.reduce((product, length) => product * length, 1);
    if (name === 'halves') return new Uint8Array(Uint16Array.from({ length: count }, (_, index) => index).buffer);
    if (dtype === 'bool') return Uint8Array.from([1, 0, 1]);
    return Uint8Array.from({ length: count * sizes[quantization?.dtype ?? dtype]! }, () => random.integer(256));
  });
  return Uint8Array.from(Buffer.concat(parts));
}

describe('a model of TensorFlow.js', () => {
  it('that it saved itself reads to the same bits', async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ inputShape: [6, 6, 1], filters: 3, kernelSize: 3, name: 'convolution' }),
        tf.layers.batchNormalization({ name: 'normalization' }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 2, name: 'head' }),
      ],
    });
    let artifacts: tf.io.ModelArtifacts | undefined;
    await model.save(
      tf.io.withSaveHandler(async (saved) => {
        artifacts = saved;
        return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(saved) };
      }),
    );
    const { modelTopology, weightSpecs, weightData, format } = artifacts!;
    const data = new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData));
    const checkpoint = await openCheckpoint(writeModel(weightSpecs!, data, 100, { modelTopology, format }));
    expect([...checkpoint.tensors.keys()]).toEqual(weightSpecs!.map(({ name }) => name));
    expect(checkpoint.metadata).toEqual({ format: 'layers-model' });
    for (const [name, bytes] of decoded(weightSpecs!, data)) {
      expect(Buffer.compare(readTensor(checkpoint, name).bytes, bytes), name).toBe(0);
    }
    checkpoint.close();
  });

  it.each([333, 5000, 1 << 20])(
    'is read in every type and quantization as it reads it, from files of %d bytes',
    async (size) => {
      const data = dataOf(SPECS);
      const whole = await openCheckpoint(writeModel(SPECS, data, size));
      for (const [name, bytes] of decoded(SPECS, data)) {
        const tensor = readTensor(whole, name);
        expect(Buffer.compare(tensor.bytes, bytes), name).toBe(0);
        const part = new Uint8Array(Math.min(9, bytes.length));
        whole.read(name, bytes.length - part.length, part);
        expect([...part]).toEqual([...bytes.subarray(bytes.length - part.length)]);
      }
      whole.close();
    },
  );

  it.each(expectedNames('tfjs/'))('is read as TensorFlow.js decodes it: %s', async (name) => {
    const checkpoint = await openCheckpoint(fixture(name));
    expectHolds(checkpoint, expectedWeights(name));
    checkpoint.close();
  });

  it('may be a manifest alone', async () => {
    const { weightsManifest } = JSON.parse(
      readFileSync(writeModel(SPECS.slice(0, 3), dataOf(SPECS.slice(0, 3)), 50), 'utf8'),
    ) as { weightsManifest: unknown };
    const path = join(folder, 'weights_manifest.json');
    writeFileSync(path, JSON.stringify(weightsManifest));
    const checkpoint = await openCheckpoint(path);
    expect([...checkpoint.tensors.keys()]).toEqual(['float', 'integer', 'bool']);
    expect(checkpoint.files).toHaveLength(3);
    checkpoint.close();
  });

  it("leaves out texts, complex numbers and the optimizer's weights, and says so", async () => {
    const specs = [
      { name: 'words', shape: [2], dtype: 'string' },
      { name: 'pairs', shape: [1], dtype: 'complex64' },
      { name: 'step', shape: [], dtype: 'int32', group: 'optimizer' },
      { name: 'weight', shape: [], dtype: 'float32' },
    ];
    const data = Buffer.concat([Buffer.from('\x02\0\0\0hi\0\0\0\0'), Buffer.alloc(12), Buffer.from('0000803f', 'hex')]);
    const checkpoint = await openCheckpoint(writeModel(specs, data, 5));
    expect([...readTensor(checkpoint, 'weight').bytes]).toEqual([0, 0, 0x80, 0x3f]);
    expect(checkpoint.tensors.size).toBe(1);
    expect(checkpoint.remarks).toEqual([
      "Left out, as it is text: 'words'.",
      "Left out, as it is complex: 'pairs'.",
      "Left out, as it is the optimizer's: 'step'.",
    ]);
    checkpoint.close();
  });
});

describe('a model of TensorFlow.js that is not what it seems', () => {
  const one = [{ name: 'a', shape: [2], dtype: 'float32' }];
  const openWith = (paths: readonly string[], weights: unknown = one) => {
    const path = join(folder, 'model.json');
    writeFileSync(path, JSON.stringify({ weightsManifest: [{ paths, weights }] }));
    return rejectionOf(() => openCheckpoint(path));
  };

  it('cannot name files elsewhere, not even through links', async () => {
    mkdirSync(join(folder, 'elsewhere'));
    expect((await openWith(['../secret.bin'])).code).toBe('checkpoint/outside-folder');
    expect((await openWith(['/etc/passwd'])).code).toBe('checkpoint/outside-folder');
    symlinkSync('/etc/passwd', join(folder, 'link.bin'));
    expect((await openWith(['link.bin'])).code).toBe('checkpoint/outside-folder');
    expect((await openWith(['none.bin'])).code).toBe('checkpoint/missing-shard');
  });

  it('must have files of exactly the size of its weights', async () => {
    const file = join(folder, 'a.bin');
    writeFileSync(file, Buffer.alloc(9));
    expect((await openWith(['a.bin'])).code).toBe('checkpoint/malformed-index');
    truncateSync(file, 7);
    expect((await openWith(['a.bin'])).code).toBe('checkpoint/truncated');
  });

  it.each([
    ['no shape', [{ name: 'a', dtype: 'float32' }], 'checkpoint/malformed-index'],
    ['a negative shape', [{ name: 'a', shape: [-2], dtype: 'float32' }], 'checkpoint/malformed-index'],
    ['an absurd shape', [{ name: 'a', shape: [2 ** 40, 2 ** 40], dtype: 'float32' }], 'checkpoint/malformed-index'],
    ['a name twice', [one[0], one[0]], 'checkpoint/malformed-index'],
    ['an unknown type', [{ name: 'a', shape: [2], dtype: 'toString' }], 'checkpoint/unsupported-dtype'],
    ['texts without end', [{ name: 'a', shape: [2 ** 40], dtype: 'string' }], 'checkpoint/malformed-index'],
    ['half a quantization', [{ ...one[0], quantization: { dtype: 'uint8' } }], 'checkpoint/malformed-index'],
    ['an unknown quantization', [{ ...one[0], quantization: { dtype: 'int4' } }], 'checkpoint/malformed-index'],
    ['no weights', undefined, 'checkpoint/malformed-index'],
  ])('is refused with %s', async (_what, weights, code) => {
    writeFileSync(join(folder, 'a.bin'), Buffer.alloc(8));
    expect((await openWith(['a.bin'], weights ?? null)).code).toBe(code);
  });

  it('with changed bytes is read or ends in a typed error', async () => {
    const path = writeModel(SPECS.slice(0, 7), dataOf(SPECS.slice(0, 7)), 500);
    const whole = readFileSync(path);
    const random = new Random(3);
    for (let round = 0; round < 500; round += 1) {
      const damaged = Uint8Array.from(whole);
      for (let change = 0; change < 2; change += 1) damaged[random.integer(damaged.length)] = random.integer(256);
      writeFileSync(path, damaged);
      await openCheckpoint(path).then(
        (checkpoint) => checkpoint.close(),
        (thrown: unknown) => {
          if (!(thrown instanceof StockpotError) || !thrown.code.startsWith('checkpoint/')) throw thrown;
        },
      );
    }
  });
});
