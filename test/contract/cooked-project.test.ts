import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Application } from '../../main/backend/entries/application.ts';
import { METRICS } from '../../main/metrics/index.ts';
import type { Client } from '../../preload/contract/contract.ts';
import type { JobResult } from '../../preload/contract/jobs.ts';
import { makeToyWorld, placedToyRecipe, type ToyWorld } from '../backend/toy-world.ts';
import { type Connected, ended, factsOfFailure, openEmptyApplication, TRANSPORTS } from './transports.ts';

/** What can be asked about a project in which a greedy and then a uniform soup were cooked. */
describe.each(TRANSPORTS)('a cooked project over $name', ({ connect }) => {
  let world: ToyWorld;
  let application: Application;
  let connected: Connected;
  let client: Client;
  let projectId: number;
  let greedy: number;
  let uniform: number;

  beforeAll(async () => {
    world = makeToyWorld();
    application = await openEmptyApplication();
    connected = await connect(application.router);
    ({ client } = connected);
    projectId = (await client.projects.create({ name: 'toy' })).id;
    greedy = await cook('greedy');
    uniform = await cook('uniform');
  });

  afterAll(async () => {
    await connected.close();
    await application.close();
    world.remove();
  });

  async function cook(recipe: string): Promise<number> {
    const text = placedToyRecipe(world, recipe);
    const job = await ended(client, await client.kitchen.cook({ projectId, text }));
    expect(job).toMatchObject({ state: 'done' });
    return (job.result as Extract<JobResult, { readonly kind: 'run' }>).runId;
  }

  test('runs have columns, are listed by a filter, grouped over seeds and leave as CSV', async () => {
    const columns = (await client.runs.columns({ projectId })).map(({ id }) => id);
    expect(columns).toEqual(expect.arrayContaining(['id', 'recipe', 'accuracy.clean', 'lead.noisy', 'loss.clean']));
    const where = 'clean > 10%';
    const sort = [{ column: 'recipe', descending: true }];
    const { total, rows } = await client.runs.list({ projectId, where, sort, limit: 1 });
    expect([total, rows.map(({ id }) => id)]).toEqual([2, [uniform]]);
    expect(await client.runs.ids({ projectId, where, sort })).toEqual([uniform, greedy]);
    const groups = await client.runs.groups({ projectId, columns: ['accuracy.clean'] });
    expect(groups.rows.map(({ recipe, seeds }) => [recipe, seeds])).toEqual([
      ['uniform', 1],
      ['greedy', 1],
    ]);
    expect(groups.rows[0]!.figures['accuracy.clean']).toMatchObject({ count: 1, interval: null });
    const { text } = await client.runs.csv({ projectId, sort, columns: ['id', 'recipe'] });
    expect(text.trimEnd().split('\r\n').slice(1)).toEqual([`${uniform},uniform`, `${greedy},greedy`]);
    const wrong = client.runs.list({ projectId, where: 'recipe = greedy and claen > 1' });
    expect(await factsOfFailure(wrong)).toMatchObject({
      code: 'runs/bad-filter',
      where: expect.stringContaining('claen'),
    });
  });

  test('runs get tags and notes, are deleted and come back', async () => {
    const [tagged] = await client.runs.tag({ ids: [greedy], add: ['paper', 'paper'] });
    expect(tagged!.tags).toEqual(['paper']);
    expect(await client.runs.note({ id: greedy, notes: 'The one' })).toMatchObject({ notes: 'The one' });
    expect((await client.runs.list({ projectId, where: 'tag:paper' })).total).toBe(1);
    expect(await client.runs.remove({ ids: [greedy] })).toEqual({ ids: [greedy] });
    expect((await client.runs.list({ projectId })).total).toBe(1);
    expect(await client.runs.restore({ ids: [greedy] })).toEqual({ ids: [greedy] });
    expect((await client.runs.list({ projectId })).rows[1]).toMatchObject({ tags: ['paper'], notes: 'The one' });
  });

  test('views of runs are kept under names, one of each', async () => {
    await client.runs.saveView({ projectId, name: 'Best', search: { q: 'greedy' } });
    const view = await client.runs.saveView({ projectId, name: 'Best', search: { q: 'uniform' } });
    expect(await client.runs.views({ projectId })).toEqual([view]);
    await client.runs.removeView({ id: view.id });
    expect(await client.runs.views({ projectId })).toEqual([]);
  });

  test('soups, ingredients and ensembles are compared: scores, paired tests, wins and losses', async () => {
    const choices = await client.compare.choices({ projectId });
    const kinds = choices.map(({ kind }) => kind);
    expect(kinds).toEqual([...new Array(5).fill('ingredient'), 'soup', 'soup', 'ensemble', 'ensemble']);
    const [found] = await client.compare.choices({ projectId, text: 'uniform', limit: 1 });
    expect(found).toMatchObject({ ref: `run:${uniform}`, label: `uniform, run ${uniform}` });
    const subjects = choices.map(({ ref }) => ref);
    const overview = await client.compare.overview({ projectId, subjects });
    expect(overview.sets.map(({ name }) => name)).toEqual(['clean', 'noisy', 'selection']);
    expect(overview.subjects.every(({ scores }) => scores.every((score) => score !== null))).toBe(true);
    const [baseline] = subjects;
    const setId = overview.sets[0]!.id;
    const pairs = await client.compare.paired({ projectId, subjects, baseline: baseline!, setId });
    expect(pairs.map(({ ref }) => ref)).toEqual(subjects.slice(1));
    const soup = pairs.find(({ ref }) => ref === `run:${greedy}`)!.result!;
    expect(soup.adjustedPValue).toBeGreaterThanOrEqual(soup.pValue);
    const duel = await client.compare.duel({
      projectId,
      subject: `run:${greedy}`,
      baseline: baseline!,
      setId,
      most: 2,
    });
    expect([duel.won.count, duel.lost.count]).toEqual([soup.onlySubject, soup.onlyBaseline]);
    expect(duel.won.shown.length).toBeLessThanOrEqual(2);
    const unknown = client.compare.overview({ projectId, subjects: ['ingredient:99'] });
    expect(await factsOfFailure(unknown)).toMatchObject({ code: 'compare/unknown', where: 'ingredient:99' });
  });

  test('a run tells whether it is better, what it scored and what it was made of', async () => {
    const verdict = await client.reports.verdict({ runId: greedy });
    expect(verdict!.comparisons[0]).toMatchObject({ split: 'clean', total: 240 });
    const { splits, rows } = await client.reports.evaluations({ runId: greedy });
    expect(splits.map(({ name }) => name)).toEqual(['selection', 'clean', 'noisy']);
    expect(rows.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['ingredient', 'soup', 'ensemble-logits', 'ensemble-probabilities']),
    );
    const facts = await client.reports.facts({ runId: greedy });
    expect(facts.ingredients).toHaveLength(5);
    expect(facts.commands[0]!.command).toMatch(/./);
    expect(await factsOfFailure(client.reports.verdict({ runId: 99 }))).toMatchObject({ code: 'runs/unknown' });
  });

  test('ingredients have scores on every split, and data say what networks could be trained on them', async () => {
    const scores = await client.ingredients.scores({ projectId });
    expect(scores).toHaveLength(5);
    expect(scores[0]!.scores.map(({ split }) => split)).toEqual(expect.arrayContaining(['selection', 'clean']));
    const [split] = await client.datasets.list({ projectId });
    const architectures = await client.ingredients.architectures({ splitId: split!.id });
    expect(architectures.length).toBeGreaterThan(0);
    for (const { spec } of architectures) expect(spec).toMatchObject({ inputShape: [1, 8, 8], classes: 3 });
  });

  test('the kitchen knows its recipes and its pantry, drafts, and checks what is written', async () => {
    const { recipes } = await client.kitchen.recipes();
    expect(recipes.map(({ name }) => name)).toEqual(expect.arrayContaining(['greedy', 'uniform']));
    const pantry = await client.kitchen.pantry({ projectId });
    expect([pantry.ingredients.length, pantry.splits.length]).toEqual([5, 3]);
    const { text } = await client.kitchen.draft({ projectId, runId: greedy });
    const good = await client.kitchen.check({ projectId, text });
    expect(good.findings).toEqual([]);
    expect(good.estimate!.passes.known).toBeGreaterThan(0);
    const bad = await client.kitchen.check({ projectId, text: text.replace('recipe: greedy', 'recipe: gravy') });
    expect(bad).toMatchObject({ estimate: null, findings: [{ field: 'recipe' }] });
  });

  test('exports have formats and a folder, and what was never exported cannot be shown', async () => {
    const { formats, dtypes, isOneModel } = await client.exports.choices({ runId: greedy });
    expect(isOneModel).toBe(true);
    expect(formats.length * dtypes.length).toBeGreaterThan(0);
    expect(formats.filter(({ refusal }) => refusal !== null).map(({ value }) => value)).toEqual(['keras-h5']);
    expect((await client.exports.folder({ runId: greedy })).folder).toContain(`run-${greedy}`);
    expect(await factsOfFailure(client.exports.reveal({ exportId: 99 }))).toMatchObject({ code: 'exports/unknown' });
  });

  test('an export is known again, says where it comes from, and its recipe is ready for the kitchen', async () => {
    const folder = join(world.folder, 'exports');
    const started = await client.exports.start({ runId: uniform, folder, format: 'numpy-archive', verify: false });
    expect(await ended(client, started)).toMatchObject({ state: 'done' });
    const { soup } = await client.exports.recognize({ paths: [folder] });
    expect(soup).toMatchObject({ file: expect.stringMatching(/npz$/), run: { id: uniform, projectId } });
    expect(await client.exports.recognize({ paths: [world.checkpoints[0]!] })).toEqual({ soup: null });
    const told = await client.exports.provenance({ path: soup!.file });
    expect(told).toMatchObject({ run: { id: uniform, project: 'toy' }, here: soup!.run, problem: null });
    expect(told.ingredients.every(({ path, sha256 }) => path !== null && sha256.length === 64)).toBe(true);
    const { text } = await client.kitchen.draft({ projectId, soup: soup!.file });
    expect((await client.kitchen.check({ projectId, text })).findings).toEqual([]);
    const none = client.exports.provenance({ path: world.checkpoints[0]! });
    expect(await factsOfFailure(none)).toMatchObject({ code: 'verify/not-a-soup' });
  });

  test('every metric has its score everywhere, and the one that decides can be chosen', async () => {
    const metrics = await client.metrics.list();
    expect(metrics.map(({ id }) => id)).toEqual(METRICS.map(({ id }) => id));
    const [scored] = await client.ingredients.scores({ projectId });
    expect(Object.keys(scored!.scores[0]!.score.figures)).toEqual(METRICS.map(({ id }) => id));
    const { rows } = await client.reports.evaluations({ runId: greedy });
    expect(rows.flatMap((row) => row.scores.map((cell) => Object.keys(cell!.figures).length))).not.toContain(0);
    expect((await client.runs.columns({ projectId })).map(({ id }) => id)).toContain('brier.clean');
    const before = await client.runs.list({ projectId });
    expect(await client.projects.chooseMetric({ id: projectId, metric: 'loss' })).toMatchObject({ metric: 'loss' });
    expect((await client.projects.overview({ id: projectId })).standing).toMatchObject({ metric: 'loss' });
    expect(await client.reports.verdict({ runId: greedy })).toMatchObject({ metric: 'loss' });
    const leads = ({ rows: all }: typeof before) => all.map(({ values }) => values['lead.clean']);
    expect(leads(await client.runs.list({ projectId }))).not.toEqual(leads(before));
    await client.projects.chooseMetric({ id: projectId, metric: 'accuracy' });
    expect(leads(await client.runs.list({ projectId }))).toEqual(leads(before));
    expect(await factsOfFailure(client.projects.chooseMetric({ id: projectId, metric: 'charm' }))).toMatchObject({
      code: 'metrics/unknown',
    });
  });

  test('the project tells how it stands, is copied, leaves as one file and comes back', async () => {
    expect(await client.projects.get({ id: projectId })).toMatchObject({
      name: 'toy',
      ingredientCount: 5,
      runCount: 2,
    });
    expect((await client.projects.overview({ id: projectId })).standing).not.toBeNull();
    expect(await client.projects.duplicate({ id: projectId })).toMatchObject({ name: 'toy (2)', runCount: 2 });
    const path = join(world.folder, 'away.stockpot');
    const leaving = await client.projects.exportFile({ id: projectId, path });
    expect(await ended(client, leaving)).toMatchObject({ state: 'done' });
    expect(await ended(client, await client.projects.importFile({ path }))).toMatchObject({ state: 'done' });
    expect(await client.projects.list()).toHaveLength(3);
  });
});
