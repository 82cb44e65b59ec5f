import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Backend, createBackend } from '../../../main/backend/backend.ts';
import type { RunDetails } from '../../../main/backend/runs/run-details.ts';
import { findMetric, METRICS } from '../../../main/metrics/index.ts';
import { cookFile } from '../cooking.ts';
import { type CountingHost, countingHost } from '../counting-host.ts';
import { makeToyWorld, type ToyWorld } from '../toy-world.ts';

let world: ToyWorld;
let host: CountingHost;
let backend: Backend;
let cooked: RunDetails;
let refs: readonly string[];
let projectId: number;

beforeAll(async () => {
  world = makeToyWorld();
  host = countingHost();
  backend = await createBackend({
    workspaceFolder: join(world.folder, 'workspace'),
    processHost: host,
    poolSize: { size: 1, threadsPerEngine: 1 },
  });
  cooked = await cookFile(backend, world.recipe);
  projectId = cooked.run.projectId;
  refs = everything().map(({ ref }) => ref);
});
afterAll(async () => {
  await backend.close();
  world.remove();
});

const everything = (text = '') => backend.compare.choices({ projectId, text, limit: 40 });
const paired = (setId: number, metric = 'accuracy') =>
  backend.compare.paired({ projectId, subjects: refs, baseline: refs[0]!, setId, metric });
const setNamed = (name: string) => backend.compare.overview(projectId, refs).sets.find((set) => set.name === name)!;

test('everything of a project can be chosen: ingredients, soups and ensembles', () => {
  const kinds = everything().map(({ kind, measured }) => [kind, measured]);
  expect(kinds).toEqual([
    ...new Array(5).fill(['ingredient', true]),
    ['soup', true],
    ['ensemble', true],
    ['ensemble', true],
  ]);
});

test('what is to be compared is found by the words of its name, a run by its number', () => {
  const labels = (text: string): readonly string[] => everything(text).map(({ label }) => label);
  expect(labels('from TORCH')).toEqual(['from torch']);
  expect(labels('greedy, run 1')).toEqual(['greedy, run 1']);
  expect(labels('logits')).toEqual(['ensemble of 5, mean logits']);
  expect(labels('greedy 2')).toEqual([]);
});

test('scores are those of the run, on every set, and cost no forward pass', async () => {
  const before = host.tasks.length;
  const { sets, subjects } = backend.compare.overview(projectId, refs);
  expect(sets.map(({ name, role, kind }) => [name, role, kind])).toEqual([
    ['clean', 'test', 'clean'],
    ['noisy', 'test', 'shifted'],
    ['selection', 'selection', 'clean'],
  ]);
  for (const [place, row] of cooked.rows.entries()) {
    const expected = sets.map(
      ({ id }) => row.evaluations[cooked.splits.findIndex((split) => split.id === id)]?.correct,
    );
    expect(subjects[place]!.scores.map((score) => score?.correct)).toEqual(expected);
  }
  const [ingredient, , , , , soup, ensemble] = subjects;
  expect(ingredient!.cost).toMatchObject({ passes: 1, parameters: 195, cookingSeconds: null });
  expect(soup!.cost.cookingSeconds).toBeGreaterThan(0);
  expect(ensemble!.cost).toMatchObject({ passes: 5, parameters: 975 });
  expect(soup!.facts).toContainEqual({ name: 'recipe', value: 'greedy' });
  await paired(setNamed('clean').id);
  backend.compare.duel(projectId, refs[5]!, refs[0]!, setNamed('clean').id, 5);
  expect(host.tasks.length).toBe(before);
});

