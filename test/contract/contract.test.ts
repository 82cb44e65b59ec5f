import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Application } from '../../main/backend/entries/application.ts';
import type { JobQueue } from '../../main/backend/jobs/queue.ts';
import type { Client } from '../../preload/contract/contract.ts';
import { type Connected, factsOfFailure, openEmptyApplication, TRANSPORTS } from './transports.ts';

describe.each(TRANSPORTS)('the contract over $name', ({ connect }) => {
  let application: Application;
  let connected: Connected;
  let client: Client;
  let queue: JobQueue;

  beforeEach(async () => {
    application = await openEmptyApplication();
    connected = await connect(application.router);
    ({ client } = connected);
    queue = application.jobs;
  });

  afterEach(async () => {
    await connected.close();
    await application.close();
  });

  test('a project lives from its creation to its deletion, and comes back', async () => {
    expect(await client.projects.list()).toEqual([]);
    const { id } = await client.projects.create({ name: '  Birds ', notes: 'Feathers' });
    await client.projects.rename({ id, name: 'Owls' });
    await client.projects.describe({ id, notes: 'Feathers, at night', tags: ['vision', 'vision', 'night'] });
    await client.projects.archive({ id, archived: true });
    const [project] = await client.projects.list();
    expect(project).toMatchObject({ id, name: 'Owls', notes: 'Feathers, at night', tags: ['vision', 'night'] });
    expect(project).toMatchObject({ ingredientCount: 0, runCount: 0 });
    expect(project!.archivedAt).not.toBeNull();
    await client.projects.remove({ id });
    expect(await client.projects.list()).toEqual([]);
    expect(await client.projects.restore({ id })).toEqual(project);
  });

  test('a deleted project gives its name free, and does not come back over a new owner of it', async () => {
    const first = await client.projects.create({ name: 'Birds' });
    await client.projects.remove({ id: first.id });
    await client.projects.create({ name: 'Birds' });
    expect(await factsOfFailure(client.projects.restore({ id: first.id }))).toMatchObject({
      code: 'projects/name-taken',
      where: 'Birds',
    });
  });

  test('what the service refuses arrives with what, where and remedy', async () => {
    await client.projects.create({ name: 'Birds' });
    expect(await factsOfFailure(client.projects.create({ name: 'Birds' }))).toEqual({
      code: 'projects/name-taken',
      kind: 'input',
      what: 'Another project has this name',
      where: 'Birds',
      remedy: 'Choose another name, or rename that project first.',
      details: [],
    });
  });

  test('input that does not fit the contract is refused in the same way', async () => {
    expect(await factsOfFailure(client.projects.create({ name: '   ' }))).toEqual({
      code: 'api/bad-input',
      what: 'The input does not fit',
      where: 'projects.create',
      details: ['name: A project needs a name'],
    });
  });

  test('lists of nothing are empty, and unknown things are named', async () => {
    const { id } = await client.projects.create({ name: 'Birds' });
    expect(await client.ingredients.list({ projectId: id })).toEqual([]);
    expect(await client.runs.list({ projectId: id })).toEqual({ total: 0, rows: [] });
    expect(await factsOfFailure(client.runs.get({ id: 7 }))).toMatchObject({ code: 'runs/unknown', where: 'run 7' });
  });

  test('the system tells its versions and what the workspace takes', async () => {
    const { versions, workspace } = await client.system.overview();
    expect(versions.map(({ name }) => name)).toEqual(['Stockpot', 'Node.js']);
    expect(workspace.parts.find(({ name }) => name === 'Database')!.bytes).toBeGreaterThan(0);
    expect(workspace.diskFreeBytes).toBeLessThan(workspace.diskTotalBytes);
  });

  test('a watcher that leaves is forgotten', async () => {
    const controller = new AbortController();
    const changes = await client.jobs.watch(undefined, { signal: controller.signal });
    const waiting = changes.next();
    controller.abort();
    await expect(waiting).rejects.toThrow();
    await expect.poll(() => queue.watcherCount).toBe(0);
  });
});
