import { expect, test } from 'vitest';
import { proposedName } from '../../../renderer/features/projects/proposed-name.ts';

test.each([
  ['/home/me/birds/best.pt', 'birds'],
  ['C:\\models\\birds\\best.safetensors', 'birds'],
  ['/home/me/birds', 'birds'],
  ['/home/me/birds/', 'birds'],
  ['/best.pt', ''],
])('a project that begins with %s may be called “%s”', (path, name) => {
  expect(proposedName(path)).toBe(name);
});
