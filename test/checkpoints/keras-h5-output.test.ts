import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFloating, type Weights } from '../../main/checkpoints/checkpoint.ts';
import { fromFloats, toFloat64 } from '../../main/checkpoints/convert.ts';
import { Hdf5File } from '../../main/checkpoints/hdf5/file.ts';
import { windowOf } from '../../main/checkpoints/hdf5/source.ts';
import { assembleKerasH5 } from '../../main/checkpoints/keras-h5-output.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { SourceFile } from '../../main/checkpoints/source-file.ts';
import { checkWritable, planOutput, writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { factsOf } from '../../main/errors.ts';
import { expectHolds, fixture, rejectionOf } from './fixtures.ts';
import { expectedKeras } from './keras-fixtures.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-keras-output-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function assemble(templateName: string, weights: Weights, name = 'soup.h5'): Promise<string> {
  const path = join(folder, name);
  const soup = join(folder, 'soup.safetensors');
  writeCheckpoint(soup, 'safetensors', weights);
  closeSync(openSync(path, 'w'));
  const template = await openCheckpoint(fixture(templateName));
  const source = await openCheckpoint(soup);
  try {
    await assembleKerasH5(source, path, { name, metadata: {}, template }, {});
  } finally {
    template.close();
    source.close();
  }
  return path;
}

/** The same names, types and shapes with other bytes. */
function refilled(weights: Weights, next: () => number): Weights {
  return new Map(
    [...weights].map(([name, { dtype, shape, bytes }]) => [
      name,
      { dtype, shape, bytes: bytes.map(() => (dtype === 'BOOL' ? next() & 1 : next())) },
    ]),
  );
}

/** The same names and shapes with floating-point numbers of another type. */
function retyped(weights: Weights, dtype: 'F16' | 'F32' | 'F64'): Weights {
  return new Map(
    [...weights].map(([name, tensor]) => {
      if (!isFloating(tensor.dtype)) return [name, tensor];
      const values = toFloat64(tensor.dtype, tensor.bytes);
      return [name, { ...tensor, dtype, bytes: fromFloats(dtype, values) }];
    }),
  );
}

describe('weights written in the layout of an HDF5 file', () => {
  it.each(['plain.h5', 'keras-2.h5', 'keras-3.weights.h5', 'bfloat16.weights.h5', 'newest.h5'])(
    'of %s read back to the same bits, whatever they are',
    async (name) => {
      await fc.assert(
        fc.asyncProperty(fc.infiniteStream(fc.nat(255)), async (stream) => {
          const weights = refilled(expectedKeras(name), () => stream.next().value!);
          const checkpoint = await openCheckpoint(await assemble(`keras/${name}`, weights));
          expectHolds(checkpoint, weights);
          checkpoint.close();
        }),
        { numRuns: 3 },
      );
    },
  );

  it("keep the model, and no longer restore one ingredient's optimizer", async () => {
    const written = SourceFile.open(await assemble('keras/keras-2.h5', expectedKeras('keras-2.h5')));
    const file = await Hdf5File.open(windowOf(written));
    expect(file.attributes('/')).toEqual(['backend', 'keras_version', 'model_config']);
    expect(file.texts('/', 'model_config')).toEqual([expect.stringContaining('"class_name": "Sequential"')]);
    written.close();
  });

  it.each(['keras-2.h5', 'keras-3.weights.h5', 'keras-3-legacy.h5', 'bfloat16.weights.h5', 'plain.h5'])(
    'of %s read back to the same bits as other types',
    async (name) => {
      for (const dtype of ['F16', 'F64'] as const) {
        const weights = retyped(expectedKeras(name), dtype);
        const path = await assemble(`keras/${name}`, weights, `${dtype}.h5`);
        const checkpoint = await openCheckpoint(path);
        expectHolds(checkpoint, weights);
        expect(checkpoint.remarks).toEqual([]);
        checkpoint.close();
      }
    },
  );

  it('of other types keep the model, and lose the state of training', async () => {
    const weights = retyped(expectedKeras('keras-2.h5'), 'F16');
    const written = SourceFile.open(await assemble('keras/keras-2.h5', weights));
    const file = await Hdf5File.open(windowOf(written));
    expect(file.children('/')).toEqual(['model_weights']);
    expect(file.attributes('/')).toEqual(['backend', 'keras_version', 'model_config']);
    expect(file.texts('/', 'model_config')).toEqual([expect.stringContaining('"class_name": "Sequential"')]);
    expect(file.texts('/model_weights', 'layer_names')).toEqual(['convolution', 'normalization', 'flatten', 'head']);
    expect(file.attributes('/model_weights/flatten')).toEqual(['weight_names']);
    written.close();
  });

  it('of another type than bfloat16 no longer say that they are', async () => {
    const weights = retyped(expectedKeras('bfloat16.weights.h5'), 'F32');
    const written = SourceFile.open(await assemble('keras/bfloat16.weights.h5', weights));
    const file = await Hdf5File.open(windowOf(written));
    expect(file.attributes('/layers/dense/vars/0')).toEqual([]);
    expect(file.texts('/layers/dense/vars', 'name')).toEqual(['head']);
    written.close();
  });

  it('are written as bfloat16 only where the layout has it', async () => {
    const refusalOf = async (name: string) => {
      const template = await openCheckpoint(fixture(`keras/${name}`));
      const tensors = [...template.tensors.values()].map((tensor) => ({ ...tensor, dtype: 'BF16' as const }));
      try {
        checkWritable('keras-h5', tensors, { name, metadata: {}, template });
        return undefined;
      } catch (thrown) {
        return factsOf(thrown);
      } finally {
        template.close();
      }
    };
    expect(await refusalOf('bfloat16.weights.h5')).toBeUndefined();
    expect(await refusalOf('keras-2.h5')).toMatchObject({
      code: 'checkpoint/unwritable-dtype',
      details: [expect.stringContaining('HDF5 has no bfloat16')],
      remedy: expect.stringContaining('F16'),
    });
  });

  it('are refused where the layout has no place for them', async () => {
    const weights = expectedKeras('newest.h5');
    const codeWith = async (changed: Weights, template = 'keras/newest.h5') =>
      (await rejectionOf(() => assemble(template, changed))).code;
    const [name, tensor] = [...weights][0]!;
    const integers = { dtype: 'I64', shape: tensor.shape, bytes: tensor.bytes } as const;
    expect(await codeWith(new Map([...weights, ['other', integers]]))).toBe('checkpoint/unwritable-name');
    expect(await codeWith(new Map([...weights].slice(1)))).toBe('checkpoint/unwritable-name');
    expect(await codeWith(new Map([...weights, [name, integers]]))).toBe('checkpoint/unwritable-dtype');
    expect(await codeWith(weights, 'types.safetensors')).toBe('checkpoint/no-layout');
  });
});

