import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EarlySync } from '../../main/files/early-sync.ts';

const ENOUGH = 2 ** 30;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-early-sync-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('leaves what was written as it is', async () => {
  const path = join(folder, 'file');
  writeFileSync(path, 'content');
  const sync = new EarlySync([path]);
  for (let i = 0; i < 3; i += 1) {
    sync.wrote(0, ENOUGH);
    await sync.settle();
  }
  sync.check();
  expect(readFileSync(path, 'utf8')).toBe('content');
});

test('tells at the end what went wrong, and stops there', async () => {
  const path = join(folder, 'missing');
  const sync = new EarlySync([path]);
  sync.wrote(0, ENOUGH);
  await sync.settle();
  sync.wrote(0, ENOUGH);
  await sync.settle();
  expect(() => sync.check()).toThrow(expect.objectContaining({ code: 'file/not-found', where: path }));
});

test('has nothing to tell of small files', async () => {
  const sync = new EarlySync([join(folder, 'never-opened')]);
  sync.wrote(0, 1000);
  await sync.settle();
  sync.check();
});
