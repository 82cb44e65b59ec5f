import type { Metric } from './metric.ts';

const TOP = 5;

export const accuracy: Metric = {
  id: 'accuracy',
  label: 'Accuracy',
  phrase: 'accuracy',
  unit: 'share',
  better: 'higher',
  description: 'The share of samples whose class is right.',
  computation:
    'The class of the largest logit is the prediction, the lowest class of equals; correct predictions over samples.',
  source: 'Wortsman et al., "Model soups", ICML 2022, section 2: what soups are selected by and reported in',
  test: 'mcnemar',
  isProportion: true,
  kind: 'mean',
  leastClasses: 2,
  perExample: ({ hits }) => hits,
};

export const topFive: Metric = {
  id: 'top-5',
  label: 'Top-5 accuracy',
  phrase: 'top-5 accuracy',
  unit: 'share',
  better: 'higher',
  description: 'The share of samples whose class is among the five likeliest. Where there are more than five classes.',
  computation:
    'A sample counts when fewer than five classes have a larger logit than its own; of equals the lower class comes first.',
  source:
    'Russakovsky et al., "ImageNet Large Scale Visual Recognition Challenge", IJCV 2015, section 4.1 (1 − top-5 error)',
  test: 'mcnemar',
  isProportion: true,
  kind: 'mean',
  leastClasses: TOP + 1,
  perExample: ({ logits, labels, classCount }) =>
    Uint8Array.from(labels, (label, row) => (isAmong(logits, row * classCount, { classCount, label }) ? 1 : 0)),
};

function isAmong(
  logits: Float32Array,
  start: number,
  { classCount, label }: { readonly classCount: number; readonly label: number },
): boolean {
  const own = logits[start + label]!;
  let ahead = 0;
  for (let c = 0; c < classCount; c++) {
    const value = logits[start + c]!;
    if (Number.isNaN(value)) return false;
    if (value > own || (value === own && c < label)) ahead += 1;
  }
  return ahead < TOP;
}
