import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { browseFolder } from '../../../main/backend/files/browse.ts';
import { StockpotError } from '../../../main/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'stockpot-browse-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('folders come first, names count, hidden entries and dead links stay out', () => {
  mkdirSync(join(folder, 'zoo'));
  mkdirSync(join(folder, '.cache'));
  for (const name of ['model-10.pt', 'model-9.pt']) writeFileSync(join(folder, name), 'x'.repeat(3));
  symlinkSync(join(folder, 'zoo'), join(folder, 'link'));
  symlinkSync(join(folder, 'nowhere'), join(folder, 'dead'));
  const { entries, parent, left } = browseFolder(folder);
  expect(entries.map(({ name, kind, bytes }) => [name, kind, bytes])).toEqual([
    ['link', 'folder', 0],
    ['zoo', 'folder', 0],
    ['model-9.pt', 'file', 3],
    ['model-10.pt', 'file', 3],
  ]);
  expect(parent).toBe(dirname(folder));
  expect(left).toBe(0);
});

test('without a folder it is the home; at the top there is nothing above', () => {
  expect(browseFolder(undefined).folder).toBe(homedir());
  expect(browseFolder('/').parent).toBeNull();
});

test('a file shows the folder that it is in', () => {
  expect(browseFolder(join(folder, 'model-9.pt')).folder).toBe(folder);
});

test('a folder that is not there is named', () => {
  const missing = join(folder, 'missing');
  expect(() => browseFolder(missing)).toThrow(StockpotError);
  expect(() => browseFolder(missing)).toThrow(/There is no such file or folder/);
});
