import type { Metric } from './metric.ts';

export const crossEntropy: Metric = {
  id: 'loss',
  label: 'Cross-entropy',
  phrase: 'cross-entropy',
  unit: 'nats',
  better: 'lower',
  description:
    'How surprised the model is by the right class, on average. Sees confidence as well as hits, so it tells apart models of equal accuracy.',
  computation: 'The mean over samples of −log softmax(logits)[label], natural logarithm.',
  source: 'Good, "Rational Decisions", JRSS B 1952 (logarithmic score); what networks here are trained with',
  test: 'bootstrap',
  isProportion: false,
  kind: 'mean',
  leastClasses: 2,
  perExample: ({ losses }) => losses,
};
