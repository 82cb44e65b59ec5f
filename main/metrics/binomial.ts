import type { Random } from '../random.ts';

/** Next to the mode's probability, what is smaller lies beyond what 32 random bits can tell apart. */
const NOTHING = 1e-14;

/**
 * Numbers drawn from Binomial(trials, probability), by inversion from the mode outwards (Kemp 1986, "A modal method for generating
 * binomial variables"). The probabilities are summed once, about 16 √(trials · p · (1 − p)) of them, relative to the mode's so that
 * nothing underflows; a draw then looks up where to begin (Chen & Asau 1974, the guide table), and takes a step or two.
 */
export function binomialSampler(trials: number, probability: number): (random: Random) => number {
  if (trials === 0 || probability <= 0) return () => 0;
  if (probability >= 1) return () => trials;
  const { values, sums } = outwards(trials, probability);
  const total = sums.at(-1)!;
  const last = sums.length - 1;
  const starts = guideOf(sums);
  return (random) => {
    const share = random.uniform();
    const wanted = share * total;
    let place = starts[Math.floor(share * PARTS)]!;
    while (place < last && wanted >= sums[place]!) place += 1;
    return values[place]!;
  };
}

/** The numbers that may be drawn, likeliest first on either side, and their probabilities over the mode's, summed up. */
function outwards(
  trials: number,
  probability: number,
): { readonly values: readonly number[]; readonly sums: readonly number[] } {
  const mode = Math.min(trials, Math.floor((trials + 1) * probability));
  const odds = probability / (1 - probability);
  const values = [mode];
  const sums = [1];
  let sum = 1;
  let below = mode;
  let above = mode;
  let lower = 1;
  let upper = 1;
  while (lower > NOTHING || upper > NOTHING) {
    upper *= ((trials - above) / (above + 1)) * odds;
    if (upper > NOTHING) {
      above += 1;
      sum += upper;
      values.push(above);
      sums.push(sum);
    }
    lower *= below / ((trials - below + 1) * odds);
    if (lower > NOTHING) {
      below -= 1;
      sum += lower;
      values.push(below);
      sums.push(sum);
    }
  }
  return { values, sums };
}

const PARTS = 64;

/** For each of equal parts of the whole, the place of the first sum beyond its beginning: where most of the whole is, a step away. */
function guideOf(sums: readonly number[]): Int32Array {
  const step = sums.at(-1)! / PARTS;
  const starts = new Int32Array(PARTS);
  for (let part = 0, place = 0; part < PARTS; part++) {
    while (sums[place]! <= part * step) place += 1;
    starts[part] = place;
  }
  return starts;
}

/** log of `n` over `k`. */
export function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= Math.min(k, n - k); i++) sum += Math.log((n - i + 1) / i);
  return sum;
}