test('paired results add up with the scores, and the soup of mediocre classifiers is better beyond chance', async () => {
  const set = setNamed('clean');
  const { sets, subjects } = backend.compare.overview(projectId, refs);
  const place = sets.findIndex(({ id }) => id === set.id);
  const accuracy = (at: number): number => subjects[at]!.scores[place]!.accuracy;
  const pairs = await paired(set.id);
  expect(pairs.map(({ ref }) => ref)).toEqual(refs.slice(1));
  for (const [at, { result }] of pairs.entries()) {
    expect(result!.difference).toBeCloseTo(accuracy(at + 1) - accuracy(0), 12);
  }
  expect(pairs[4]!.result).toMatchObject({ difference: expect.any(Number), pValue: expect.any(Number) });
  expect(pairs[4]!.result!.difference).toBeGreaterThan(0.1);
  expect(pairs[4]!.result).toMatchObject({ verdict: 'better', pValue: expect.closeTo(0, 3) });
});

test.each(METRICS.map(({ id }) => id).filter((id) => id !== 'top-5'))(
  'paired results by %s are differences of the scores, inside their intervals, and say which way is better',
  async (metric) => {
    const set = setNamed('clean');
    const { sets, subjects } = backend.compare.overview(projectId, refs);
    const place = sets.findIndex(({ id }) => id === set.id);
    const score = (at: number): number => subjects[at]!.scores[place]!.figures[metric]!.value!;
    for (const [at, { result }] of (await paired(set.id, metric)).entries()) {
      const { difference, interval, verdict } = result!;
      expect(difference).toBeCloseTo(score(at + 1) - score(0), 9);
      // Resampled calibration errors are larger than those of all samples, so theirs need not hold it.
      if (metric !== 'calibration-error') {
        expect(interval.low).toBeLessThanOrEqual(difference + 1e-12);
        expect(interval.high).toBeGreaterThanOrEqual(difference - 1e-12);
      }
      if (verdict !== 'undecided') {
        expect(verdict).toBe(difference > 0 === (findMetric(metric).better === 'higher') ? 'better' : 'worse');
      }
    }
  },
);

test('a metric that says nothing of so few classes has no figure and decides nothing', async () => {
  const { subjects } = backend.compare.overview(projectId, refs);
  expect(subjects[0]!.scores[0]!.figures['top-5']).toEqual({ value: null, interval: null });
  await expect(paired(setNamed('clean').id, 'no-such')).rejects.toMatchObject({ code: 'metrics/unknown' });
});

test('a duel shows where the difference is: confusions, and the examples with their images', () => {
  const set = setNamed('clean');
  const duel = backend.compare.duel(projectId, refs[5]!, refs[0]!, set.id, 3);
  const hits = (matrix: readonly number[]): number => matrix.filter((_, at) => at % 4 === 0).reduce((a, b) => a + b, 0);
  expect(duel.won.count - duel.lost.count).toBe(hits(duel.confusion.subject) - hits(duel.confusion.baseline));
  expect(duel.won.shown).toHaveLength(3);
  for (const { label, subject, baseline, pixels } of duel.won.shown) {
    expect(subject).toBe(label);
    expect(baseline).not.toBe(label);
    expect(Buffer.from(pixels, 'base64')).toHaveLength(64);
  }
});

test('what is not there is named', () => {
  expect(() => backend.compare.overview(projectId, ['ingredient:99'])).toThrow(
    expect.objectContaining({ code: 'compare/unknown', where: 'ingredient:99' }),
  );
  expect(() => backend.compare.duel(projectId, refs[5]!, refs[0]!, 99, 3)).toThrow(
    expect.objectContaining({ code: 'compare/unknown-set' }),
  );
});

test('predictions that are gone leave a gap, not a failure, and are not computed behind the back', async () => {
  const set = setNamed('noisy');
  for (const file of readdirSync(backend.paths.predictions)) rmSync(join(backend.paths.predictions, file));
  const before = host.tasks.length;
  const pairs = await paired(set.id);
  expect(pairs.every(({ result }) => result === null)).toBe(true);
  expect(() => backend.compare.duel(projectId, refs[5]!, refs[0]!, set.id, 3)).toThrow(
    expect.objectContaining({ code: 'compare/no-predictions' }),
  );
  expect(host.tasks.length).toBe(before);
});
