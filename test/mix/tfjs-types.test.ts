import { statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { readWeights } from '../../main/checkpoints/weights.ts';
import { type Mixture, plainMixture } from '../../main/mix/mixture.ts';
import { verifyMixture } from '../../main/mix/verify.ts';
import { writeMixture } from '../../main/mix/write.ts';
import { network, singles, TemporaryFolder, tensor } from './temporary-checkpoints.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = new TemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

function soupOf(contents: readonly Parameters<TemporaryFolder['checkpoint']>[1][], dtype: Mixture['dtype'] = 'keep') {
  const paths = contents.map((content, i) => folder.checkpoint(`${i}.safetensors`, content));
  const ingredients = paths.map((path) => ({ path, sha256: '' }));
  return { ...plainMixture(ingredients, new Array<number>(paths.length).fill(1 / paths.length)), dtype };
}

describe('a soup for TensorFlow.js', () => {
  test('holds types that the format lacks in wider ones, every element as it was', async () => {
    const numbers = [-128, 0, 1, 127];
    const soup = soupOf([
      {
        i8: tensor('I8', [4], Int8Array.from(numbers)),
        u8: tensor('U8', [4], Uint8Array.of(0, 1, 2, 255)),
        i16: tensor('I16', [2], Int16Array.of(-32768, 32767)),
        u16: tensor('U16', [1], Uint16Array.of(65535)),
        u32: tensor('U32', [], Uint32Array.of(2 ** 31 - 1)),
        i64: tensor('I64', [2], BigInt64Array.of(-(2n ** 31n), 7n)),
        bf16: tensor('BF16', [2], Uint16Array.of(0x3fc0, 0xffc1)),
        f16: tensor('F16', [2], Uint16Array.of(0x3e00, 0x0001)),
      },
    ]);
    const path = folder.file('model.json');
    await writeMixture(soup, { path });
    const checkpoint = await openCheckpoint(path);
    const found = Object.fromEntries(
      [...readWeights(checkpoint)].map(([name, { dtype, bytes }]) => {
        const elements =
          dtype === 'I32' ? new Int32Array(bytes.slice().buffer) : new Float32Array(bytes.slice().buffer);
        return [name, [...elements]];
      }),
    );
    checkpoint.close();
    expect(found).toEqual({
      i8: numbers,
      u8: [0, 1, 2, 255],
      i16: [-32768, 32767],
      u16: [65535],
      u32: [2 ** 31 - 1],
      i64: [-(2 ** 31), 7],
      bf16: [1.5, Number.NaN],
      f16: [1.5, 2 ** -24],
    });
    expect((await verifyMixture(soup, path)).identical).toBe(true);
  });

  test.each([1, 2])('of float16 takes half the room, and verifies (%i threads)', async (threads) => {
    const soup = soupOf([network(1), network(2)], 'F16');
    const whole = await writeMixture({ ...soup, dtype: 'keep' }, { path: folder.file('whole-model.json'), threads });
    const path = folder.file('half-model.json');
    const half = await writeMixture(soup, { path, threads });
    const weightsOf = (files: readonly string[]): number =>
      files.filter((file) => file.endsWith('.bin')).reduce((sum, file) => sum + statSync(file).size, 0);
    expect(weightsOf(half.files)).toBeLessThan(0.6 * weightsOf(whole.files));
    expect((await verifyMixture(soup, path)).identical).toBe(true);
    expect((await verifyMixture({ ...soup, dtype: 'BF16' }, path)).identical).toBe(false);
  });

  test('is refused where an element would be lost, by the name of its tensor', async () => {
    const path = folder.file('model.json');
    const large = soupOf([{ w: singles([1], [1]), steps: tensor('I64', [1], BigInt64Array.of(2n ** 31n)) }]);
    await expect(writeMixture(large, { path })).rejects.toMatchObject({
      code: 'checkpoint/unwritable-value',
      message: expect.stringContaining("'steps' holds 2147483648"),
    });
    const doubles = soupOf([{ w: tensor('F64', [1], Float64Array.of(1)) }]);
    await expect(writeMixture(doubles, { path })).rejects.toMatchObject({ code: 'checkpoint/unwritable-dtype' });
    expect((await writeMixture({ ...doubles, dtype: 'F32' }, { path })).tensorCount).toBe(1);
  });
});
