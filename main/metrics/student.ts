import type { Interval } from './interval.ts';

/**
 * 95 % interval of a mean by Student's t (1908), from the number of values, their mean and the sum of their squared distances
 * from it; undefined where there are fewer than two values.
 */
export function meanInterval(count: number, mean: number, squares: number): Interval | undefined {
  if (count < 2) return undefined;
  const error = Math.sqrt(squares / (count - 1) / count);
  const reach = studentQuantile(count - 1) * error;
  return { low: mean - reach, high: mean + reach };
}

/**
 * The 97.5 % quantile of Student's t distribution: the root of its distribution function, which for a whole number of degrees of
 * freedom is a finite sum (Abramowitz & Stegun 1964, 26.7.3 and 26.7.4), by bisection.
 */
export function studentQuantile(degrees: number): number {
  let low = 1.9;
  let high = 12.8;
  while (high - low > 1e-13 * high) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (centralShare(middle, degrees) < 0.95) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** How likely |t| is at most `t`. */
function centralShare(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const cosine = Math.cos(angle);
  const sine = Math.sin(angle);
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k <= degrees - 2; k += 2) {
    term *= ((k - 1) / k) * cosine * cosine;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}
