import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TensorValue } from '../../main/checkpoints/checkpoint.ts';
import { joinedCrc32 } from '../../main/checkpoints/crc32.ts';
import { encodeNpyHeader } from '../../main/checkpoints/npy-header.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { readTensor } from '../../main/checkpoints/weights.ts';
import { planOutput, writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { anyWeights } from './arbitrary-weights.ts';
import { writeArchive } from './archives.ts';
import { codeOf, errorOf, expectedNames, expectedWeights, expectHolds, fixture, rejectionOf } from './fixtures.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-numpy-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** An array's file with any header, Latin-1, and any data. */
function npy(header: string, data: Uint8Array | string = '', version = 1): Uint8Array {
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  length.writeUInt16LE(header.length & 0xffff);
  const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
  return Buffer.concat([
    Buffer.from(`\x93NUMPY${String.fromCharCode(version)}\0`, 'latin1'),
    length,
    Buffer.from(header, 'latin1'),
    bytes,
  ]);
}

function made(name: string, content: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('files of NumPy', () => {
  it.each(expectedNames('numpy/'))('%s holds what NumPy says', async (name) => {
    const checkpoint = await openCheckpoint(fixture(name));
    expect(checkpoint.format).toBe(name.endsWith('.npy') ? 'numpy-array' : 'numpy-archive');
    expectHolds(checkpoint, expectedWeights(name));
    checkpoint.close();
  });

  it.each(['numpy/compressed.npz', 'numpy/shapes.npz'])('%s is read at any offset, in any order', async (name) => {
    const checkpoint = await openCheckpoint(fixture(name));
    const wanted = [...expectedWeights(name)].filter(([, { bytes }]) => bytes.length > 0);
    fc.assert(
      fc.property(fc.constantFrom(...wanted), fc.nat(), fc.nat(5000), ([tensor, { bytes }], at, length) => {
        const offset = at % bytes.length;
        const target = new Uint8Array(Math.min(length, bytes.length - offset));
        checkpoint.read(tensor, offset, target);
        expect(Buffer.compare(target, bytes.subarray(offset, offset + target.length))).toBe(0);
      }),
    );
    checkpoint.close();
  });

  it('say that raw data is taken for bfloat16, and what was left out', async () => {
    const types = await openCheckpoint(fixture('numpy/types.npz'));
    expect(types.remarks).toEqual([expect.stringContaining('bfloat16: of.BF16')]);
    types.close();
    const mixed = await openCheckpoint(fixture('numpy/mixed.npz'));
    expect([...mixed.tensors.keys()]).toEqual(['weight']);
    expect(mixed.remarks).toEqual([expect.stringMatching(/config \(Python objects.*names \(texts\)/)]);
    mixed.close();
  });
});

describe('an array is refused', () => {
  it.each([
    ['objects.npy', 'checkpoint/unsupported-dtype', 'Python objects'],
    ['structured.npy', 'checkpoint/unsupported-dtype', 'records with fields'],
    ['complex.npy', 'checkpoint/unsupported-dtype', "'<c8'"],
    ['texts.npy', 'checkpoint/unsupported-dtype', 'texts'],
    ['float8.npy', 'checkpoint/unsupported-dtype', "'<V1'"],
    ['only-objects.npz', 'checkpoint/no-tensors', 'None of the arrays'],
  ])('for what %s holds', async (name, code, what) => {
    const error = await rejectionOf(() => openCheckpoint(fixture(`numpy/${name}`)));
    expect(error.code).toBe(code);
    expect(error.what).toContain(what);
  });

  const shapeOf = (shape: string): string => `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;
  it.each<readonly [string, string, string, string]>([
    [
      'a call',
      "{'descr': __import__('os').system('true'), 'fortran_order': False, 'shape': ()}",
      '',
      'malformed-header',
    ],
    ['an expression', shapeOf('(2*3,)'), '', 'malformed-header'],
    ['a comprehension', shapeOf('(x for x in (1,))'), '', 'malformed-header'],
    ['an escape', "{'descr': '\\x3cf4', 'fortran_order': False, 'shape': ()}", '', 'malformed-header'],
    ['a key too many', "{'descr': '<f4', 'fortran_order': False, 'shape': (), 'x': 1}", '', 'malformed-header'],
    ['a key twice', "{'descr': '<f4', 'shape': (), 'shape': ()}", '', 'malformed-header'],
    ['a key missing', "{'descr': '<f4', 'fortran_order': False, 'x': ()}", '', 'malformed-header'],
    ['something behind', `${shapeOf('()')} + 1`, '', 'malformed-header'],
    ['nothing', '    ', '', 'malformed-header'],
    ['deep nesting', shapeOf('('.repeat(10_000)), '', 'malformed-header'],
    [
      'deep lists',
      `{'descr': ${'['.repeat(60)}${']'.repeat(60)}, 'fortran_order': False, 'shape': ()}`,
      '',
      'malformed-header',
    ],
    ['a negative size', shapeOf('(-1,)'), '', 'malformed-header'],
    ['a truth as a size', shapeOf('(True,)'), '', 'malformed-header'],
    ['a fraction', shapeOf('(1.5,)'), '', 'malformed-header'],
    ['a number as a shape', shapeOf('(4)'), '', 'malformed-header'],
    ['no shape', shapeOf('None'), '', 'malformed-header'],
    ['too many dimensions', shapeOf(`(${'1,'.repeat(65)})`), '', 'malformed-header'],
    ['a size beyond counting', shapeOf('(99999999999999999999,)'), '', 'malformed-header'],
    ['a product beyond counting', shapeOf('(9007199254740991, 9007199254740991)'), '', 'malformed-header'],
    ['an unknown element type', "{'descr': '<<<', 'fortran_order': False, 'shape': ()}", '', 'malformed-header'],
    ['elements missing', shapeOf('(2,)'), '1234567', 'truncated'],
    ['elements too many', shapeOf('(2,)'), '123456789', 'malformed-header'],
    ['more elements than any file has', shapeOf('(1000000000000,)'), '1234', 'truncated'],
  ])('for %s in its header', async (_, header, data, code) => {
    const path = made('a.npy', npy(header, data));
    expect((await rejectionOf(() => openCheckpoint(path))).code).toBe(`checkpoint/${code}`);
  });

  it('for an unknown version or a header longer than any', async () => {
    const header = shapeOf('()');
    for (const version of [0, 4]) {
      const path = made('a.npy', npy(header, '1234', version));
      expect((await rejectionOf(() => openCheckpoint(path))).code).toBe('checkpoint/malformed-header');
    }
    const huge = Buffer.from(npy(header, '1234', 2));
    huge.writeUInt32LE(0xffffffff, 8);
    expect((await rejectionOf(() => openCheckpoint(made('a.npy', huge)))).code).toBe('checkpoint/malformed-header');
  });
});

/** A zip archive with one deflated record, whose sizes and checksum may be lies. */
function deflated(
  content: Uint8Array,
  lies: { readonly size?: number; readonly crc?: number; readonly packed?: Uint8Array } = {},
): Uint8Array {
  const packed = lies.packed ?? deflateRawSync(content);
  const name = Buffer.from('a.npy');
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(lies.crc ?? crc32(content), 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(lies.size ?? content.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, name]);
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), common, Buffer.alloc(14), name]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length + packed.length, 16);
  return Buffer.concat([local, packed, central, end]);
}

describe('a compressed archive', () => {
  const content = Buffer.concat([encodeNpyHeader('<f4', [50_000]), Buffer.alloc(200_000, 'soup')]);

  async function outcome(archive: Uint8Array): Promise<string> {
    const path = made('a.npz', archive);
    const error = await rejectionOf(async () => {
      const checkpoint = await openCheckpoint(path);
      try {
        readTensor(checkpoint, 'a');
      } finally {
        checkpoint.close();
      }
    });
    return `${error.code} ${error.what}`;
  }

  it('is read', async () => {
    const checkpoint = await openCheckpoint(made('a.npz', deflated(content)));
    expect(Buffer.compare(readTensor(checkpoint, 'a').bytes, content.subarray(-200_000))).toBe(0);
    checkpoint.close();
  });

  it('whose bytes were changed is found out by its checksum', async () => {
    expect(await outcome(deflated(content, { crc: 1 }))).toMatch(/wrong-checksum/);
  });

  it('that inflates to more or less than it claims is refused', async () => {
    const longer = Buffer.concat([content, Buffer.alloc(100)]);
    expect(await outcome(deflated(content, { packed: deflateRawSync(longer) }))).toMatch(
      /malformed-archive .*more than/,
    );
    const shorter = deflateRawSync(content.subarray(0, 100_000));
    expect(await outcome(deflated(content, { packed: shorter }))).toMatch(/malformed-archive .*inflates to 100000 of/);
    expect(await outcome(deflated(content, { packed: deflateRawSync(content).subarray(0, 100) }))).toMatch(
      /malformed-archive/,
    );
  });

  it('that claims what DEFLATE cannot do, or would fill a disk, is refused before anything is inflated', async () => {
    const huge = encodeNpyHeader('<f4', [2 ** 29]);
    const size = huge.length + 2 ** 31;
    expect(await outcome(deflated(content, { size: 0xfffffff0 }))).toMatch(/malformed-archive .*claim to inflate/);
    const bomb = deflateRawSync(Buffer.concat([huge, Buffer.alloc(1 << 20)]));
    const padded = Buffer.concat([bomb, Buffer.alloc(Math.ceil(size / 1032))]);
    expect(await outcome(deflated(content, { size, packed: padded }))).toMatch(/checkpoint\/expands/);
  });

  it('of stored arrays is checked, too', async () => {
    const path = join(folder, 'a.npz');
    writeCheckpoint(
      path,
      'numpy-archive',
      new Map([['a', { dtype: 'U8', shape: [3], bytes: Uint8Array.of(1, 2, 3) }]]),
    );
    const bytes = readFileSync(path);
    bytes[bytes.indexOf(Uint8Array.of(1, 2, 3))] = 9;
    expect(await outcome(bytes)).toMatch(/wrong-checksum/);
  });

  it('that is encrypted, or compressed in another way, is refused', async () => {
    const bytes = Buffer.from(deflated(content));
    const central = bytes.indexOf('PK\x01\x02', 0, 'latin1');
    const encrypted = Buffer.from(bytes);
    encrypted[central + 8] = 1;
    expect(await outcome(encrypted)).toMatch(/encrypted-record/);
    const other = Buffer.from(bytes);
    other[central + 10] = 12;
    expect(await outcome(other)).toMatch(/compressed-record .*another method/);
  });
});

describe('writing an archive of NumPy', () => {
  const writable = anyWeights().map(
    (weights) => new Map([...weights].filter(([name, { dtype }]) => !name.includes('\0') && !dtype.startsWith('F8'))),
  );

  it('keeps every name, type, shape and bit', async () => {
    await fc.assert(
      fc.asyncProperty(
        writable.filter(({ size }) => size > 0),
        async (weights) => {
          const path = join(folder, 'soup.npz');
          writeCheckpoint(path, 'numpy-archive', weights);
          const checkpoint = await openCheckpoint(path);
          expectHolds(checkpoint, weights);
          checkpoint.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('places elements at multiples of 64 bytes', () => {
    const tensors = [...expectedWeights('numpy/shapes.npz')].map(([name, { dtype, shape, bytes }]) => {
      const elementCount = shape.reduce((product, size) => product * size, 1);
      return { name, dtype, shape, elementCount, byteLength: bytes.length };
    });
    const plan = planOutput('numpy-archive', tensors, { name: 'a.npz', metadata: {} });
    for (const { offset } of plan.places.values()) expect(offset % 64).toBe(0);
  });

  it('refuses names and types that NumPy would not read back', () => {
    const value: TensorValue = { dtype: 'U8', shape: [], bytes: new Uint8Array(1) };
    const write = (...names: readonly string[]): string =>
      codeOf(() =>
        writeCheckpoint(join(folder, 'a.npz'), 'numpy-archive', new Map(names.map((name) => [name, value]))),
      );
    expect(write('a', 'a.npy')).toBe('checkpoint/unwritable-name');
    expect(write('a\0b')).toBe('checkpoint/unwritable-name');
    expect(write('é'.repeat(40_000))).toBe('checkpoint/unwritable-name');
    const float8 = new Map([['a', { ...value, dtype: 'F8_E4M3' } as const]]);
    expect(errorOf(() => writeCheckpoint(join(folder, 'a.npz'), 'numpy-archive', float8)).code).toBe(
      'checkpoint/unwritable-dtype',
    );
  });
});

describe('the checksum of two pieces', () => {
  it('follows from theirs', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array({ maxLength: 3000 }), (first, second) => {
        expect(joinedCrc32(crc32(first), crc32(second), second.length)).toBe(crc32(Buffer.concat([first, second])));
      }),
    );
  });
});

describe('an archive with something else in it', () => {
  it('is read for its arrays', async () => {
    const path = join(folder, 'a.npz');
    const array = Buffer.concat([encodeNpyHeader('|u1', [2]), Uint8Array.of(1, 2)]);
    writeArchive(path, { 'a.npy': array, 'read me.txt': 'hello' });
    const checkpoint = await openCheckpoint(path);
    expect([...checkpoint.tensors.keys()]).toEqual(['a']);
    checkpoint.close();
  });

  it('is refused when a record that should be an array is none', async () => {
    const path = join(folder, 'a.npz');
    writeArchive(path, { 'a.npy': 'no array, but text' });
    expect((await rejectionOf(() => openCheckpoint(path))).code).toBe('checkpoint/malformed-header');
  });
});
