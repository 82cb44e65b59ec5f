import { expect, test } from 'vitest';
import type { ArchitectureSpec } from '../../main/architectures/architecture.ts';
import type { SplitRef } from '../../main/data/split.ts';
import { checkSplitFits } from '../../main/engine/tasks/feeds.ts';

const MLP: ArchitectureSpec = { family: 'mlp', inputShape: [784], hidden: [], classes: 10 };
const CNN: ArchitectureSpec = { family: 'cnn', inputShape: [1, 28, 28], channels: [4], hidden: 8, classes: 10 };

function split(sampleShape: SplitRef['sampleShape'], classCount = 10): SplitRef {
  const normalization = { mean: [0], std: [1] };
  return { key: '', folder: 'somewhere', sampleCount: 1, sampleShape, classCount, normalization };
}

test.each([
  ['an MLP, samples of its size in any layout', MLP, split([1, 14, 56])],
  ['a CNN, images of its shape', CNN, split([1, 28, 28])],
  ['a CNN, fewer classes', CNN, split([1, 28, 28], 7)],
])('%s: fits', (_, spec, ref) => {
  expect(() => checkSplitFits(spec, ref)).not.toThrow();
});

test.each([
  ['an MLP, another size', MLP, split([1, 32, 32])],
  ['a CNN, as many values in another layout', CNN, split([1, 14, 56])],
  ['a CNN, more classes', CNN, split([1, 28, 28], 11)],
])('%s: refused', (_, spec, ref) => {
  expect(() => checkSplitFits(spec, ref)).toThrow(expect.objectContaining({ code: 'engine/split-does-not-fit' }));
});
