import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { COMPILED_KERNELS, compileKernels } from '../../main/mix/kernels/build.ts';
import { growKernels, instantiateKernels } from '../../main/mix/kernels/kernels.ts';
import { FIRST_FREE_BYTE } from '../../main/wasm-kernels.ts';
import { roundToTable, valuesOfBrains, valuesOfHalfs } from './sixteen-bits.ts';

const SOURCE = FIRST_FREE_BYTE;
const TARGET = FIRST_FREE_BYTE + 2 * 1024 * 1024;
const kernels = instantiateKernels(FIRST_FREE_BYTE + 4 * 1024 * 1024);
const view = <T>(View: new (buffer: ArrayBuffer, offset: number, length: number) => T, at: number, length: number): T =>
  new View(kernels.memory.buffer, at, length);

/** Ties, their neighbours, subnormals, limits, infinities and ordinary values of a 16-bit type, either sign. */
function tricky(table: Float64Array): Float64Array {
  const values: number[] = [0, 2 ** -40, 1e-310, 65504, 65519.99, 65520, 65536, 1e30, 3.4e38, 3.5e38, 1e300, Infinity];
  for (let code = 0; code < 0x7f80; code += 7) {
    const low = table[code]!;
    const high = table[code + 1]!;
    if (!Number.isFinite(high)) break;
    const middle = low / 2 + high / 2;
    values.push(low, middle, middle * (1 + 2 ** -50), middle * (1 - 2 ** -50), middle * (1 + 2 ** -24));
  }
  return Float64Array.from([...values, ...values.map((value) => -value), Number.NaN]);
}

test('the committed kernels are what the sources compile to', async () => {
  const compiled = await compileKernels();
  expect(Buffer.from(compiled).equals(readFileSync(COMPILED_KERNELS))).toBe(true);
});

describe('widening', () => {
  test.each([
    ['binary16', 'widenHalfs', valuesOfHalfs()],
    ['bfloat16', 'widenBrains', valuesOfBrains()],
  ] as const)('every %s code has its value', (_, kernel, expected) => {
    view(Uint16Array, SOURCE, 65536).set(Uint16Array.from({ length: 65536 }, (_unused, code) => code));
    kernels[kernel](SOURCE, TARGET, 65536);
    const found = view(Float32Array, TARGET, 65536);
    const wrong = [...found].findIndex((value, code) => !Object.is(value, expected[code]));
    expect(wrong).toBe(-1);
  });
});

describe('narrowing', () => {
  test.each([
    ['binary16', 'doublesToHalfs', valuesOfHalfs(), 0x7e00],
    ['bfloat16', 'doublesToBrains', valuesOfBrains(), 0x7fc0],
  ] as const)('f64 values are rounded once to %s, ties to even', (_, kernel, table, nan) => {
    const values = tricky(table);
    view(Float64Array, SOURCE, values.length).set(values);
    kernels[kernel](SOURCE, TARGET, values.length);
    const found = view(Uint16Array, TARGET, values.length);
    for (const [i, value] of values.entries()) {
      const expected = Number.isNaN(value) ? nan : roundToTable(value, table);
      if (found[i] !== expected) expect({ value, code: found[i] }).toEqual({ value, code: expected });
    }
  });

  test('f32 values are rounded to binary16 as f64 ones are', () => {
    const table = valuesOfHalfs();
    const values = Float32Array.from(tricky(table));
    view(Float32Array, SOURCE, values.length).set(values);
    kernels.singlesToHalfs(SOURCE, TARGET, values.length);
    const found = view(Uint16Array, TARGET, values.length);
    for (const [i, value] of values.entries()) {
      const expected = Number.isNaN(value) ? 0x7e00 : roundToTable(value, table);
      if (found[i] !== expected) expect({ value, code: found[i] }).toEqual({ value, code: expected });
    }
  });
});

describe('settling', () => {
  test('gives NaN one bit pattern and reports what is not finite', () => {
    view(Uint32Array, SOURCE, 7).set([0x3f800000, 0xffc12345, 0, 0x80000000, 0x7f800001, 1, 0x7fc00000]);
    expect(kernels.settleSingles(SOURCE, 7)).toBe(1);
    const settled = [...view(Uint32Array, SOURCE, 7)];
    expect(settled).toEqual([0x3f800000, 0x7fc00000, 0, 0x80000000, 0x7fc00000, 1, 0x7fc00000]);
  });

  test('looks no further than the elements it was told of', () => {
    view(Float32Array, SOURCE, 16).fill(Number.NaN);
    view(Float32Array, SOURCE, 5).fill(1);
    expect(kernels.settleSingles(SOURCE, 5)).toBe(0);
    expect(kernels.settleSingles(SOURCE, 6)).toBe(1);
  });

  test('finds infinities in each type', () => {
    view(Float64Array, SOURCE, 3).set([1, Number.NEGATIVE_INFINITY, 2]);
    expect(kernels.settleDoubles(SOURCE, 1)).toBe(0);
    expect(kernels.settleDoubles(SOURCE, 3)).toBe(1);
    view(Uint16Array, SOURCE, 2).set([0x7bff, 0xfc00]);
    expect(kernels.hasSpecialExponent(SOURCE, 1, 0x7c00)).toBe(0);
    expect(kernels.hasSpecialExponent(SOURCE, 2, 0x7c00)).toBe(1);
  });
});

test('more memory than a kernel can address is refused in words', () => {
  const own = instantiateKernels(FIRST_FREE_BYTE);
  const before = own.memory.buffer.byteLength;
  expect(() => growKernels(own, 2 ** 32 + 1)).toThrow(/needs 4\.3 GB of memory for one tensor/);
  expect(own.memory.buffer.byteLength).toBe(before);
});
