import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DType } from '../../main/checkpoints/checkpoint.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { planSafetensors } from '../../main/checkpoints/safetensors.ts';
import { parseSafetensorsHeader } from '../../main/checkpoints/safetensors-header.ts';
import { tensorInfo } from '../../main/checkpoints/tensor-size.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { anyMetadata, anyWeights } from './arbitrary-weights.ts';
import { codeOf, expectedWeights, expectHolds, fixture, rejectionOf } from './fixtures.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-safetensors-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A file with the given header, `length` bytes of it claimed, and `data` bytes behind it. */
function fileWith(header: string | Uint8Array, data: number, length?: bigint): string {
  const json = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + json.length + data);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(json.length), true);
  bytes.set(json, 8);
  const path = join(folder, 'made.safetensors');
  writeFileSync(path, bytes);
  return path;
}

function entry(dtype: string, shape: readonly unknown[], offsets: readonly unknown[]): string {
  return JSON.stringify({ dtype, shape, data_offsets: offsets });
}

const openMade = (header: string | Uint8Array, data: number, length?: bigint) => async (): Promise<void> => {
  (await openCheckpoint(fileWith(header, data, length))).close();
};

describe('a safetensors file of the official library', () => {
  it.each(['types.safetensors', 'shapes.safetensors', 'no-tensors.safetensors'])(
    '%s is read bit for bit',
    async (name) => {
      const checkpoint = await openCheckpoint(fixture(name));
      expect(checkpoint.format).toBe('safetensors');
      expect(checkpoint.files).toEqual([fixture(name)]);
      expectHolds(checkpoint, expectedWeights(name));
      checkpoint.close();
    },
  );

  it('keeps its metadata', async () => {
    const checkpoint = await openCheckpoint(fixture('types.safetensors'));
    expect(checkpoint.metadata).toEqual({ format: 'pt', note: 'Suppe für zwei' });
    checkpoint.close();
  });

  it('is read from any byte of a tensor on', async () => {
    const checkpoint = await openCheckpoint(fixture('types.safetensors'));
    const whole = expectedWeights('types.safetensors').get('of.F64')!.bytes;
    const part = new Uint8Array(13);
    checkpoint.read('of.F64', 5, part);
    expect([...part]).toEqual([...whole.subarray(5, 18)]);
    expect(codeOf(() => checkpoint.read('of.F64', 40, part))).toBe('checkpoint/out-of-range');
    expect(codeOf(() => checkpoint.read('of.F65', 0, part))).toBe('checkpoint/unknown-tensor');
    checkpoint.close();
  });
});

describe('a safetensors file that was written', () => {
  it('reads back as it was, whatever it held', async () => {
    await fc.assert(
      fc.asyncProperty(anyWeights(), anyMetadata(), async (weights, metadata) => {
        const path = join(folder, 'round.safetensors');
        writeCheckpoint(path, 'safetensors', weights, metadata);
        const checkpoint = await openCheckpoint(path);
        expectHolds(checkpoint, weights);
        expect(checkpoint.metadata).toEqual(metadata);
        checkpoint.close();
      }),
      { numRuns: 150 },
    );
  });

  it('has every tensor at a multiple of its element size', () => {
    const kinds: readonly DType[] = ['U8', 'F64', 'BOOL', 'F16', 'F32', 'I64', 'I8'];
    const plan = planSafetensors(
      kinds.map((dtype) => tensorInfo(dtype, dtype, [3])!),
      { name: 'any.safetensors', metadata: {} },
    );
    const widths = { U8: 1, F64: 8, BOOL: 1, F16: 2, F32: 4, I64: 8, I8: 1 };
    for (const [name, width] of Object.entries(widths)) expect(plan.places.get(name)!.offset % width).toBe(0);
  });

  it('cannot hold two tensors of one name, or one named like the metadata', () => {
    const info = tensorInfo('a', 'F32', [1])!;
    expect(codeOf(() => planSafetensors([info, info], { name: 'any.safetensors', metadata: {} }))).toBe(
      'checkpoint/unwritable-name',
    );
    expect(
      codeOf(() => planSafetensors([{ ...info, name: '__metadata__' }], { name: 'any.safetensors', metadata: {} })),
    ).toBe('checkpoint/unwritable-name');
  });
});

