import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { StockpotError } from '../../main/errors.ts';
import { Random } from '../../main/random.ts';
import { expectHolds, fixture, rejectionOf } from './fixtures.ts';
import { expectedKeras } from './keras-fixtures.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-keras-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('an HDF5 file', () => {
  it.each([
    'keras-2.h5',
    'keras-2-weights.h5',
    'keras-3-legacy.h5',
    'keras-3.weights.h5',
    'bfloat16.weights.h5',
    'plain.h5',
    'newest.h5',
    'many-layers.h5',
  ])('%s reads to the bits that h5py reads', async (name) => {
    const checkpoint = await openCheckpoint(fixture(`keras/${name}`));
    expect(checkpoint.format).toBe('keras-h5');
    expectHolds(checkpoint, expectedKeras(name));
    checkpoint.close();
  });

  it('lists layers and weights in the order of Keras, of variables by number, and of creation where it is kept', async () => {
    const namesOf = async (name: string): Promise<readonly string[]> => {
      const checkpoint = await openCheckpoint(fixture(`keras/${name}`));
      checkpoint.close();
      return [...checkpoint.tensors.keys()];
    };
    expect(await namesOf('many-layers.h5')).toEqual(['b/b:0', 'a/a:0', 'c/c:0']);
    expect((await namesOf('keras-2.h5')).slice(0, 3)).toEqual([
      'convolution/convolution/kernel:0',
      'convolution/convolution/bias:0',
      'normalization/normalization/gamma:0',
    ]);
    expect(await namesOf('newest.h5')).toEqual(['group/zebra', 'group/apple', 'group/mango']);
  });

  it('says what it leaves out', async () => {
    const remarksOf = async (name: string): Promise<readonly string[]> => {
      const checkpoint = await openCheckpoint(fixture(`keras/${name}`));
      checkpoint.close();
      return checkpoint.remarks;
    };
    expect(await remarksOf('keras-2.h5')).toEqual(["Left out: 13 tensors, the optimizer's."]);
    expect(await remarksOf('keras-3.weights.h5')).toEqual(['Left out: 14 tensors of the optimizer and the metrics.']);
    expect(await remarksOf('plain.h5')).toEqual([
      "Left out, as it is made of several values: 'complex'.",
      "Left out, as it is another name for something: 'elsewhere'.",
      "Left out, as it is empty, without even a shape: 'null'.",
      "Left out, as it is text: 'text'.",
    ]);
  });

  it('can be read from any byte on', async () => {
    const checkpoint = await openCheckpoint(fixture('keras/plain.h5'));
    for (const name of ['stored/packed', 'stored/chunked', 'stored/cube', 'types/big/f8', 'scalar']) {
      const { bytes } = expectedKeras('plain.h5').get(name)!;
      const random = new Random(5);
      for (let round = 0; round < 40; round += 1) {
        const begin = random.integer(bytes.length);
        const target = new Uint8Array(random.integer(bytes.length - begin + 1));
        checkpoint.read(name, begin, target);
        expect(Buffer.compare(target, bytes.subarray(begin, begin + target.length)), `${name} at ${begin}`).toBe(0);
      }
    }
    checkpoint.close();
  });

  it('reads nothing any more once it is closed', async () => {
    const checkpoint = await openCheckpoint(fixture('keras/newest.h5'));
    checkpoint.close();
    expect(() => checkpoint.read('group/zebra', 0, new Uint8Array(8))).toThrow(StockpotError);
  });
});

describe('an archive of Keras 3', () => {
  it.each(['keras-3.keras', 'deflated.keras'])('%s reads to the bits that h5py reads', async (name) => {
    const checkpoint = await openCheckpoint(fixture(`keras/${name}`));
    expect(checkpoint.format).toBe('keras-v3');
    expectHolds(checkpoint, expectedKeras(name));
    checkpoint.close();
  });

  it('with a changed weight is found by its checksum', async () => {
    const path = join(folder, 'changed.keras');
    const bytes = readFileSync(fixture('keras/keras-3.keras'));
    const [name, { bytes: weight }] = [...expectedKeras('keras-3.keras')][0]!;
    const at = bytes.indexOf(weight);
    bytes[at] = bytes[at]! ^ 1;
    writeFileSync(path, bytes);
    const checkpoint = await openCheckpoint(path);
    const error = await rejectionOf(async () => checkpoint.read(name, 0, new Uint8Array(4)));
    expect(error.code).toBe('checkpoint/malformed-archive');
    checkpoint.close();
  });
});

