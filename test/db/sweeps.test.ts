import { expect, test } from 'vitest';
import { evaluationRepository } from '../../db/repositories/evaluations.ts';
import { presetRepository } from '../../db/repositories/presets.ts';
import { projectRepository } from '../../db/repositories/projects.ts';
import { sweepRepository } from '../../db/repositories/sweeps.ts';
import { temporaryDatabase } from './temporary.ts';

const AXES = [{ option: ['ingredients', 'a.b', 'weight'], values: [0, 0.5, 1] }];

test('scores are kept once each, and dropped when what they depend on has changed', async () => {
  const database = await temporaryDatabase();
  const evaluations = evaluationRepository(database);
  const sweeps = sweepRepository(database);
  const project = projectRepository(database).ensure('p');
  const sweep = sweeps.add({
    projectId: project.id,
    recipe: 'ties',
    recipeFile: 'recipe: ties',
    axes: AXES,
    metric: 'loss',
  });
  const evaluation = evaluations.save({
    subjectId: evaluations.ensureSubject('soup', 'k', {}),
    splitKey: 's',
    preprocessing: 'p',
    runtimeIdentity: 'r',
    correct: 7,
    total: 10,
    accuracy: 0.7,
    loss: 0.25,
    metrics: { accuracy: 0.7, loss: 0.25 },
    seconds: 1,
  });
  sweeps.begin(sweep.id, 'one');
  const score = { kind: 'point', ordinal: 1, label: 'weight = 0.5', evaluationId: evaluation.id } as const;
  sweeps.addScore(sweep.id, { ...score, interval: { low: 0.2, high: 0.3 } });
  sweeps.addScore(sweep.id, { ...score, interval: null });
  sweeps.begin(sweep.id, 'one');
  expect(sweeps.scores(sweep.id)).toEqual([
    {
      kind: 'point',
      ordinal: 1,
      label: 'weight = 0.5',
      correct: 7,
      total: 10,
      accuracy: 0.7,
      value: 0.25,
      interval: { low: 0.2, high: 0.3 },
    },
  ]);
  expect(sweeps.list(project.id)).toMatchObject([{ id: sweep.id, axes: AXES, scored: 1, finishedAt: null }]);
  sweeps.begin(sweep.id, 'two');
  expect(sweeps.scores(sweep.id)).toEqual([]);
  sweeps.finish(sweep.id);
  expect(sweeps.byId(sweep.id)!.finishedAt).not.toBeNull();
  expect(sweeps.same({ ...sweep })!.id).toBe(sweep.id);
  expect(sweeps.same({ ...sweep, metric: 'accuracy' })).toBeUndefined();
});

test('a preset is replaced by one of its name, and renamed', async () => {
  const presets = presetRepository(await temporaryDatabase());
  const first = presets.save({ name: 'mine', recipe: 'ties', recipeFile: 'recipe: ties' });
  const second = presets.save({ name: 'mine', recipe: 'greedy', recipeFile: 'recipe: greedy' });
  expect(second.id).toBe(first.id);
  presets.rename(first.id, 'yours');
  expect(presets.list().map(({ name, recipe }) => [name, recipe])).toEqual([['yours', 'greedy']]);
  presets.remove(first.id);
  expect(presets.list()).toEqual([]);
});
