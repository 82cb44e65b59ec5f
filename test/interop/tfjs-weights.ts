/**
 * TensorFlow.js's own reading and writing of weights, for formats.py:
 *   node tfjs-weights.ts write TENSORS.json FOLDER   FOLDER/model.json and its shard
 *   node tfjs-weights.ts read MODEL.json             prints tensors as JSON
 * Tensors: {NAME: {"dtype": "F32" | "I32" | "BOOL", "shape", "data": hex}}
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

interface Tensor {
  readonly dtype: 'F32' | 'I32' | 'BOOL';
  readonly shape: number[];
  readonly data: string;
}

const TFJS_TYPES = { F32: 'float32', I32: 'int32', BOOL: 'bool' } as const;

async function write(source: string, folder: string): Promise<object> {
  const tensors = JSON.parse(readFileSync(source, 'utf8')) as Record<string, Tensor>;
  const named = Object.entries(tensors).map(([name, { dtype, shape, data }]) => {
    const bytes = new Uint8Array(Buffer.from(data, 'hex'));
    const elements = { F32: Float32Array, I32: Int32Array, BOOL: Uint8Array }[dtype];
    return { name, tensor: tf.tensor(new elements(bytes.buffer), shape, TFJS_TYPES[dtype]) };
  });
  const { data, specs } = await tf.io.encodeWeights(named);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'weights.bin'), new Uint8Array(data));
  const model = { format: 'layers-model', weightsManifest: [{ paths: ['weights.bin'], weights: specs }] };
  writeFileSync(join(folder, 'model.json'), JSON.stringify(model));
  return {};
}

async function read(path: string): Promise<object> {
  const { weightsManifest } = JSON.parse(readFileSync(path, 'utf8')) as {
    weightsManifest: tf.io.WeightsManifestConfig;
  };
  const load = tf.io.weightsLoaderFactory(async (urls) =>
    urls.map((url) => new Uint8Array(readFileSync(join(dirname(path), url))).buffer),
  );
  const names: Record<string, keyof typeof TFJS_TYPES> = { float32: 'F32', int32: 'I32', bool: 'BOOL' };
  const tensors = await load(weightsManifest);
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => {
      const values = tensor.dataSync();
      const data = Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');
      return [name, { dtype: names[tensor.dtype], shape: tensor.shape, data }];
    }),
  );
}

const [verb, ...paths] = process.argv.slice(2);
console.log(JSON.stringify(verb === 'write' ? await write(paths[0]!, paths[1]!) : await read(paths[0]!)));
