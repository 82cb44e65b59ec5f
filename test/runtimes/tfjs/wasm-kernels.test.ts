import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend, useBackend } from '../../../main/runtimes/tfjs/backends.ts';
import { COMPILED_KERNELS, compileKernels } from '../../../main/runtimes/tfjs/wasm/kernels/build.ts';

beforeAll(async () => {
  await loadBackend('wasm');
  useBackend('wasm');
});

describe('the completed WebAssembly backend', () => {
  it('runs the kernels that its sources compile to', async () => {
    const compiled = await compileKernels();
    expect(Buffer.compare(readFileSync(COMPILED_KERNELS), compiled)).toBe(0);
  });

  it('sums rows by segment, repeated and empty segments included', () => {
    const rows = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]);
    const sums = tf.unsortedSegmentSum(rows, tf.tensor1d([2, 0, 2, 2], 'int32'), 4);
    expect(sums.arraySync()).toEqual([
      [3, 4],
      [0, 0],
      [13, 16],
      [0, 0],
    ]);
  });

  it('gives gradients to gathered rows, those gathered twice included', () => {
    const table = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    const chosen = tf.tensor1d([2, 0, 2], 'int32');
    const weights = tf.tensor2d([1, 10, 100, 1000, 0.5, 0.25], [3, 2]);
    const gradient = tf.grad((rows) => tf.sum(tf.mul(tf.gather(rows, chosen), weights)))(table);
    expect(gradient.arraySync()).toEqual([
      [100, 1000],
      [0, 0],
      [1.5, 10.25],
    ]);
  });

  it('multiplies transposed matrices and stacks of them', () => {
    const a = [1, 2, 3, 4, 5, 6];
    const b = [1, -1, 2, 0.5, 3, -2];
    const plain = tf.matMul(tf.tensor2d(a, [2, 3]), tf.tensor2d(b, [3, 2])).arraySync();
    const at = tf.transpose(tf.tensor2d(a, [2, 3]));
    const bt = tf.transpose(tf.tensor2d(b, [3, 2]));
    expect(tf.matMul(at as tf.Tensor2D, bt as tf.Tensor2D, true, true).arraySync()).toEqual(plain);
    const stack = tf.matMul(tf.stack([at, at]), tf.stack([bt, bt]), true, true);
    expect(stack.arraySync()).toEqual([plain, plain]);
  });

  it('gives the gradient of a tied maximum to the first element, as PyTorch does', () => {
    const image = tf.ones([1, 2, 2, 5]) as tf.Tensor4D;
    const gradient = tf.grad((x) => tf.sum(tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid')))(image);
    expect(gradient.dataSync()).toEqual(Float32Array.from({ length: 20 }, (_, index) => (index < 5 ? 1 : 0)));
  });

  it('does not let the heap grow over many steps with new filters', () => {
    const image = tf.randomNormal([4, 10, 10, 8]) as tf.Tensor4D;
    const step = (): void =>
      tf.tidy(() => {
        const filter = tf.randomNormal([3, 3, 8, 12]) as tf.Tensor4D;
        tf.grads((x, w) => tf.sum(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same')))([image, filter]);
      });
    for (let warmUp = 0; warmUp < 20; warmUp++) step();
    const before = heapBytes();
    for (let repeat = 0; repeat < 300; repeat++) step();
    expect(heapBytes()).toBe(before);
  });
});

function heapBytes(): number {
  const { wasm } = tf.backend() as unknown as { readonly wasm: { readonly HEAPU8: Uint8Array } };
  return wasm.HEAPU8.buffer.byteLength;
}
