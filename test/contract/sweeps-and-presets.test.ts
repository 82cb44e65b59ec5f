import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Application } from '../../main/backend/entries/application.ts';
import type { Client } from '../../preload/contract/contract.ts';
import { makeToyWorld, placedToyRecipe, type ToyWorld } from '../backend/toy-world.ts';
import { type Connected, ended, factsOfFailure, openEmptyApplication, TRANSPORTS } from './transports.ts';

describe.each(TRANSPORTS)('sweeps and presets over $name', ({ connect }) => {
  let world: ToyWorld;
  let application: Application;
  let connected: Connected;
  let client: Client;
  let projectId: number;

  beforeAll(async () => {
    world = makeToyWorld();
    application = await openEmptyApplication();
    connected = await connect(application.router);
    ({ client } = connected);
    projectId = (await client.projects.create({ name: 'toy' })).id;
  });

  afterAll(async () => {
    await connected.close();
    await application.close();
    world.remove();
  });

  const wiseFt = (): string =>
    placedToyRecipe(world, 'wise-ft').replace('project: toy', 'options: # as it was\n  base: model-3\nproject: toy');

  test('a recipe tells its numbers, is swept as a job, and its best point is cooked', async () => {
    const [alpha] = await client.sweeps.options({ text: wiseFt() });
    expect(alpha).toMatchObject({ name: 'alpha', value: 0.5, minimum: 0, maximum: 1 });
    const range = { from: 0, to: 1, steps: 3, scale: 'linear' } as const;
    const request = { projectId, text: wiseFt(), axes: [{ name: alpha!.name, range }] };
    const { sweepId, jobId } = await client.sweeps.start(request);
    const job = await ended(client, { jobId: jobId! });
    expect(job).toMatchObject({ kind: 'sweep', state: 'done', result: { kind: 'sweep', projectId, sweepId } });
    const sweep = await client.sweeps.get({ id: sweepId });
    expect(sweep).toMatchObject({
      title: 'WiSE-FT over alpha',
      jobId,
      axes: [{ option: ['alpha'], values: [0, 0.5, 1] }],
    });
    expect(sweep.points.every(({ score }) => score?.interval != null)).toBe(true);
    const best = sweep.points[sweep.best!.ordinal]!;
    const point = { sweepId, ordinal: best.ordinal };
    const { text } = await client.kitchen.draft({ projectId, point });
    expect(text).toContain(`alpha: ${best.values[0]}`);
    const cooked = await ended(client, await client.sweeps.cook({ id: sweepId, ordinal: best.ordinal }));
    const { runId } = cooked.result as { readonly runId: number };
    const run = await client.runs.get({ id: runId });
    const soup = run.results.find(({ kind, split }) => kind === 'soup' && split === 'selection');
    expect(soup!.score.correct).toBe(best.score!.correct);
    expect(run.results.some(({ kind, split }) => kind === 'soup' && split === 'clean')).toBe(true);
  });

  test('the same sweep is there at once, is listed, removed and restored', async () => {
    const axes = [{ name: 'alpha', range: { values: [0, 0.5, 1] } }];
    const { sweepId } = await client.sweeps.start({ projectId, text: wiseFt(), axes });
    const [listed, ...others] = await client.sweeps.list({ projectId });
    expect(others).toEqual([]);
    expect(listed).toMatchObject({ id: sweepId, scored: 3, total: 3, finishedAt: expect.any(String) });
    await client.sweeps.remove({ id: sweepId });
    expect(await client.sweeps.list({ projectId })).toEqual([]);
    expect(await factsOfFailure(client.sweeps.get({ id: sweepId }))).toMatchObject({ code: 'sweeps/unknown' });
    expect(await client.sweeps.restore({ id: sweepId })).toEqual({ id: sweepId });
    const again = await client.sweeps.resume({ id: sweepId });
    expect(await ended(client, { jobId: again.jobId! })).toMatchObject({ state: 'done' });
  });

  test('a copy of the project has its sweeps, with their scores', async () => {
    const copy = await client.projects.duplicate({ id: projectId });
    const [listed] = await client.sweeps.list({ projectId: copy.id });
    const [original] = await client.sweeps.list({ projectId });
    const [sweep, known] = [await client.sweeps.get({ id: listed!.id }), await client.sweeps.get({ id: original!.id })];
    expect(sweep).toEqual({ ...known, id: sweep.id, projectId: copy.id, jobId: null });
    const point = { sweepId: sweep.id, ordinal: 1 };
    const { text } = await client.kitchen.draft({ projectId: copy.id, point });
    expect(await client.kitchen.check({ projectId: copy.id, text })).toMatchObject({ findings: [] });
  });

  test('a value that is not allowed is told before anything begins', async () => {
    const axes = [{ name: 'alpha', range: { values: [0.5, 7] } }];
    const failure = await factsOfFailure(client.sweeps.start({ projectId, text: wiseFt(), axes }));
    expect(failure).toMatchObject({ code: 'recipe/bad-option', where: 'alpha = 7' });
  });

  test('a preset keeps recipe and options with their comments, and no ingredients', async () => {
    const saved = await client.presets.save({ name: ' Halfway ', text: wiseFt() });
    expect(saved).toMatchObject({ name: 'Halfway', recipe: 'wise-ft' });
    expect(saved.text).toBe('recipe: wise-ft\noptions:\n  # as it was\n  base: model-3\n');
    expect(await client.presets.list()).toEqual([saved]);
    // What it keeps is a recipe file: it can be saved as it is.
    expect(await client.presets.save({ name: 'Halfway', text: saved.text })).toEqual(saved);
    const other = await client.presets.save({ name: 'Greedy', text: 'recipe: greedy' });
    expect(await factsOfFailure(client.presets.rename({ id: other.id, name: 'Halfway' }))).toMatchObject({
      code: 'presets/name-taken',
    });
    expect(await client.presets.rename({ id: saved.id, name: 'All the way' })).toMatchObject({ name: 'All the way' });
    expect((await client.presets.list()).map(({ name }) => name)).toEqual(['All the way', 'Greedy']);
    expect(await client.presets.remove({ id: saved.id })).toEqual({ id: saved.id });
    expect(await factsOfFailure(client.presets.remove({ id: saved.id }))).toMatchObject({ code: 'presets/unknown' });
    const none = await factsOfFailure(client.presets.save({ name: 'Gravy', text: 'recipe: gravy' }));
    expect(none).toMatchObject({ code: 'recipe/unknown' });
    const broken = await factsOfFailure(client.presets.save({ name: 'Broken', text: 'recipe: [' }));
    expect(broken).toMatchObject({ code: 'recipe-file/bad-yaml' });
  });
});
