import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Backend, createBackend } from '../../../main/backend/backend.ts';
import {
  cancelRestoration,
  listBackups,
  makeBackup,
  restoreAtNextStart,
} from '../../../main/backend/system/backups.ts';
import { clearCache } from '../../../main/backend/system/clear-cache.ts';
import { createNodeProcessHost } from '../../../main/engine/node-process-host.ts';

let folder: string;
let backend: Backend;

const start = async (): Promise<void> => {
  backend = await createBackend({ workspaceFolder: folder, processHost: createNodeProcessHost() });
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-backups-'));
  await start();
});

afterEach(async () => {
  await backend.close();
  rmSync(folder, { recursive: true });
});

test('a backup brings back what there was, at the next start; what it replaces is kept', async () => {
  backend.projects.create('Before', '');
  const { name } = await makeBackup(backend.database, backend.paths, new Date());
  backend.projects.create('After', '');
  expect(restoreAtNextStart(backend.paths, name)).toMatchObject({ pending: true, reason: 'asked' });
  expect(backend.projects.list()).toHaveLength(2);
  await backend.close();
  await start();
  expect(backend.projects.list().map((project) => project.name)).toEqual(['Before']);
  const replaced = listBackups(backend.paths).find(({ reason }) => reason === 'restore')!;
  restoreAtNextStart(backend.paths, replaced.name);
  await backend.close();
  await start();
  expect(backend.projects.list().map((project) => project.name)).toEqual(['Before', 'After']);
});

test('a restoration can be taken back until it happens', async () => {
  const { name } = await makeBackup(backend.database, backend.paths, new Date());
  backend.projects.create('Kept', '');
  restoreAtNextStart(backend.paths, name);
  expect(cancelRestoration(backend.paths)).toBe(true);
  expect(cancelRestoration(backend.paths)).toBe(false);
  await backend.close();
  await start();
  expect(backend.projects.list()).toHaveLength(1);
});

test('only backups can be restored, and nothing outside their folders', async () => {
  for (const name of ['stockpot.db', '../stockpot.db', 'stockpot-absent.db', '/etc/passwd']) {
    expect(() => restoreAtNextStart(backend.paths, name)).toThrowError(
      expect.objectContaining({ code: 'system/unknown-backup' }),
    );
  }
});

test('clearing the cache deletes predictions and unused data, and nothing else', () => {
  const hash = 'ab'.repeat(32);
  writeFileSync(join(backend.paths.predictions, `${hash}.f32`), Buffer.alloc(40));
  writeFileSync(join(backend.paths.predictions, 'notes.txt'), 'mine');
  writeFileSync(join(backend.paths.splits, hash), Buffer.alloc(60));
  expect(clearCache(backend.database, backend.paths, { predictions: true, unusedData: false, trainings: false })).toBe(
    40,
  );
  expect(existsSync(join(backend.paths.splits, hash))).toBe(true);
  expect(clearCache(backend.database, backend.paths, { predictions: false, unusedData: true, trainings: true })).toBe(
    60,
  );
  expect(readdirSync(backend.paths.predictions)).toEqual(['notes.txt']);
});
