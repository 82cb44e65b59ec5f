import { expect, test } from 'vitest';
import { evaluationRepository } from '../../db/repositories/evaluations.ts';
import { metricBacklog } from '../../db/repositories/metric-backlog.ts';
import { temporaryDatabase } from './temporary.ts';

const CONDITIONS = { splitKey: 'split', preprocessing: '{}', runtimeIdentity: 'onnxruntime' };
const SCORE = { correct: 9, total: 10, accuracy: 0.9, loss: 0.3, seconds: 1 };

test('only what there is something to work it out from is brought up to date: kept predictions, or an ensemble', async () => {
  const database = await temporaryDatabase();
  const evaluations = evaluationRepository(database);
  const measured = (kind: 'soup' | 'ensemble', key: string, metrics = {}) => {
    const subjectId = evaluations.ensureSubject(kind, key, {});
    return evaluations.save({ subjectId, ...CONDITIONS, ...SCORE, metrics });
  };
  const keep = ({ subjectId }: { readonly subjectId: number }, key: string): void =>
    evaluations.savePrediction({
      key,
      subjectId,
      ...CONDITIONS,
      file: `${key}.f32`,
      sha256: ''.padEnd(64, '0'),
      byteSize: 400,
      sampleCount: 10,
      classCount: 10,
      seconds: 1,
    });
  measured('soup', 'without predictions');
  const kept = measured('soup', 'with predictions');
  keep(kept, 'kept');
  keep(measured('soup', 'known', { brier: 0.1 }), 'known');
  const ensemble = measured('ensemble', 'of two');
  const { next } = metricBacklog(database);
  expect(next(['brier'], 0).found?.id).toBe(kept.id);
  expect(next(['brier'], kept.id).found?.id).toBe(ensemble.id);
  expect(next(['brier'], ensemble.id)).toEqual({ found: undefined, lookedThrough: undefined });
});

test('a long table is looked through in steps, and to its end', async () => {
  const database = await temporaryDatabase();
  const evaluations = evaluationRepository(database);
  const { next } = metricBacklog(database);
  const measure = (kind: 'soup' | 'ensemble', key: string) =>
    evaluations.save({ subjectId: evaluations.ensureSubject(kind, key, {}), ...CONDITIONS, ...SCORE, metrics: {} });
  database.transaction(() => {
    for (let n = 0; n < 1200; n++) measure('soup', `without predictions ${n}`);
  });
  const last = measure('ensemble', 'the last');
  const steps = [next(['brier'], 0)];
  while (steps.at(-1)!.lookedThrough !== undefined) steps.push(next(['brier'], steps.at(-1)!.lookedThrough!));
  expect(steps.flatMap(({ found }) => (found === undefined ? [] : [found.id]))).toEqual([last.id]);
  expect(steps.length).toBeGreaterThan(2);
});
