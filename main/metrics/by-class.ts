import type { Metric } from './metric.ts';
import type { Predictions } from './predictions.ts';

export const balancedAccuracy: Metric = {
  id: 'balanced-accuracy',
  label: 'Balanced accuracy',
  phrase: 'balanced accuracy',
  unit: 'share',
  better: 'higher',
  description:
    'Accuracy with every class counting the same, however rare it is (macro recall). The one to choose where classes are unequally frequent.',
  computation:
    'Per class, correct predictions over samples of it; the mean over the classes that there are samples of.',
  source: 'Brodersen et al., "The balanced accuracy and its posterior distribution", ICPR 2010, section II',
  test: 'bootstrap',
  isProportion: false,
  kind: 'whole',
  leastClasses: 2,
  sampler: byClass(({ support, hits }) =>
    meanOf(support, (c) => (support[c]! === 0 ? undefined : hits[c]! / support[c]!)),
  ),
};

export const macroF1: Metric = {
  id: 'macro-f1',
  label: 'Macro F1',
  phrase: 'macro F1',
  unit: 'share',
  better: 'higher',
  description:
    'Per class, the harmonic mean of how many of its samples are found and how many of the finds are right; every class counts the same.',
  computation:
    'Per class, 2 · hits / (samples of it + predictions of it); the mean over the classes that occur in either.',
  source:
    'Sokolova & Lapalme, "A systematic analysis of performance measures for classification tasks", 2009, table 3; the mean of F1 per class',
  test: 'bootstrap',
  isProportion: false,
  kind: 'whole',
  leastClasses: 2,
  sampler: byClass(({ support, chosen, hits }) =>
    meanOf(support, (c) => {
      const either = support[c]! + chosen[c]!;
      return either === 0 ? undefined : (2 * hits[c]!) / either;
    }),
  ),
};

/** Per class: samples of it, predictions of it, and how many are both. */
interface ClassCounts {
  readonly support: Float64Array;
  readonly chosen: Float64Array;
  readonly hits: Float64Array;
}

function byClass(score: (counts: ClassCounts) => number): (predictions: Predictions) => (rows?: Int32Array) => number {
  return ({ labels, predicted, classCount }) => {
    const counts = {
      support: new Float64Array(classCount),
      chosen: new Float64Array(classCount),
      hits: new Float64Array(classCount),
    };
    const { support, chosen, hits } = counts;
    return (rows) => {
      for (const figures of [support, chosen, hits]) figures.fill(0);
      const length = rows?.length ?? labels.length;
      for (let i = 0; i < length; i++) {
        const row = rows === undefined ? i : rows[i]!;
        const [label, found] = [labels[row]!, predicted[row]!];
        support[label]! += 1;
        if (found >= 0) chosen[found]! += 1;
        if (found === label) hits[label]! += 1;
      }
      return score(counts);
    };
  };
}

/** Over the classes that have a value. */
function meanOf(classes: Float64Array, value: (c: number) => number | undefined): number {
  let sum = 0;
  let count = 0;
  for (let c = 0; c < classes.length; c++) {
    const one = value(c);
    if (one === undefined) continue;
    sum += one;
    count += 1;
  }
  return sum / count;
}
