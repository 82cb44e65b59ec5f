import { Random } from '../random.ts';
import { binomialSampler, logChoose } from './binomial.ts';
import type { Interval } from './interval.ts';

/** Two subjects on the same samples. */
export interface PairedCounts {
  readonly total: number;
  /** Samples that only the first subject gets right. */
  readonly onlyFirst: number;
  /** Samples that only the second subject gets right. */
  readonly onlySecond: number;
}

export interface PairedComparison extends PairedCounts {
  /** Accuracy of the first minus that of the second. */
  readonly difference: number;
  /** 95 % interval of the difference, by bootstrap. */
  readonly interval: Interval;
  /** Of the exact two-sided McNemar test: how likely a split at least this uneven is if both are equally good. */
  readonly pValue: number;
}

/**
 * @param first 1 where the first subject is right, else 0, per sample (see `correctness`)
 * @param second the same of the second subject
 * @param seed of the bootstrap
 */
export function comparePaired(first: Uint8Array, second: Uint8Array, seed: number): PairedComparison {
  const counts = countPairs(first, second);
  return {
    ...counts,
    difference: (counts.onlyFirst - counts.onlySecond) / counts.total,
    interval: bootstrapDifference(counts, seed),
    pValue: mcnemarExact(counts),
  };
}

export function countPairs(first: Uint8Array, second: Uint8Array): PairedCounts {
  if (first.length !== second.length || first.length === 0) {
    throw new RangeError(`${first.length} and ${second.length} samples are not pairs`);
  }
  let onlyFirst = 0;
  let onlySecond = 0;
  for (let i = 0; i < first.length; i++) {
    if (first[i]! > second[i]!) onlyFirst += 1;
    else if (second[i]! > first[i]!) onlySecond += 1;
  }
  return { total: first.length, onlyFirst, onlySecond };
}

/**
 * p of the exact two-sided McNemar test (Q. McNemar 1947; recommended for two classifiers by Dietterich 1998): under equal
 * accuracy, the samples that only one gets right fall either way like coins.
 */
export function mcnemarExact({ onlyFirst, onlySecond }: Pick<PairedCounts, 'onlyFirst' | 'onlySecond'>): number {
  const discordant = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  let term = Math.exp(logChoose(discordant, fewer) - discordant * Math.LN2);
  let tail = 0;
  // From the largest term down, so that an early one can't underflow before it counts.
  for (let k = fewer; k >= 0 && term > 0; k--) {
    tail += term;
    term *= k / (discordant - k + 1);
  }
  return Math.min(1, 2 * tail);
}

const RESAMPLES = 10_000;

/**
 * 95 % percentile interval of the difference of accuracies under the paired bootstrap (Efron & Tibshirani 1993, chapter 13):
 * samples are drawn with replacement, both subjects' results together. A resample is fully described by how many samples of
 * each kind it holds, which is multinomial, so these counts are drawn rather than single samples.
 * With no sample on which the two differ, the interval is the single point 0.
 */
export function bootstrapDifference(counts: PairedCounts, seed: number, resamples = RESAMPLES): Interval {
  const { total, onlyFirst, onlySecond } = counts;
  const random = new Random(seed, 'paired-bootstrap');
  // Discordant samples first, then which way each goes: the same multinomial, and samplers are needed for few totals only.
  const discordant = onlyFirst + onlySecond;
  const drawDiscordant = binomialSampler(total, discordant / total);
  const samplers = new Map<number, (random: Random) => number>();
  const differences = new Int32Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    const differing = drawDiscordant(random);
    let drawFirst = samplers.get(differing);
    if (drawFirst === undefined) {
      drawFirst = binomialSampler(differing, discordant === 0 ? 0 : onlyFirst / discordant);
      samplers.set(differing, drawFirst);
    }
    differences[resample] = 2 * drawFirst(random) - differing;
  }
  sortByCounting(differences);
  return { low: quantile(differences, 0.025) / total, high: quantile(differences, 0.975) / total };
}

/** In ascending order, in place: for whole numbers of which there are many, and not far apart. */
function sortByCounting(values: Int32Array): void {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const counts = new Int32Array(values.length === 0 ? 0 : high - low + 1);
  for (const value of values) counts[value - low]! += 1;
  for (let at = 0, place = 0; at < counts.length; place += counts[at]!, at++) {
    values.fill(low + at, place, place + counts[at]!);
  }
}

/** A difference of scores that are not counts of samples. */
export interface BootstrapComparison {
  /** Score of the first minus that of the second. */
  readonly difference: number;
  /** 95 % interval of the difference, by bootstrap. */
  readonly interval: Interval;
  /** Two-sided: twice the share of resamples on the rarer side of no difference, no less than one in all of them. */
  readonly pValue: number;
}

/** Scores the samples in these rows, any of them several times; all of them once where none are named. */
export type Scorer = (rows?: Int32Array) => number;

/** Each costs a draw per sample, so there are fewer than where counts are drawn. */
const ROW_RESAMPLES = 2000;

/**
 * Scores of several subjects on the same resamples of their samples, rows drawn with replacement: of each, as many as there are
 * resamples. That they share them makes any two of them a pair, and every draw is paid for once. It pauses after each resample.
 */
export function* resampledScores(
  count: number,
  scorers: readonly Scorer[],
  seed: number,
  resamples = ROW_RESAMPLES,
): Generator<undefined, readonly Float64Array[]> {
  const random = new Random(seed, 'paired-means');
  const rows = new Int32Array(count);
  const scores = scorers.map(() => new Float64Array(resamples));
  for (let resample = 0; resample < resamples; resample++) {
    // 32 bits make some samples likelier than others by 2⁻³² · count: nothing, and three times as fast as none at all.
    for (let i = 0; i < count; i++) rows[i] = Math.floor(random.uniform() * count);
    for (const [place, score] of scorers.entries()) scores[place]![resample] = score(rows);
    yield;
  }
  return scores;
}

/**
 * The difference of two scores of the same samples with its 95 % percentile interval under the paired bootstrap (Efron & Tibshirani
 * 1993, chapter 13). Undefined where it is not finite.
 * @param observed on the samples as they are
 * @param first and `second` hold the scores of both on the same resamples
 */
export function bootstrapComparison(
  observed: number,
  first: Float64Array,
  second: Float64Array,
): BootstrapComparison | undefined {
  if (!Number.isFinite(observed)) return undefined;
  const resamples = first.length;
  const differences = first.map((score, place) => score - second[place]!).sort();
  const atMost = differences.findIndex((value) => value > 0);
  const atLeast = differences.findIndex((value) => value >= 0);
  const rarer = Math.min(atMost === -1 ? resamples : atMost, atLeast === -1 ? 0 : resamples - atLeast);
  return {
    difference: observed,
    interval: { low: quantile(differences, 0.025), high: quantile(differences, 0.975) },
    pValue: Math.min(1, (2 * Math.max(1, rarer)) / resamples),
  };
}

/** Linear between order statistics, as NumPy does by default. */
function quantile(sorted: Float64Array | Int32Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!);
}
