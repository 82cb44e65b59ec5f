import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lastFolder } from '../../../main/backend/files/last-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'stockpot-last-folder-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = join(folder, 'last-folder.json');
const open = () => lastFolder({ lastFolder: file });

test('the folder of what was looked at last is known to the next process', () => {
  expect(open().recall()).toBeUndefined();
  const models = join(folder, 'models');
  mkdirSync(models);
  writeFileSync(join(models, 'a.pt'), 'x');
  open().remember(join(models, 'a.pt'));
  expect(open().recall()).toBe(models);
  open().remember(join(folder, 'nowhere'));
  expect(open().recall()).toBe(models);
  rmSync(models, { recursive: true });
  expect(open().recall()).toBeUndefined();
});

test('a spoilt memory is no memory', () => {
  writeFileSync(file, '{"folder": 3');
  expect(open().recall()).toBeUndefined();
  open().remember(folder);
  expect(open().recall()).toBe(folder);
});
