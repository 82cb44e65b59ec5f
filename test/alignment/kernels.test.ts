import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { assignRows } from '../../main/alignment/kernels/assign.ts';
import { COMPILED_KERNELS, compileKernels } from '../../main/alignment/kernels/build.ts';
import { kernels, reserve } from '../../main/alignment/kernels/kernels.ts';
import { Random } from '../../main/random.ts';

test('The kernels kept are those of the sources', async () => {
  expect(Buffer.compare(await compileKernels(), readFileSync(COMPILED_KERNELS))).toBe(0);
});

describe('assignment', () => {
  function totalOf(gains: Float64Array, columns: ArrayLike<number>): number {
    return Array.from(columns).reduce((sum, column, row) => sum + gains[row * columns.length + column]!, 0);
  }

  /** The largest sum by trying every permutation. */
  function bestOf(gains: Float64Array, count: number): number {
    let best = Number.NEGATIVE_INFINITY;
    const visit = (chosen: readonly number[], sum: number): void => {
      if (chosen.length === count) best = Math.max(best, sum);
      for (let column = 0; column < count; column += 1) {
        if (!chosen.includes(column)) visit([...chosen, column], sum + gains[chosen.length * count + column]!);
      }
    };
    visit([], 0);
    return best;
  }

  const kinds: Readonly<Record<string, (random: Random) => number>> = {
    'normally distributed gains': (random) => random.normal(),
    'gains with many ties': (random) => random.integer(3),
    'equal gains': () => 1,
    'large and small gains': (random) => 10 ** random.between(-8, 8),
  };
  for (const [title, draw] of Object.entries(kinds)) {
    test(`of ${title} is the best there is`, () => {
      for (const count of [1, 2, 3, 4, 5, 6, 7]) {
        for (let seed = 0; seed < 20; seed += 1) {
          const random = new Random(seed, title, count);
          const gains = Float64Array.from({ length: count * count }, () => draw(random));
          const { columns, prices } = assignRows(gains, count);
          expect(new Set(columns).size).toBe(count);
          const best = bestOf(gains, count);
          expect(totalOf(gains, columns)).toBeCloseTo(best, 9 - Math.ceil(Math.log10(1 + Math.abs(best))));
          const similar = gains.map((gain) => gain + 0.01 * random.normal());
          const again = assignRows(similar, count, { prices });
          expect(totalOf(similar, again.columns)).toBeCloseTo(totalOf(similar, assignRows(similar, count).columns), 6);
        }
      }
    });
  }

  test('finds a permutation that is plain to see among many, out of a larger matrix', () => {
    const count = 301;
    const random = new Random(1);
    const permutation = random.permutation(count);
    const rowLength = count + 3;
    const gains = Float64Array.from({ length: 5 + count * rowLength }, () => random.normal());
    for (let row = 0; row < count; row += 1) gains[5 + row * rowLength + permutation[row]!] = 40;
    expect(assignRows(gains, count, { offset: 5, rowLength }).columns).toEqual(permutation);
  });
});

test('Panels are multiplied as matrices are', () => {
  const [rows, columns, depth] = [136, 12, 37];
  const random = new Random(2);
  const a = Float64Array.from({ length: rows * depth }, () => random.normal());
  const b = Float64Array.from({ length: columns * depth }, () => random.normal());
  const [left, right, sums] = reserve(8 * a.length, 8 * b.length, 8 * rows * columns) as [number, number, number];
  const { memory, multiplyPanels } = kernels();
  const panels = (matrix: Float64Array): Float64Array =>
    Float64Array.from({ length: matrix.length }, (_, at) => {
      const row = Math.floor(at / (4 * depth)) * 4 + (at % 4);
      return matrix[row * depth + (Math.floor(at / 4) % depth)]!;
    });
  new Float64Array(memory.buffer, left, a.length).set(panels(a));
  new Float64Array(memory.buffer, right, b.length).set(panels(b));
  const result = new Float64Array(memory.buffer, sums, rows * columns).fill(1);
  multiplyPanels(left, right, sums, rows, columns, depth);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      let expected = 1;
      for (let at = 0; at < depth; at += 1) expected += a[row * depth + at]! * b[column * depth + at]!;
      expect(result[row * columns + column]).toBe(expected);
    }
  }
});
