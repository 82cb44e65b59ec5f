import { mkdirSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Application } from '../../main/backend/entries/application.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { readWeights } from '../../main/checkpoints/weights.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import type { Client } from '../../preload/contract/contract.ts';
import type { NearDuplicatesEvent } from '../../preload/contract/datasets.ts';
import type { JobResult } from '../../preload/contract/jobs.ts';
import {
  makeToyWorld,
  placedToyRecipe,
  TOY_ARCHITECTURE,
  TOY_CLASSES,
  TOY_SAMPLES,
  type ToyWorld,
} from '../backend/toy-world.ts';
import { type Connected, ended, factsOfFailure, openEmptyApplication, TRANSPORTS } from './transports.ts';

type RunResult = Extract<JobResult, { readonly kind: 'run' }>;

/** Real checkpoints and data, from their import to a verified export; each test goes on where the last one ended. */
describe.each(TRANSPORTS)('the main job over $name', ({ connect }) => {
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

  const data = () => ({
    format: 'idx',
    images: join(world.folder, 'images.idx'),
    labels: join(world.folder, 'labels.idx'),
  });
  const recipe = (name: string): string => placedToyRecipe(world, name);

  test('before anything is stored it is said what fits and what does not', async () => {
    const broken = join(world.folder, 'models', 'broken.safetensors');
    writeFileSync(broken, Buffer.alloc(100, 7));
    writeFileSync(join(world.folder, 'models', 'notes.txt'), 'nothing');
    const found = await client.ingredients.preflight({ projectId, paths: [join(world.folder, 'models')] });
    expect(found.passedOver).toBe(1);
    expect(found.architecture).toMatchObject({ from: 'first', spec: { family: 'mlp' } });
    expect(found.files.map(({ name, fits }) => [name, fits])).toEqual([
      ['broken', false],
      ...['model-0', 'model-1', 'model-2', 'model-3', 'model-4'].map((name) => [name, true]),
    ]);
    expect(found.files[0]!.problem).toMatchObject({ kind: 'input', what: expect.stringMatching(/./) });
    expect(found.tensors.map(({ name }) => name)).toEqual(['classifier.weight', 'classifier.bias']);
    expect(found.files.map(({ cells }) => cells[0])).toEqual(['unreadable', ...new Array<string>(5).fill('same')]);
    expect(await client.ingredients.list({ projectId })).toEqual([]);
    const nowhere = client.ingredients.preflight({ projectId, paths: [join(world.folder, 'nowhere')] });
    expect(await factsOfFailure(nowhere)).toMatchObject({ code: 'file/not-found' });
  });

  test('other names are proposed, and fit once they are confirmed', async () => {
    const checkpoint = await openCheckpoint(world.checkpoints[0]!);
    const weights = new Map(
      [...readWeights(checkpoint)].map(([name, value]) => [name.replace('classifier', 'head'), value]),
    );
    checkpoint.close();
    const path = join(world.folder, 'named.safetensors');
    writeCheckpoint(path, 'safetensors', weights);
    const request = { projectId, paths: [path], architecture: { ...TOY_ARCHITECTURE } };
    const [refused] = (await client.ingredients.preflight(request)).files;
    expect(refused).toMatchObject({ fits: false, proposal: { complete: true } });
    expect(refused!.cells).toContain('proposed');
    const map = Object.fromEntries(refused!.proposal!.pairs.map(({ name, inFile }) => [name, inFile]));
    const [taken] = (await client.ingredients.preflight({ ...request, readings: [{ path, map }] })).files;
    expect(taken).toMatchObject({ fits: true, cells: ['renamed', 'renamed'] });
  });

  test('files are compared with progress, and whoever leaves ends it', async () => {
    const files = world.checkpoints.slice(0, 3).map((path, index) => ({ path, name: `m${index}` }));
    const kinds: string[] = [];
    let pairs = 0;
    for await (const event of await client.ingredients.compare({ files })) {
      kinds.push(event.kind);
      if (event.kind === 'compared') pairs = event.comparison.pairs.length;
    }
    expect(kinds.at(-1)).toBe('compared');
    expect(pairs).toBe(3);
    const gone = client.ingredients.compare({ files: [{ path: join(world.folder, 'gone.pt'), name: 'gone' }] });
    const told: unknown[] = [];
    for await (const event of await gone) told.push(event);
    expect(told).toMatchObject([{ kind: 'failed', error: { code: 'checkpoint/not-found' } }]);
  });

  test('checkpoints come in, and one that is broken is named without keeping the others out', async () => {
    const files = [...world.checkpoints, join(world.folder, 'models', 'broken.safetensors')].map((path) => ({ path }));
    const job = await ended(
      client,
      await client.ingredients.import({ projectId, files, architecture: { ...TOY_ARCHITECTURE } }),
    );
    expect(job).toMatchObject({ state: 'failed', error: { code: 'ingredients/import-incomplete' } });
    expect(job.error!.details![0]).toContain('broken.safetensors');
    const list = await client.ingredients.list({ projectId });
    expect(list.map(({ name, missing }) => [name, missing])).toEqual(
      ['model-0', 'model-1', 'model-2', 'model-3', 'model-4'].map((name) => [name, false]),
    );
    expect(job.result).toEqual({ kind: 'ingredients', projectId, ids: list.map(({ id }) => id) });
  });

  test('ingredients are renamed, tagged, taken off the list and brought back', async () => {
    const [first] = await client.ingredients.list({ projectId });
    const { id } = first!;
    expect(await client.ingredients.rename({ id, name: ' the first ' })).toMatchObject({ name: 'the first' });
    const [tagged] = await client.ingredients.tag({ ids: [id], add: ['good', 'good', 'old'], remove: ['old'] });
    expect(tagged!.tags).toEqual(['good']);
    expect(await client.ingredients.describe({ id, hyperparameters: { learningRate: 0.1 } })).toMatchObject({
      hyperparameters: { learningRate: 0.1 },
    });
    await client.ingredients.remove({ ids: [id] });
    expect(await client.ingredients.list({ projectId })).toHaveLength(4);
    await client.ingredients.restore({ ids: [id] });
    await client.ingredients.rename({ id, name: 'model-0' });
    const details = await client.ingredients.get({ id });
    expect(details).toMatchObject({
      name: 'model-0',
      tags: ['good'],
      problem: null,
      training: null,
      scores: [],
      runs: [],
    });
    expect(details.tensors).toEqual([
      { name: 'classifier.weight', dtype: 'F32', shape: [3, 64], parameterCount: 192 },
      { name: 'classifier.bias', dtype: 'F32', shape: [3], parameterCount: 3 },
    ]);
    expect(await factsOfFailure(client.ingredients.get({ id: 99 }))).toMatchObject({ code: 'ingredients/unknown' });
  });

  test('a file that was moved is found again by its content', async () => {
    const [first] = await client.ingredients.list({ projectId });
    const elsewhere = join(world.folder, 'elsewhere');
    mkdirSync(elsewhere);
    renameSync(first!.path, join(elsewhere, 'renamed.safetensors'));
    expect((await client.ingredients.list({ projectId }))[0]).toMatchObject({ missing: true });
    const inVain = await ended(
      client,
      await client.ingredients.repair({ projectId, paths: [join(world.folder, 'models')] }),
    );
    expect(inVain).toMatchObject({ state: 'failed', error: { code: 'ingredients/not-found' } });
    const job = await ended(client, await client.ingredients.repair({ projectId, paths: [world.folder] }));
    expect(job).toMatchObject({ state: 'done', result: { kind: 'ingredients', ids: [first!.id] } });
    const [found] = await client.ingredients.list({ projectId });
    expect(found).toMatchObject({ missing: false, path: join(elsewhere, 'renamed.safetensors') });
    renameSync(found!.path, first!.path);
    await ended(client, await client.ingredients.repair({ projectId, paths: [join(world.folder, 'models')] }));
  });

  test('data are looked into, added, shown, damaged and checked', async () => {
    expect((await client.datasets.sources()).map(({ format }) => format)).toEqual(['idx', 'mnist']);
    const look = await client.datasets.inspect({ source: data() });
    expect(look).toMatchObject({ sampleCount: TOY_SAMPLES, sampleShape: [1, 8, 8], classCount: TOY_CLASSES });
    expect(look.balance.reduce((sum, count) => sum + count)).toBe(TOY_SAMPLES);
    const splits = [
      { role: 'train', name: 'train', source: { ...data(), rows: { from: 0, to: 120 } } },
      { role: 'selection', name: 'selection', source: { ...data(), rows: { from: 100, to: 240 } } },
      { role: 'test', name: 'clean', source: { ...data(), rows: { from: 240, to: 360 } } },
    ] as const;
    const job = await ended(client, await client.datasets.add({ projectId, splits: [...splits] }));
    expect(job).toMatchObject({ state: 'done', result: { kind: 'splits' } });
    const list = await client.datasets.list({ projectId });
    expect(
      list.map(({ role, sampleCount, runCount, prepared }) => ({ role, sampleCount, runCount, prepared })),
    ).toEqual([
      { role: 'train', sampleCount: 120, runCount: 0, prepared: true },
      { role: 'selection', sampleCount: 140, runCount: 0, prepared: true },
      { role: 'test', sampleCount: 120, runCount: 0, prepared: true },
    ]);
    const [train, selection, clean] = list;
    const { counts } = await client.datasets.balance({ splitId: train!.id });
    const page = await client.datasets.samples({ splitId: train!.id, label: 1, offset: 1, limit: 2 });
    expect(page).toMatchObject({ total: counts[1], shape: [1, 8, 8], samples: [{ label: 1 }, { label: 1 }] });
    const kinds = await client.datasets.corruptions();
    const damage = await client.datasets.corrupt({
      splitId: clean!.id,
      kind: kinds[0]!.kind,
      rows: [0, 3],
      severities: [1, 5],
    });
    expect(damage.variants.map(({ severity, samples }) => [severity, samples.length])).toEqual([
      [1, 2],
      [5, 2],
    ]);
    expect(damage.variants[1]!.samples[0]!.pixels).not.toBe(damage.originals[0]!.pixels);
    const pairs = await client.datasets.leakage({ projectId });
    expect(pairs.map(({ seen, scored }) => `${seen.name} ${scored.name}`)).toEqual([
      'train selection',
      'train clean',
      'selection clean',
    ]);
    expect(pairs.filter(({ shared }) => shared > 0)).toEqual([
      expect.objectContaining({
        seen: expect.objectContaining({ id: train!.id }),
        scored: expect.objectContaining({ id: selection!.id }),
        shared: 20,
        of: 140,
      }),
    ]);
    const alike: NearDuplicatesEvent[] = [];
    for await (const event of await client.datasets.nearDuplicates({ projectId })) alike.push(event);
    const found = alike.at(-1);
    if (found?.kind !== 'found') throw new Error(`Not found: ${JSON.stringify(found)}`);
    expect(found.pairs.map(({ seen, scored, of }) => `${seen.name} ${scored.name} ${of}`)).toEqual([
      'train selection 140',
      'train clean 120',
      'selection clean 120',
    ]);
    for (const { nearest } of found.pairs) {
      for (const { correlation } of nearest) expect(correlation).toBeGreaterThanOrEqual(found.leastCorrelation);
    }
    await client.datasets.remove({ id: train!.id });
    expect(await client.datasets.list({ projectId })).toHaveLength(2);
    const wrong = client.datasets.add({ projectId, splits: [{ role: 'test', name: 'x', source: { format: 'csv' } }] });
    expect(await factsOfFailure(wrong)).toMatchObject({ code: 'data/bad-source', where: 'x' });
  });

  test('new ingredients are trained, epoch by epoch, and are not trained twice', async () => {
    const { presets } = await client.ingredients.presets({});
    expect(presets.map(({ role }) => role)).toContain('base');
    const [selection, clean] = await client.datasets.list({ projectId });
    const train = {
      projectId,
      trainings: [{ name: 'fresh', config: { epochs: 2, batchSize: 16, optimizer: 'adam', seed: 3 } }],
      initial: { kind: 'fresh', seed: 3, architecture: { ...TOY_ARCHITECTURE } },
      trainSplitId: clean!.id,
      selectionSplitId: selection!.id,
      device: 'wasm',
    } as const;
    const request = { ...train, trainings: [...train.trainings] };
    const started = await client.ingredients.train(request);
    const job = await ended(client, started);
    expect(job).toMatchObject({ state: 'done', error: null });
    const events = await client.jobs.events({ id: started.jobId });
    const epochs = events.flatMap(({ event }) => (event.kind === 'epoch' ? [event.report.epoch] : []));
    expect(epochs).toHaveLength(2);
    const again = await ended(client, await client.ingredients.train(request));
    expect(again.result).toEqual(job.result);
    const faulty = { ...request, trainings: [{ name: 'odd', config: { epochs: 0 } }] };
    expect(await factsOfFailure(client.ingredients.train(faulty))).toMatchObject({
      code: 'train/bad-config',
      where: 'odd',
    });
  });

  test('a greedy soup is cooked with its trace, exported, verified and reported on', async () => {
    const started = await client.kitchen.cook({ projectId, text: recipe('greedy') });
    const kinds: string[] = [];
    for await (const { event } of await client.jobs.follow({ id: started.jobId })) kinds.push(event.kind);
    expect(new Set(kinds)).toEqual(new Set(['attempt', 'log', 'trace', 'soup', 'evaluated']));
    const job = await client.jobs.get({ id: started.jobId });
    expect(job).toMatchObject({ state: 'done', projectId, title: expect.stringContaining('5 ingredients') });
    const { runId } = job.result as RunResult;
    const run = await client.runs.get({ id: runId });
    expect(run).toMatchObject({ recipe: 'greedy', status: 'done', project: 'toy' });
    expect(run.trace.at(-1)!.kind).toBe('stopped');
    expect(run.splits.map(({ name, corruption }) => [name, corruption])).toEqual([
      ['selection', null],
      ['clean', null],
      ['noisy', 'gaussian-noise 3'],
    ]);

    expect(await client.reports.replayed({ runId })).toBeNull();
    const replayed = await ended(client, await client.reports.replay({ runId }));
    expect(replayed.result).toEqual({ kind: 'replay', projectId, runId, same: true });
    expect(await client.reports.replayed({ runId })).toMatchObject({ steps: { same: true }, scores: { differing: 0 } });

    const draft = await client.exports.draftCard({ runId, format: 'pytorch-zip' });
    expect(draft.text).toContain(draft.hashPlace);
    const layout = { wrap: 'state_dict', prefix: 'module.' };
    const wrapped = await client.exports.draftCard({ runId, format: 'pytorch-zip', layout });
    expect(wrapped.text).toContain('["state_dict"]');
    expect(wrapped.text).toContain('name.removeprefix("module.")');
    const folder = await client.exports.folder({ runId });
    const writing = await client.exports.start({ runId, format: 'pytorch-zip', card: `${draft.text}\nBy hand.\n` });
    const written = await ended(client, writing);
    expect(written).toMatchObject({ state: 'done', result: { kind: 'export', runId } });
    const [file] = await client.exports.list({ runId });
    expect(file).toMatchObject({ format: 'pytorch-zip', missing: false });
    const exportId = file!.id;
    const verified = await ended(client, await client.exports.verify({ exportId }));
    expect(verified.result).toMatchObject({ kind: 'verification', identical: true, differences: [], runId });
    const { text } = await client.exports.card({ exportId });
    expect(text).toMatch(/By hand\.\n$/);
    expect(text).toContain(`SHA-256 of \`greedy-soup.pt\`: \`${file!.sha256}\``);
    expect(await client.exports.folder({ runId })).toEqual({ folder: `${folder.folder}-2` });
    await client.exports.saveCard({ exportId, text: `${text}\nMine.` });
    expect((await client.exports.card({ exportId })).text).toMatch(/Mine\.$/);
    expect((await client.exports.python({ exportId })).text).toContain('torch.load');
    expect((await client.exports.report({ runId })).html).toContain('<!doctype html>');
    expect(await factsOfFailure(client.exports.start({ runId, format: 'exe' }))).toMatchObject({
      code: 'exports/unknown-choice',
    });
    const twice = await ended(client, await client.exports.start({ runId, format: 'pytorch-zip' }));
    expect(twice).toMatchObject({ state: 'failed', error: { code: 'exports/exists' } });
    truncateSync(file!.path, 200);
    const damaged = await ended(client, await client.exports.verify({ exportId }));
    expect(damaged).toMatchObject({ state: 'failed', error: { kind: 'input' } });
  });

  test('an ingredient tells its scores and its runs; a split that a run uses stays', async () => {
    const [first] = await client.ingredients.list({ projectId });
    const { scores, runs } = await client.ingredients.get({ id: first!.id });
    expect(scores.map(({ split }) => split)).toEqual(expect.arrayContaining(['selection', 'clean', 'noisy']));
    expect(runs).toEqual([expect.objectContaining({ recipe: 'greedy' })]);
    const used = (await client.datasets.list({ projectId })).find(({ runCount }) => runCount > 0);
    expect(await factsOfFailure(client.datasets.remove({ id: used!.id }))).toMatchObject({ code: 'datasets/in-use' });
  });

  test('a recipe that cannot be cooked starts no job', async () => {
    const before = (await client.jobs.list()).length;
    const bad = client.kitchen.cook({ projectId, text: recipe('greedy').replace('recipe: greedy', 'recipe: gravy') });
    expect(await factsOfFailure(bad)).toMatchObject({
      code: 'recipe/unknown',
      where: expect.stringContaining('line 1'),
    });
    expect(await client.jobs.list()).toHaveLength(before);
  });

  test('a soup whose cooking was cancelled is cooked to its end when it is resumed, under its number', async () => {
    // As soon as there is a run: nothing of it has to be computed anew, so a caller from outside would come too late.
    const stopWatching = application.jobs.subscribe((news) => {
      if (news.kind !== 'job' || news.job.state !== 'running' || news.job.result === null) return;
      stopWatching();
      application.jobs.cancel(news.job.id);
    });
    const started = await client.kitchen.cook({ projectId, text: recipe('greedy').replace('project: toy', 'seed: 5') });
    const cancelled = await ended(client, started);
    expect(cancelled).toMatchObject({ state: 'cancelled', result: { kind: 'run' } });
    const { runId } = cancelled.result as RunResult;
    expect(await client.runs.get({ id: runId })).toMatchObject({ status: 'cancelled' });
    await client.jobs.resume({ id: started.jobId });
    expect(await ended(client, started)).toMatchObject({ state: 'done', attempts: 2, result: { runId } });
    expect(await client.runs.get({ id: runId })).toMatchObject({ status: 'done', attempts: 2 });
  });
});
