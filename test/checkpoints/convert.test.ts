import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DType } from '../../main/checkpoints/checkpoint.ts';
import { fromFloats, toFloat32, toFloat64 } from '../../main/checkpoints/convert.ts';
import { BF16, F8_E4M3, F8_E5M2, F16, type NarrowFormat, narrow, widen } from '../../main/checkpoints/half.ts';
import { codeOf, fixture } from './fixtures.ts';

const FORMATS = { F16, BF16, F8_E4M3, F8_E5M2 } as const;
const NAMES = Object.keys(FORMATS) as (keyof typeof FORMATS)[];

function codes(format: NarrowFormat): readonly number[] {
  return Array.from({ length: 2 ** (1 + format.exponentBits + format.fractionBits) }, (_, bits) => bits);
}

describe.each(NAMES)('%s', (name) => {
  const format = FORMATS[name];

  it('comes back unchanged from every one of its numbers', () => {
    const changed = codes(format).filter((bits) => {
      const value = widen(bits, format);
      return Number.isNaN(value) ? !Number.isNaN(widen(narrow(value, format), format)) : narrow(value, format) !== bits;
    });
    expect(changed).toEqual([]);
  });

  it('grows with its bits', () => {
    const finite = codes(format)
      .slice(0, 2 ** (format.exponentBits + format.fractionBits))
      .map((bits) => widen(bits, format))
      .filter((value) => !Number.isNaN(value));
    expect(finite.every((value, index) => index === 0 || value > finite[index - 1]!)).toBe(true);
  });

  it('takes the nearest number, and the even one between two', () => {
    const half = 2 ** (format.exponentBits + format.fractionBits);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: half - 2 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        (bits, share, below) => {
          const [low, high] = [widen(bits, format), widen(bits + 1, format)];
          fc.pre(Number.isFinite(low) && Number.isFinite(high));
          const value = low + (high - low) * share;
          const middle = (low + high) / 2;
          const even = bits % 2 === 0 ? bits : bits + 1;
          const nearest = value === middle ? even : value < middle ? bits : bits + 1;
          const sign = below ? half : 0;
          expect(narrow(below ? -value : value, format)).toBe(sign + nearest);
          expect(narrow(middle, format)).toBe(even);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('is narrowed to as PyTorch does', () => {
    const fixtures = JSON.parse(readFileSync(fixture('conversions.json'), 'utf8')) as Record<string, string>;
    const wide = toFloat64('F32', Uint8Array.from(Buffer.from(fixtures.F32!, 'hex')));
    expect(wide.length).toBeGreaterThan(4000);
    const ours = toFloat64(name, fromFloats(name, wide));
    const theirs = toFloat64(name, Uint8Array.from(Buffer.from(fixtures[name]!, 'hex')));
    const differing = [...wide].filter((_, index) => !Object.is(ours[index], theirs[index]));
    expect(differing).toEqual([]);
  });
});

describe('elements', () => {
  it.each<readonly [DType, readonly number[], readonly number[]]>([
    ['BOOL', [0, 1], [0, 1]],
    ['U8', [255], [255]],
    ['I8', [255], [-1]],
    ['U16', [255, 255], [65535]],
    ['I16', [255, 255], [-1]],
    ['U32', [255, 255, 255, 255], [4294967295]],
    ['I32', [255, 255, 255, 255], [-1]],
    ['U64', [1, 0, 0, 0, 0, 0, 0, 0], [1]],
    ['I64', [254, 255, 255, 255, 255, 255, 255, 255], [-2]],
    ['F32', [0, 0, 192, 63], [1.5]],
    ['F64', [0, 0, 0, 0, 0, 0, 248, 63], [1.5]],
    ['F16', [0, 60, 1, 0], [1, 2 ** -24]],
    ['BF16', [128, 63], [1]],
    ['F8_E4M3', [0x7e, 0x38], [448, 1]],
    ['F8_E5M2', [0x7b, 0x3c], [57344, 1]],
  ])('of type %s become numbers, wherever they lie in memory', (dtype, bytes, values) => {
    const aligned = Uint8Array.from(bytes);
    const shifted = Uint8Array.from([0, ...bytes]).subarray(1);
    // A Buffer's `slice` is a view, unlike that of other arrays.
    const buffered = Buffer.from([0, ...bytes]).subarray(1);
    for (const source of [aligned, shifted, buffered]) {
      expect([...toFloat64(dtype, source)]).toEqual(values);
      expect([...toFloat32(dtype, source)]).toEqual(values.map(Math.fround));
    }
  });

  it('of single and double precision come back unchanged', () => {
    fc.assert(
      fc.property(fc.float64Array(), (values) => {
        expect(toFloat64('F64', fromFloats('F64', values))).toEqual(values);
        const single = Float32Array.from(values);
        expect(toFloat32('F32', fromFloats('F32', single))).toEqual(single);
      }),
    );
  });

  it('of integer types are not made from fractions', () => {
    expect(codeOf(() => fromFloats('I64', [1.5]))).toBe('checkpoint/not-floating');
  });
});
