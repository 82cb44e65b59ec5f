import type { Random } from '../random.ts';

/**
 * Numbers drawn from Binomial(trials, probability), by inversion from the mode outwards (Kemp 1986, "A modal method for
 * generating binomial variables"): a few √(trials · p · (1 − p)) steps each, and nothing underflows.
 */
export function binomialSampler(trials: number, probability: number): (random: Random) => number {
  if (trials === 0 || probability <= 0) return () => 0;
  if (probability >= 1) return () => trials;
  const mode = Math.min(trials, Math.floor((trials + 1) * probability));
  const odds = probability / (1 - probability);
  const atMode = Math.exp(
    logChoose(trials, mode) + mode * Math.log(probability) + (trials - mode) * Math.log1p(-probability),
  );
  return (random) => {
    let rest = random.uniform() - atMode;
    let below = mode;
    let above = mode;
    let lower = atMode;
    let upper = atMode;
    while (rest >= 0 && (below > 0 || above < trials)) {
      if (above < trials) {
        upper *= ((trials - above) / (above + 1)) * odds;
        above += 1;
        rest -= upper;
        if (rest < 0) return above;
      }
      if (below > 0) {
        lower *= below / ((trials - below + 1) * odds);
        below -= 1;
        rest -= lower;
        if (rest < 0) return below;
      }
      // What rounding leaves of the total probability, about 1e-13, goes to the mode.
      if (upper < 1e-18 && lower < 1e-18) return mode;
    }
    return mode;
  };
}

/** log of `n` over `k`. */
export function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= Math.min(k, n - k); i++) sum += Math.log((n - i + 1) / i);
  return sum;
}
