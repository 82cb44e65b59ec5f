import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Application } from '../../main/backend/entries/application.ts';
import type { Client } from '../../preload/contract/contract.ts';
import { type Connected, ended, factsOfFailure, openEmptyApplication, TRANSPORTS } from './transports.ts';

describe.each(TRANSPORTS)('the workspace over $name', ({ connect }) => {
  let application: Application;
  let connected: Connected;
  let client: Client;

  beforeAll(async () => {
    application = await openEmptyApplication();
    connected = await connect(application.router);
    ({ client } = connected);
  });

  afterAll(async () => {
    await connected.close();
    await application.close();
  });

  test('a backup is made and put in place at the next start, unless that is taken back', async () => {
    const made = await client.system.backUp();
    expect(made).toMatchObject({ reason: 'asked', pending: false });
    expect(await client.system.restoreBackup({ name: made.name })).toMatchObject({ pending: true });
    expect(await client.system.keepDatabase()).toEqual({ kept: true });
    expect(await client.system.backups()).toEqual([made]);
    const outside = client.system.restoreBackup({ name: '../stockpot.db' });
    expect(await factsOfFailure(outside)).toMatchObject({ kind: 'input' });
  });

  test('devices are tried out', async () => {
    const devices = await client.system.devices({});
    expect(devices.some(({ runtime, usable }) => runtime === 'onnx' && usable)).toBe(true);
  });

  test('folders are looked into, without what is hidden', async () => {
    const { workspace } = await client.system.overview();
    const folder = join(workspace.folder, 'looked-into');
    mkdirSync(join(folder, 'inside'), { recursive: true });
    writeFileSync(join(folder, 'a.pt'), 'abc');
    writeFileSync(join(folder, '.hidden'), '');
    const { parent, entries, left } = await client.files.browse({ folder });
    expect(parent).toBe(dirname(folder));
    expect(entries.map(({ name, kind, bytes }) => [name, kind, bytes])).toEqual([
      ['inside', 'folder', 0],
      ['a.pt', 'file', 3],
    ]);
    expect(left).toBe(0);
    const nowhere = client.files.browse({ folder: join(folder, 'nowhere') });
    expect(await factsOfFailure(nowhere)).toMatchObject({ code: 'file/not-found' });
  });

  test('the sample project is there at once, and only once', async () => {
    const sample = await client.projects.sample();
    expect(sample.runCount).toBeGreaterThan(0);
    expect((await client.projects.sample()).id).toBe(sample.id);
  });

  test('MNIST comes with Stockpot; what no project uses leaves the cache', async () => {
    const { id } = await client.projects.create({ name: 'Digits' });
    const job = await ended(client, await client.datasets.addMnist({ projectId: id, shifted: false }));
    expect(job).toMatchObject({ state: 'done' });
    const splits = await client.datasets.list({ projectId: id });
    expect(splits.map(({ role, classCount }) => [role, classCount])).toEqual([
      ['train', 10],
      ['selection', 10],
      ['test', 10],
    ]);
    for (const split of splits) await client.datasets.remove({ id: split.id });
    const { freedBytes } = await client.system.clearCache({ predictions: true, unusedData: true });
    expect(freedBytes).toBeGreaterThan(splits[0]!.sampleCount * 28 * 28);
  });

  test('the database is checked on request', async () => {
    expect(await client.system.checkDatabase({})).toEqual({ problems: [] });
  });
});
