import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COMPILED_KERNELS, compileKernels } from '../../main/analysis/kernels/build.ts';
import { innerProducts } from '../../main/analysis/kernels/inner-products.ts';
import { Random } from '../../main/random.ts';

test('the committed kernels are what the sources compile to', async () => {
  const compiled = await compileKernels();
  expect(Buffer.from(compiled).equals(readFileSync(COMPILED_KERNELS))).toBe(true);
});

test('multiplies every row with itself and with those before it, whatever their number and length', () => {
  const random = new Random(1);
  for (const count of [1, 2, 3, 10]) {
    for (const length of [1, 2, 7, 2048]) {
      const rows = Array.from({ length: count }, (_, index) => {
        const numbers = Array.from({ length }, () => random.normal());
        return index % 2 === 0 ? Float64Array.from(numbers) : Float32Array.from(numbers);
      });
      const products = innerProducts(rows, length);
      for (let a = 0; a < count; a++) {
        for (let b = 0; b <= a; b++) {
          const expected = Array.from(rows[a]!, (value, at) => value * rows[b]![at]!).reduce(
            (sum, term) => sum + term,
            0,
          );
          expect(products[a * count + b]).toBeCloseTo(expected, 10);
        }
      }
    }
  }
});

test('keeps what is not a number to the products of its own row', () => {
  const products = innerProducts([Float64Array.of(1, 2), Float64Array.of(Number.NaN, 1), Float64Array.of(3, 4)], 2);
  expect([...products.subarray(6, 9)]).toEqual([11, Number.NaN, 25]);
});
