import { expect, test } from 'vitest';
import { buildArchitecture } from '../../../main/architectures/build.ts';
import { checkFits } from '../../../main/backend/ingredients/fit.ts';
import type { TensorInfo } from '../../../main/checkpoints/checkpoint.ts';
import { factsOf } from '../../../main/errors.ts';
import { summaryOf } from '../../../renderer/features/ingredients/findings.ts';

const tensor = (name: string, shape: readonly number[]): [string, TensorInfo] => {
  const elementCount = shape.reduce((product, extent) => product * extent, 1);
  return [name, { name, dtype: 'F32', shape, elementCount, byteLength: 4 * elementCount }];
};

test('differences, as the service words them, are counted by kind', () => {
  const architecture = buildArchitecture({ family: 'mlp', inputShape: [1, 2, 2], hidden: [3], classes: 2 });
  const tensors = new Map([
    tensor('fc1.weight', [3, 5]),
    tensor('classifier.weight', [2, 3]),
    tensor('head.weight', [1]),
    tensor('head.bias', [1]),
  ]);
  let details: readonly string[] = [];
  try {
    checkFits(architecture, tensors, 'model.pt');
  } catch (thrown) {
    details = factsOf(thrown).details ?? [];
  }
  expect(summaryOf(details)).toBe('2 missing, 2 not part of it, 1 of another shape');
});

test('findings of no known kind are not counted', () => {
  expect(summaryOf(['The tensor names are those of no mlp, cnn or resnet of the zoo'])).toBe('');
});
