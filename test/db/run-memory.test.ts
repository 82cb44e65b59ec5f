import { expect, onTestFinished, test } from 'vitest';
import { type Database, openDatabase } from '../../db/open.ts';
import { projectRepository } from '../../db/repositories/projects.ts';
import type { RunCondition } from '../../db/repositories/run-condition.ts';
import { listRuns, runChanges } from '../../db/repositories/run-list.ts';
import { seedRuns } from '../support/seed-runs.ts';
import { temporaryDatabase } from './temporary.ts';

const NEWEST = [{ column: 'id', descending: true }] as const;

function listed(database: Database, projectId: number | undefined, condition?: RunCondition): readonly number[] {
  return listRuns(database, { projectId, condition, sort: NEWEST, offset: 0, limit: 1000 }).rows.map(({ id }) => id);
}

const noted: RunCondition = { kind: 'contains', column: 'notes', text: 'look' };
const good: RunCondition = { kind: 'compare', column: 'accuracy.clean', comparison: '>=', value: 0.999 };

test('a list that was asked for before shows what has changed since', async () => {
  const database = await temporaryDatabase();
  const projectId = seedRuns(database, 30);
  const changes = runChanges(database);
  expect(listed(database, projectId, noted)).toEqual([]);
  expect(listed(database, projectId, good)).toEqual([]);
  changes.note(7, 'Look here');
  expect(listed(database, projectId, noted)).toEqual([7]);
  database.query("UPDATE run_values SET value = 1 WHERE run_id = 9 AND name = 'accuracy.clean'").run();
  expect(listed(database, projectId, good)).toEqual([9]);
  changes.setAside([7, 30]);
  expect(listed(database, projectId)).toHaveLength(28);
  expect(listed(database, projectId, noted)).toEqual([]);
  changes.bringBack([7]);
  expect(listed(database, projectId, noted)).toEqual([7]);
});

test('new runs come in, also in a list of all projects, and those of a deleted project go', async () => {
  const database = await temporaryDatabase();
  const first = seedRuns(database, 3, 'first');
  expect(listed(database, first)).toEqual([3, 2, 1]);
  expect(listed(database, undefined)).toEqual([3, 2, 1]);
  const second = seedRuns(database, 2, 'second');
  expect(listed(database, second)).toEqual([5, 4]);
  expect(listed(database, undefined)).toEqual([5, 4, 3, 2, 1]);
  projectRepository(database).setAside(first);
  expect(listed(database, first)).toEqual([]);
  expect(listed(database, undefined)).toEqual([5, 4]);
});

test('what another process writes is seen, and what a transaction takes back is not', async () => {
  const database = await temporaryDatabase();
  const projectId = seedRuns(database, 5);
  expect(listed(database, projectId, noted)).toEqual([]);
  const other = await openDatabase(database.path);
  onTestFinished(() => other.close());
  runChanges(other).note(2, 'look');
  expect(listed(database, projectId, noted)).toEqual([2]);
  const takenBack = (): void =>
    database.transaction(() => {
      runChanges(database).note(3, 'look');
      expect(listed(database, projectId, noted)).toEqual([3, 2]);
      throw new Error('taken back');
    });
  expect(takenBack).toThrow('taken back');
  expect(listed(database, projectId, noted)).toEqual([2]);
});
