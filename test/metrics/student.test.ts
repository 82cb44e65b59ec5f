import { describe, expect, test } from 'vitest';
import { meanInterval, studentQuantile } from '../../main/metrics/student.ts';

describe("Student's t", () => {
  // scipy.stats.t.ppf(0.975, degrees), SciPy 1.17.1
  test.each([
    [1, 12.706204736174694],
    [2, 4.302652729749462],
    [3, 3.1824463052837078],
    [9, 2.262157162798205],
    [30, 2.0422724563012378],
    [1000, 1.9623390808264083],
    [9999, 1.960201263621357],
  ])('has its 97.5 %% quantile at %i degrees of freedom where SciPy has it', (degrees, expected) => {
    expect(studentQuantile(degrees)).toBeCloseTo(expected, 9);
  });

  test('gives the interval of a mean', () => {
    // 1, 2, 3, 4: scipy.stats.t.interval(0.95, 3, 2.5, scipy.stats.sem([1, 2, 3, 4]))
    const { low, high } = meanInterval(4, 2.5, 5)!;
    expect(low).toBeCloseTo(0.445739743239121, 10);
    expect(high).toBeCloseTo(4.554260256760879, 10);
    expect(meanInterval(1, 2.5, 0)).toBeUndefined();
  });
});
