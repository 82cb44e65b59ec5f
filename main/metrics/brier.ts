import type { Metric } from './metric.ts';

export const brier: Metric = {
  id: 'brier',
  label: 'Brier score',
  phrase: 'Brier score',
  unit: 'number',
  better: 'lower',
  description:
    'Squared distance between the predicted probabilities and the truth: 0 is perfect, 2 is certain and always wrong. Sees confidence as well as hits, and is less ruled by a few bad samples than cross-entropy.',
  computation: 'The mean over samples of Σ over classes (softmax(logits)[c] − [c is the label])².',
  source:
    'Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 1950, equation 2',
  test: 'bootstrap',
  isProportion: false,
  kind: 'mean',
  leastClasses: 2,
  perExample: ({ probabilities, labels, classCount }) =>
    Float64Array.from(labels, (label, row) => {
      let sum = 0;
      for (let c = 0; c < classCount; c++) sum += (probabilities[row * classCount + c]! - (c === label ? 1 : 0)) ** 2;
      return sum;
    }),
};