describe('an HDF5 file that is not what it seems', () => {
  it.each([
    [
      'hostile-external-link.h5',
      'checkpoint/outside-file',
      "'b' is not in the HDF5 file but in another file, 'plain.h5'",
    ],
    ['hostile-external-raw.h5', 'checkpoint/outside-file', "'a' is not in the HDF5 file"],
    ['hostile-external-device.h5', 'checkpoint/outside-file', "'a' is not in the HDF5 file"],
    ['hostile-virtual.h5', 'checkpoint/outside-file', "another file, 'plain.h5'"],
    ['hostile-heap.h5', 'checkpoint/malformed-hdf5', 'free space in it has no size'],
    ['hostile-cycle.h5', 'checkpoint/malformed-hdf5', 'lead back to themselves'],
    ['hostile-shape.h5', 'checkpoint/expands', 'would take'],
    ['hostile-chunk.h5', 'checkpoint/expands', "A chunk of 'a'"],
    ['other-filter.h5', 'checkpoint/unsupported-compression', 'lzf'],
    ['missing-weight.h5', 'checkpoint/malformed-hdf5', 'dense/dense/kernel:0'],
  ])('%s is refused with %s', async (name, code, what) => {
    const error = await rejectionOf(() => openCheckpoint(fixture(`keras/${name}`)));
    expect(error.code).toBe(code);
    expect(error.what).toContain(what);
    expect(error.where).toContain(name);
  });

  // The library adds in 32 bits: with these sizes an object takes nothing, or leads back.
  it.each([2n ** 64n - 16n, 2n ** 32n - 16n, 2n ** 32n - 32n, 2n ** 63n])(
    'with an object of %d bytes in its heap is refused',
    async (size) => {
      const bytes = readFileSync(fixture('keras/hostile-virtual.h5'));
      bytes.writeBigUInt64LE(size, bytes.indexOf('GCOL') + 24);
      const path = join(folder, 'heap.h5');
      writeFileSync(path, bytes);
      const error = await rejectionOf(() => openCheckpoint(path));
      expect(error.code).toBe('checkpoint/malformed-hdf5');
      expect(error.what).toContain('larger than it');
    },
  );

  it('does not unpack a chunk to more than the chunk has', async () => {
    const checkpoint = await openCheckpoint(fixture('keras/hostile-bomb.h5'));
    const error = await rejectionOf(async () => checkpoint.read('a', 0, new Uint8Array(64)));
    expect(error.code).toBe('checkpoint/expands');
    checkpoint.close();
  });

  it('is found to be cut off', async () => {
    const path = join(folder, 'cut.h5');
    copyFileSync(fixture('keras/keras-2-weights.h5'), path);
    for (const length of [18000, 10000, 2000, 600, 60, 9]) {
      truncateSync(path, length);
      const { code } = await rejectionOf(() => openCheckpoint(path));
      expect(code, `at ${length} bytes`).toMatch(/^checkpoint\/(truncated|malformed-hdf5)$/);
    }
  });

  it.each(['keras-2-weights.h5', 'plain.h5', 'newest.h5'])(
    '%s with changed bytes is read or ends in a typed error',
    async (name) => {
      const whole = readFileSync(fixture(`keras/${name}`));
      const random = new Random(11);
      for (let round = 0; round < 40; round += 1) {
        const damaged = Uint8Array.from(whole);
        for (let change = 0; change < 4; change += 1) damaged[random.integer(damaged.length)] = random.integer(256);
        const path = join(folder, `${round}.h5`);
        writeFileSync(path, damaged);
        await readAll(path);
      }
    },
  );
});

async function readAll(path: string): Promise<void> {
  try {
    const checkpoint = await openCheckpoint(path);
    try {
      for (const { name, byteLength } of checkpoint.tensors.values()) {
        checkpoint.read(name, 0, new Uint8Array(Math.min(byteLength, 4096)));
      }
    } finally {
      checkpoint.close();
    }
  } catch (thrown) {
    if (!(thrown instanceof StockpotError) || !thrown.code.startsWith('checkpoint/')) throw thrown;
  }
}
