import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BYTES_PER_ELEMENT } from '../../main/checkpoints/checkpoint.ts';
import { divideWork } from '../../main/mix/merge-share.ts';
import type { TensorStep } from '../../main/mix/plan.ts';

const step = fc
  .record({
    elementCount: fc.integer({ min: 0, max: 40_000_000 }),
    dtype: fc.constantFrom('F32', 'F16', 'F64', 'I64'),
    terms: fc.integer({ min: 1, max: 200 }),
  })
  .map(
    ({ elementCount, dtype, terms }): TensorStep => ({
      output: {
        name: 't',
        dtype,
        shape: [elementCount],
        elementCount,
        byteLength: elementCount * BYTES_PER_ELEMENT[dtype],
      },
      kind: 'sum',
      terms: Array.from({ length: terms }, (_, ingredient) => ({ ingredient, dtype, weight: 1 })),
      accumulate: 'f64',
      isMeasured: false,
    }),
  );

test('every element is in exactly one task, and the largest tasks come first', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 6 }), fc.boolean(), (steps, whole) => {
      const tasks = divideWork(steps, whole);
      for (const [index, { output }] of steps.entries()) {
        const pieces = tasks.filter((task) => task.step === index).toSorted((a, b) => a.start - b.start);
        let end = 0;
        for (const piece of pieces) {
          expect(piece.start).toBe(end);
          expect(piece.count).toBeGreaterThan(0);
          end = piece.start + piece.count;
        }
        expect(end).toBe(output.elementCount);
        if (whole) expect(pieces.length).toBe(output.elementCount === 0 ? 0 : 1);
      }
      const sizes = tasks.map((task) => task.count * BYTES_PER_ELEMENT[steps[task.step]!.output.dtype]);
      expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    }),
  );
});
