import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { projectRepository } from '../../db/repositories/projects.ts';
import {
  defaultWorkspaceFolder,
  openWorkspace,
  openWorkspaceForReading,
  workspacePaths,
} from '../../main/backend/workspace.ts';

const HOLDER = fileURLToPath(new URL('./lock-holder.ts', import.meta.url));

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stockpot-workspace-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Another process that has opened the workspace and stays. */
async function holdElsewhere(folder: string): Promise<{ readonly kill: () => Promise<void> }> {
  const child = spawn(process.execPath, [HOLDER, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exit = new Promise<void>((resolve) => void child.on('exit', () => resolve()));
  onTestFinished(() => void child.kill('SIGKILL'));
  await new Promise<void>((resolve) => void createInterface({ input: child.stdout }).once('line', () => resolve()));
  return {
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

test('a workspace is made with its folders, and opens again', async () => {
  const folder = join(temporaryFolder(), 'new', 'place');
  (await openWorkspace(folder)).close();
  expect(readdirSync(folder).toSorted()).toEqual([
    'backups',
    'cache',
    'checkpoints',
    'exports',
    'runs',
    'stockpot.db',
    'workspace.lock',
  ]);
  (await openWorkspace(folder)).close();
});

test('only one at a time may write, within a process too', async () => {
  const folder = temporaryFolder();
  const first = await openWorkspace(folder);
  await expect(openWorkspace(folder)).rejects.toMatchObject({ code: 'workspace/in-use', where: folder });
  first.close();
  (await openWorkspace(folder)).close();
});

test('another process keeps writers out, readers not, and its death lets go', async () => {
  const folder = temporaryFolder();
  const holder = await holdElsewhere(folder);
  await expect(openWorkspace(folder)).rejects.toMatchObject({ code: 'workspace/in-use' });
  (await openWorkspaceForReading(folder)).close();
  await holder.kill();
  (await openWorkspace(folder)).close();
});

test('what dead processes left unfinished goes, what is finished stays', async () => {
  const folder = temporaryFolder();
  (await openWorkspace(folder)).close();
  const { checkpoints } = workspacePaths(folder);
  // No process has this id on any system that Stockpot runs on.
  writeFileSync(join(checkpoints, 'model.safetensors.stockpot-partial-4194999-1'), 'half');
  writeFileSync(join(checkpoints, 'model.safetensors'), 'whole');
  const workspace = await openWorkspace(folder);
  expect(workspace.recovery.removedPartials).toHaveLength(1);
  expect(readdirSync(checkpoints)).toEqual(['model.safetensors']);
  workspace.close();
});

test('reading needs a workspace and makes none', async () => {
  const folder = join(temporaryFolder(), 'nothing');
  await expect(openWorkspaceForReading(folder)).rejects.toMatchObject({ code: 'workspace/missing', where: folder });
  expect(() => readdirSync(folder)).toThrow();
});

test('a folder that cannot be made is a typed error', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  await expect(openWorkspace(join(file, 'below'))).rejects.toMatchObject({ code: 'file/exists' });
});

test.runIf(process.platform === 'linux')('a folder that the system never lets be is a typed error too', async () => {
  await expect(openWorkspace('/proc/nope')).rejects.toMatchObject({ code: 'workspace/unwritable' });
});

test('where nothing can be written a copy is looked into, with what had not reached the database file yet', async () => {
  const folder = temporaryFolder();
  const writer = await openWorkspace(folder);
  projectRepository(writer.database).ensure('birds');
  const before = readdirSync(folder);
  const reader = await openWorkspaceForReading(folder, { mayWrite: () => false });
  expect(projectRepository(reader.database).byName('birds')).toBeDefined();
  const copy = reader.database.path;
  expect(copy.startsWith(folder)).toBe(false);
  expect(reader.writable).toBe(false);
  reader.close();
  expect(existsSync(dirname(copy))).toBe(false);
  expect(readdirSync(folder)).toEqual(before);
  writer.close();
});

test('the default is where each platform keeps application data, or where the environment says', () => {
  expect(defaultWorkspaceFolder('linux', { XDG_DATA_HOME: '/data' })).toBe(join('/data', 'stockpot'));
  expect(defaultWorkspaceFolder('win32', { LOCALAPPDATA: '/local' })).toBe(join('/local', 'Stockpot'));
  expect(defaultWorkspaceFolder('darwin', {})).toMatch(/Library.Application Support.Stockpot$/);
  expect(defaultWorkspaceFolder('linux', { STOCKPOT_WORKSPACE: '/chosen' })).toBe('/chosen');
});
