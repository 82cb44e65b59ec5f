import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../main/checkpoints/checkpoint.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { PickleWriter } from '../../main/checkpoints/pickle-writer.ts';
import { writeTorchArchive } from './archives.ts';
import { rejectionOf } from './fixtures.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-tensor-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Made {
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  /** Elements that the storage claims. */
  readonly size: number;
  readonly key?: string;
}

function pickleTensor(pickle: PickleWriter, { offset, shape, strides, size, key = '0' }: Made): void {
  pickle.global('torch._utils', '_rebuild_tensor_v2');
  pickle.mark();
  pickle.mark();
  pickle.string('storage');
  pickle.global('torch', 'FloatStorage');
  pickle.string(key);
  pickle.string('cpu');
  pickle.integer(size);
  pickle.tuple();
  pickle.persistentId();
  pickle.integer(offset);
  for (const sizes of [shape, strides]) {
    pickle.mark();
    for (const value of sizes) pickle.integer(value);
    pickle.tuple();
  }
  pickle.false();
  pickle.false();
  pickle.tuple();
  pickle.reduce();
}

/** A file with these tensors, all views of one storage of F32, which counts up from zero. */
function open(tensors: Readonly<Record<string, Made>>, elements: number): Promise<Checkpoint> {
  const pickle = new PickleWriter();
  pickle.opcodes(0x7d);
  pickle.mark();
  for (const [name, made] of Object.entries(tensors)) {
    pickle.string(name);
    pickleTensor(pickle, made);
  }
  pickle.setItems();
  const storage = new Uint8Array(Float32Array.from({ length: elements }, (_, index) => index).buffer);
  const path = join(folder, 'made.pt');
  writeTorchArchive(path, pickle.finish(), [storage]);
  return openCheckpoint(path);
}

function valuesOf(checkpoint: Checkpoint, name: string, first: number, count: number): readonly number[] {
  const bytes = new Uint8Array(count * 4);
  checkpoint.read(name, first * 4, bytes);
  return [...new Float32Array(bytes.buffer)];
}

describe('a tensor of a pickle is refused when', () => {
  const good = { offset: 0, shape: [2, 2], strides: [2, 1], size: 4 };
  it.each<readonly [string, Made, string]>([
    ['it reaches beyond its storage', { ...good, offset: 1 }, 'checkpoint/malformed-tensor'],
    ['its strides lead beyond its storage', { ...good, strides: [3, 1] }, 'checkpoint/malformed-tensor'],
    ['its strides overflow', { ...good, strides: [2 ** 52, 1] }, 'checkpoint/malformed-tensor'],
    ['its shape overflows', { ...good, shape: [2 ** 40, 2 ** 40], strides: [0, 0] }, 'checkpoint/malformed-tensor'],
    ['a size is negative', { ...good, shape: [-2, 2] }, 'checkpoint/malformed-tensor'],
    ['a stride is negative', { ...good, offset: 3, strides: [-2, 1] }, 'checkpoint/malformed-tensor'],
    ['its offset is negative', { ...good, offset: -1 }, 'checkpoint/malformed-tensor'],
    ['its shape has more sizes than strides', { ...good, strides: [1] }, 'checkpoint/malformed-tensor'],
    ['its storage is shorter than it claims', { ...good, size: 5 }, 'checkpoint/truncated'],
    ['its storage is missing', { ...good, key: '7' }, 'checkpoint/malformed-archive'],
    ['its storage would be elsewhere', { ...good, key: '../byteorder' }, 'checkpoint/malformed-archive'],
    ['it blows a few bytes up', { ...good, shape: [2 ** 20, 2 ** 20], strides: [0, 0] }, 'checkpoint/expands'],
  ])('%s', async (_, made, code) => {
    expect((await rejectionOf(() => open({ weight: made }, 4))).code).toBe(code);
  });

  it('very many views repeat one storage', async () => {
    const view = { offset: 0, shape: [2 ** 12, 2 ** 14], strides: [0, 0], size: 1 };
    const tensors = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`t${index}`, view]));
    expect((await rejectionOf(() => open(tensors, 1))).code).toBe('checkpoint/expands');
  });
});

describe('a view is read', () => {
  it('in parts that are larger than the pieces it is rearranged in', async () => {
    const [rows, columns] = [1500, 1200];
    const made = { offset: 0, shape: [rows, columns], strides: [1, rows], size: rows * columns };
    const checkpoint = await open({ transposed: made }, rows * columns);
    const values = valuesOf(checkpoint, 'transposed', 0, rows * columns);
    let wrong = 0;
    values.forEach((value, at) => {
      if (value !== Math.floor(at / columns) + (at % columns) * rows) wrong += 1;
    });
    expect(wrong).toBe(0);
    checkpoint.close();
  });

  it('without holding its storage when it is thinly spread', async () => {
    const elements = 20_000_001;
    const step = 100_000;
    const checkpoint = await open(
      {
        thin: { offset: 3, shape: [100, 2, 3], strides: [step * 2, step, 2], size: elements },
        repeated: { offset: 1, shape: [2, 4], strides: [elements - 2, 0], size: elements },
        backwards: { offset: 0, shape: [3, 199], strides: [1, step], size: elements },
      },
      elements,
    );
    expect(valuesOf(checkpoint, 'thin', 300, 7)).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map(
        (i) => 3 + 50 * step * 2 + Math.floor(i / 6) * step * 2 + (Math.floor(i / 3) % 2) * step + (i % 3) * 2,
      ),
    );
    expect(valuesOf(checkpoint, 'repeated', 1, 6)).toEqual([1, 1, 1, elements - 1, elements - 1, elements - 1]);
    expect(valuesOf(checkpoint, 'backwards', 198, 3)).toEqual([198 * step, 1, step + 1]);
    checkpoint.close();
  });
});