describe('a wrong safetensors header', () => {
  const f32 = entry('F32', [1], [0, 4]);
  it.each<readonly [string, string | Uint8Array, number, string]>([
    ['overlapping tensors', `{"a":${f32},"b":${f32}}`, 4, 'checkpoint/malformed-header'],
    ['partly overlapping tensors', `{"a":${f32},"b":${entry('F32', [1], [2, 6])}}`, 6, 'checkpoint/malformed-header'],
    ['a gap', `{"a":${f32},"b":${entry('F32', [1], [8, 12])}}`, 12, 'checkpoint/malformed-header'],
    ['a gap at the start', `{"a":${entry('F32', [1], [4, 8])}}`, 8, 'checkpoint/malformed-header'],
    ['bytes that belong to nobody', `{"a":${f32}}`, 5, 'checkpoint/malformed-header'],
    ['data that is not there', `{"a":${f32}}`, 3, 'checkpoint/truncated'],
    ['offsets the wrong way round', `{"a":${entry('F32', [1], [4, 0])}}`, 4, 'checkpoint/malformed-header'],
    ['offsets that do not match the shape', `{"a":${entry('F32', [2], [0, 4])}}`, 4, 'checkpoint/malformed-header'],
    ['a negative size', `{"a":${entry('F32', [-1], [0, 4])}}`, 4, 'checkpoint/malformed-header'],
    ['two negative sizes', `{"a":${entry('F32', [-1, -1], [0, 4])}}`, 4, 'checkpoint/malformed-header'],
    ['a fractional size', `{"a":${entry('F32', [0.5, 2], [0, 4])}}`, 4, 'checkpoint/malformed-header'],
    ['a size as text', `{"a":${entry('F32', ['1'], [0, 4])}}`, 4, 'checkpoint/malformed-header'],
    [
      'sizes whose product overflows',
      `{"a":${entry('F32', [2 ** 32, 2 ** 32], [0, 4])}}`,
      4,
      'checkpoint/malformed-header',
    ],
    [
      'sizes that overflow before a zero',
      `{"a":${entry('F32', [2 ** 32, 2 ** 32, 0], [0, 0])}}`,
      0,
      'checkpoint/malformed-header',
    ],
    [
      'an offset beyond exact numbers',
      `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,1e300]}}`,
      4,
      'checkpoint/malformed-header',
    ],
    ['one offset', `{"a":${entry('F32', [1], [0])}}`, 4, 'checkpoint/malformed-header'],
    ['no offsets', `{"a":{"dtype":"F32","shape":[1]}}`, 4, 'checkpoint/malformed-header'],
    ['no element type', `{"a":{"shape":[1],"data_offsets":[0,4]}}`, 4, 'checkpoint/malformed-header'],
    ['an unknown element type', `{"a":${entry('Q4', [1], [0, 4])}}`, 4, 'checkpoint/unsupported-dtype'],
    [
      'an element type named like a method',
      `{"a":${entry('toString', [1], [0, 4])}}`,
      4,
      'checkpoint/unsupported-dtype',
    ],
    ['a name that occurs twice', `{"a":${f32},"a":${f32}}`, 4, 'checkpoint/malformed-header'],
    ['an escaped name that occurs twice', `{"a":${f32},"\\u0061":${f32}}`, 4, 'checkpoint/malformed-header'],
    [
      'a member that occurs twice',
      `{"a":{"dtype":"F32","dtype":"I32","shape":[1],"data_offsets":[0,4]}}`,
      4,
      'checkpoint/malformed-header',
    ],
    ['metadata that is not text', `{"__metadata__":{"n":1},"a":${f32}}`, 4, 'checkpoint/malformed-header'],
    ['metadata that is a list', `{"__metadata__":[],"a":${f32}}`, 4, 'checkpoint/malformed-header'],
    ['an entry that is a list', '{"a":[]}', 0, 'checkpoint/malformed-header'],
    ['an entry that is null', '{"a":null}', 0, 'checkpoint/malformed-header'],
    ['JSON that stops', `{"a":${f32}`, 4, 'checkpoint/malformed-header'],
    ['something behind the JSON', `{"a":${f32}}x`, 4, 'checkpoint/malformed-header'],
    ['very deep nesting', `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, 0, 'checkpoint/malformed-header'],
    [
      'bytes that are not UTF-8',
      Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x30, 0x7d]),
      0,
      'checkpoint/malformed-header',
    ],
  ])('with %s is refused', async (_, header, data, code) => {
    expect((await rejectionOf(openMade(header, data))).code).toBe(code);
  });

  it('names the tensor and the file', async () => {
    const error = await rejectionOf(openMade(`{"layer.weight":${entry('F32', [2], [0, 4])}}`, 4));
    expect(error.what).toContain("'layer.weight'");
    expect(error.where).toContain('made.safetensors');
  });

  it('is refused before anything is allocated when it claims to be huge', async () => {
    expect((await rejectionOf(openMade('{}', 0, 100_000_001n))).code).toBe('checkpoint/malformed-header');
    expect((await rejectionOf(openMade('{}', 0, 0xffff_ffff_ffff_ffffn))).code).toBe('checkpoint/malformed-header');
    expect((await rejectionOf(openMade('{}', 0, 99_999_999n))).code).toBe('checkpoint/truncated');
  });

  it('may have a tensor named like a part of JavaScript', () => {
    const header = `{"__proto__":${entry('F32', [1], [0, 4])},"constructor":${entry('U8', [0], [4, 4])}}`;
    const parsed = parseSafetensorsHeader(new TextEncoder().encode(header), 'here');
    expect(parsed.tensors.map(({ name }) => name)).toEqual(['__proto__', 'constructor']);
  });

  it('may have colons and braces in names', () => {
    const header = `{"a:{\\"b\\":1}":${entry('F32', [1], [0, 4])}}`;
    expect(parseSafetensorsHeader(new TextEncoder().encode(header), 'here').tensors[0]!.name).toBe('a:{"b":1}');
  });
});