describe('weights written for TensorFlow.js', () => {
  const tensor = fc
    .record({ dtype: fc.constantFrom('F32', 'I32', 'BOOL'), shape: fc.array(fc.nat(4), { maxLength: 3 }) })
    .chain(({ dtype, shape }) => {
      const length = shape.reduce((product, size) => product * size, dtype === 'BOOL' ? 1 : 4);
      return fc
        .uint8Array({ minLength: length, maxLength: length })
        .map((bytes) => ({ dtype, shape, bytes: dtype === 'BOOL' ? bytes.map((byte) => byte & 1) : bytes }));
    });
  const weights = fc.dictionary(fc.string({ unit: 'grapheme' }), tensor, { noNullPrototype: true, maxKeys: 8 });

  it.each(['model.json', 'other-model.json', 'weights_manifest.json'])(
    'as %s read back to the same bits',
    async (name) => {
      await fc.assert(
        fc.asyncProperty(weights, async (record) => {
          const wanted: Weights = new Map(Object.entries(record));
          writeCheckpoint(join(folder, name), 'tfjs', wanted);
          const checkpoint = await openCheckpoint(join(folder, name));
          expectHolds(checkpoint, wanted);
          checkpoint.close();
        }),
        { numRuns: 30 },
      );
    },
  );

  it('are divided into shards of a size, and larger tensors have their own', () => {
    const info = (name: string, elements: number) =>
      ({ name, dtype: 'F32', shape: [elements], elementCount: elements, byteLength: elements * 4 }) as const;
    const tensors = [info('a', 10), info('b', 10), info('c', 100), info('d', 1)];
    const { files, places } = planOutput('tfjs', tensors, { name: 'model.json', metadata: {}, shardBytes: 80 });
    expect(files.map(({ name, size }) => [name, size]).slice(0, 3)).toEqual([
      ['group1-shard1of3.bin', 80],
      ['group1-shard2of3.bin', 400],
      ['group1-shard3of3.bin', 4],
    ]);
    expect(places.get('b')).toEqual({ file: 0, offset: 40 });
    expect(files.at(-1)!.name).toBe('model.json');
  });
});
