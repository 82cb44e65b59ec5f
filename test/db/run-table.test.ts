import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../db/open.ts';
import { runColumns } from '../../db/repositories/run-columns.ts';
import { groupFigures, groupRuns, groupSettings } from '../../db/repositories/run-groups.ts';
import { listRuns, type RunListQuery, runChanges } from '../../db/repositories/run-list.ts';
import { parseFilter } from '../../main/backend/runs/filter/parse-filter.ts';
import { runTable } from '../../main/backend/runs/run-table.ts';
import { seedRuns } from '../support/seed-runs.ts';

describe('a table of two thousand runs', () => {
  let database: Database;
  let projectId: number;
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stockpot-table-'));
    database = await openDatabase(join(folder, 'stockpot.db'));
    projectId = seedRuns(database, 2000);
    seedRuns(database, 20, 'another');
    return () => {
      database.close();
      rmSync(folder, { recursive: true });
    };
  });
  const list = (where: string, sort: RunListQuery['sort'] = [], limit = 2000) => {
    const condition = parseFilter(where, runColumns(database, projectId));
    return listRuns(database, { projectId, condition, sort, offset: 0, limit });
  };

  test('has forty columns, all of this project and none of another', () => {
    const ids = runColumns(database, projectId).map(({ id }) => id);
    expect(ids.length).toBeGreaterThanOrEqual(40);
    expect(ids).toEqual(
      expect.arrayContaining(['id', 'tags', 'shifted', 'accuracy.clean', 'lead.blur', 'loss.blur', 'option.order']),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('a line has the values that were asked for, and all of them otherwise', () => {
    const query = { projectId, condition: undefined, sort: [], offset: 0, limit: 1 };
    const [all] = listRuns(database, query).rows;
    const columns = ['accuracy.clean', 'option.order', 'none of them'];
    const [row] = listRuns(database, { ...query, columns }).rows;
    expect(Object.keys(all!.values).length).toBeGreaterThan(40);
    expect(row).toMatchObject({ id: all!.id, ingredientCount: all!.ingredientCount });
    expect(row!.values['accuracy.clean']).toBe(all!.values['accuracy.clean']);
    expect(row!.values).not.toHaveProperty('loss.clean');
  });

  test('is sorted by several columns, with what has no value last', () => {
    const { rows } = list('', [
      { column: 'recipe', descending: false },
      { column: 'accuracy.clean', descending: true },
    ]);
    const order = rows.map((row) => [row.recipe, row.values['accuracy.clean'] ?? -1] as const);
    expect(order).toEqual([...order].sort(([a, x], [b, y]) => a.localeCompare(b) || Number(y) - Number(x)));
    expect(list('', [{ column: 'accuracy.clean', descending: false }]).rows.at(-1)?.status).toBe('failed');
  });

  test.each([
    ['recipe = greedy', 1000],
    ['recipe = GREEDY and order = sorted', 500],
    ['not recipe = greedy', 1000],
    ['order is empty', 1000],
    ['seed in (0, 3)', 800],
    ['created > 1h', 2000],
    ['created < 1h', 0],
  ])('%s passes %i runs', (where, expected) => {
    expect(list(where).total).toBe(expected);
  });

  test('or and a figure choose what they say', () => {
    const all = list('').rows;
    const expected = all.filter(({ seed, status }) => seed >= 3 || status === 'failed').length;
    expect(list('seed >= 3 or status = failed').total).toBe(expected);
    const warm = all.filter(({ values }) => Number(values['option.temperature'] ?? 0) > 0.03).length;
    expect(warm).toBeGreaterThan(0);
    expect(list('temperature > 0.03').total).toBe(warm);
  });

  test('compares numbers with numbers only', () => {
    // order holds text: a number is neither above nor below it.
    expect(list('order > 1').total).toBe(0);
    expect(list('clean > 0').total).toBe(2000 - list('status = failed').total);
  });

  test('groups what differs by its seed alone', () => {
    const groups = groupRuns(database, { projectId }, ['accuracy.clean']);
    expect(groups.reduce((sum, { ids }) => sum + ids.length, 0)).toBe(2000);
    const settings = groupSettings(database, groups);
    const place = settings.findIndex(({ recipe, seeds }) => recipe === 'performance-weighted' && seeds === 5);
    const group = groups[place]!;
    expect(Object.keys(settings[place]!.options as object)).toEqual(['temperature']);
    const own = list('').rows.filter(({ id }) => group.ids.includes(id));
    expect(new Set(own.map(({ values }) => values['option.temperature'])).size).toBe(1);
    const scores = own.flatMap(({ values }) => values['accuracy.clean'] ?? []).map(Number);
    const mean = scores.reduce((sum, value) => sum + value, 0) / scores.length;
    const figures = groupFigures(database, [group], ['accuracy.clean', 'option.order'])[0]!;
    expect(figures).toEqual(group.figures);
    const figure = figures['accuracy.clean']!;
    expect(figure.count).toBe(scores.length);
    expect(figure.mean).toBeCloseTo(mean, 12);
    expect(figure.squares).toBeCloseTo(
      scores.reduce((sum, value) => sum + (value - mean) ** 2, 0),
      12,
    );
  });

  test('deleted runs are gone until they are brought back', () => {
    const changes = runChanges(database);
    expect(changes.setAside([1, 2, 2])).toEqual([1, 2]);
    expect(list('').total).toBe(1998);
    changes.bringBack([1, 2]);
    expect(list('').total).toBe(2000);
    changes.setAside([3]);
    changes.purge('2020-01-01T00:00:00.000Z');
    changes.bringBack([3]);
    expect(list('id = 3').total).toBe(1);
  });

  test('tags are added, found and taken away', () => {
    const changes = runChanges(database);
    changes.tag([4, 5], ['for the talk', 'draft'], []);
    changes.tag([4], ['draft'], ['for the talk']);
    expect(list('tag:"FOR the talk"').rows.map(({ id }) => id)).toEqual([5]);
    expect(list('tag:draft').rows.map(({ tags }) => tags)).toEqual([
      expect.arrayContaining(['for the talk', 'draft']),
      expect.arrayContaining(['draft']),
    ]);
  });

  test('is written as CSV that a spreadsheet cannot run', () => {
    runChanges(database).note(6, '=cmd("x"), "quoted"');
    const text = runTable(database).csv({ projectId, where: 'id = 6', sort: [], columns: ['id', 'recipe', 'notes'] });
    expect(text).toBe('id,recipe,notes\r\n6,performance-weighted,"\'=cmd(""x""), ""quoted"""\r\n');
  });
});
