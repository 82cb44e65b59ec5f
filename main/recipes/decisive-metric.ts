import { z } from 'zod';
import { StockpotError } from '../errors.ts';
import { DEFAULT_METRIC, findMetric, METRICS } from '../metrics/index.ts';
import type { Metric } from '../metrics/metric.ts';
import type { MeasuredScore, PartialScore, SelectionScore, TriedScore } from './recipe.ts';

/** An option of recipes that choose: by which metric. Forms show the choices with what they say. */
export const metricOption = z
  .enum(METRICS.map(({ id }) => id))
  .default(DEFAULT_METRIC.id)
  .meta({
    description:
      'What decides on the selection split, each metric in its own direction; ties go to the earlier ingredient',
    choices: METRICS.map(({ id, label, description }) => ({ value: id, label, explanation: description })),
  });

/** Whether a score is one of the whole selection split. */
export function isWhole<Whole extends SelectionScore>(score: Whole | PartialScore): score is Whole {
  return !('atMost' in score);
}

/** Holds scores against each other by one metric. */
export class DecisiveMetric {
  readonly #metric: Metric;

  /** @throws StockpotError `metrics/unknown` */
  constructor(id: string) {
    this.#metric = findMetric(id);
  }

  /** Whether it is the accuracy that decides. */
  get isAccuracy(): boolean {
    return this.#metric.id === DEFAULT_METRIC.id;
  }

  /** Within a sentence: `cross-entropy`. */
  get phrase(): string {
    return this.#metric.phrase;
  }

  /**
   * More is better. Accuracy is compared by counts of correct predictions, exactly: rounding errors decide nothing between equals.
   * What has no figure, because the model has diverged, is worse than anything.
   */
  merit(score: MeasuredScore): number {
    if (this.isAccuracy) return score.correct;
    const value = score.figures[this.#metric.id] ?? null;
    if (value === null) return Number.NEGATIVE_INFINITY;
    return this.#metric.better === 'higher' ? value : -value;
  }

  /** The score as it is kept in a trace: with what decided, where that was not the accuracy. */
  told(score: MeasuredScore): SelectionScore;
  told(score: MeasuredScore | PartialScore): TriedScore;
  told(tried: MeasuredScore | PartialScore): TriedScore {
    if (!isWhole(tried)) return tried;
    const { figures, ...score } = tried;
    const metric = this.#metric.id;
    return this.isAccuracy ? score : { ...score, decisive: { metric, value: figures[metric] ?? null } };
  }

  /**
   * For people: `98.20 % on the selection split (982 of 1000, 4 more than the best alone)`.
   * @param before what it is held against, and how that is called
   */
  describe(score: MeasuredScore, before: MeasuredScore, than = 'the best alone'): string {
    const { correct, total, accuracy, figures } = score;
    const { id, unit, phrase, better } = this.#metric;
    if (id === DEFAULT_METRIC.id) {
      const gain = correct - before.correct;
      return `${(100 * accuracy).toFixed(2)} % on the selection split (${correct} of ${total}, ${gain} more than ${than})`;
    }
    const [value, earlier] = [figures[id]!, before.figures[id]!];
    const [scale, digits, mark] = unit === 'share' ? [100, 2, ' %'] : [1, 4, ''];
    const gain = scale * (better === 'higher' ? value - earlier : earlier - value);
    return (
      `${phrase} ${(scale * value).toFixed(digits)}${mark} on the selection split ` +
      `(${gain.toFixed(digits)}${unit === 'share' ? ' points' : ''} better than ${than}; accuracy ${(100 * accuracy).toFixed(2)} %)`
    );
  }

  /**
   * Nothing can be chosen by a metric that no ingredient has a figure of.
   * @throws StockpotError `recipe/no-figure`
   */
  requireFigures(scores: readonly MeasuredScore[]): void {
    if (scores.some((score) => this.merit(score) > Number.NEGATIVE_INFINITY)) return;
    const { label, leastClasses } = this.#metric;
    throw new StockpotError({
      code: 'recipe/no-figure',
      what: `${label} has no figure for any ingredient on the selection split`,
      where: 'option metric',
      remedy: `Choose another metric: it says nothing of fewer than ${leastClasses} classes, nor of models whose outputs are no numbers.`,
    });
  }
}
