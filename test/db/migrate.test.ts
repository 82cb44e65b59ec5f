import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { type Migration, migrate } from '../../db/migrate.ts';
import { MIGRATIONS } from '../../db/migrations.ts';
import { temporaryFolder } from './temporary.ts';

const FIRST: Migration = { version: 1, name: 'first', sql: 'CREATE TABLE a (x INTEGER) STRICT;' };
const SECOND: Migration = {
  version: 2,
  name: 'second',
  sql: "ALTER TABLE a ADD COLUMN y TEXT; INSERT INTO a VALUES ('no integer', '')",
};

function opened(): { sqlite: Sqlite.Database; path: string; folder: string } {
  const folder = temporaryFolder();
  const path = join(folder, 'test.db');
  const sqlite = new Sqlite(path);
  onTestFinished(() => void sqlite.close());
  return { sqlite, path, folder };
}

test('versions are 1, 2, 3, … without a gap', () => {
  expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, i) => i + 1));
});

test('a new database gets every migration and needs no backup', async () => {
  const { sqlite, path, folder } = opened();
  await migrate(sqlite, path, MIGRATIONS);
  expect(sqlite.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
  expect(readdirSync(folder)).toEqual(['test.db']);
});

test("another program's database is left alone", async () => {
  const { sqlite, path, folder } = opened();
  sqlite.exec('CREATE TABLE photos (x)');
  await expect(migrate(sqlite, path, MIGRATIONS)).rejects.toMatchObject({ code: 'db/foreign', kind: 'input' });
  expect(sqlite.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'photos' }]);
  expect(readdirSync(folder)).toEqual(['test.db']);
});

test('every table is strict', async () => {
  const { sqlite, path } = opened();
  await migrate(sqlite, path, MIGRATIONS);
  const tables = sqlite.pragma('table_list') as readonly {
    schema: string;
    name: string;
    type: string;
    strict: number;
  }[];
  const own = tables.filter(
    ({ schema, name, type }) => schema === 'main' && type === 'table' && !name.startsWith('sqlite_'),
  );
  expect(own.filter(({ strict }) => strict !== 1)).toEqual([]);
  expect(own.length).toBeGreaterThan(10);
});

test('an older SQLite, to which NULL is no valid JSON, finds the database sound as well', async () => {
  const { sqlite, path } = opened();
  await migrate(sqlite, path, MIGRATIONS);
  const schema = sqlite.prepare("SELECT sql FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[];
  const columns = schema.flatMap((sql) => sql.split('\n')).filter((line) => line.includes('json_valid('));
  expect(columns.length).toBeGreaterThan(5);
  expect(columns.filter((line) => !/ NOT NULL |IS NULL OR json_valid/.test(line))).toEqual([]);
});

test('a database with content is backed up before each migration', async () => {
  const { sqlite, path } = opened();
  await migrate(sqlite, path, [FIRST]);
  sqlite.exec('INSERT INTO a VALUES (7)');
  await migrate(sqlite, path, [FIRST, { ...SECOND, sql: 'ALTER TABLE a ADD COLUMN y TEXT' }]);
  const backup = new Sqlite(`${path}.v1.backup`, { readonly: true });
  onTestFinished(() => void backup.close());
  expect(backup.pragma('user_version', { simple: true })).toBe(1);
  expect(backup.prepare('SELECT * FROM a').all()).toEqual([{ x: 7 }]);
  expect(sqlite.prepare('SELECT * FROM a').all()).toEqual([{ x: 7, y: null }]);
});

test('a migration that fails leaves the schema before it', async () => {
  const { sqlite, path } = opened();
  await migrate(sqlite, path, [FIRST]);
  await expect(migrate(sqlite, path, [FIRST, SECOND])).rejects.toThrow();
  expect(sqlite.pragma('user_version', { simple: true })).toBe(1);
  expect(sqlite.prepare("SELECT name FROM pragma_table_info('a')").all()).toEqual([{ name: 'x' }]);
  expect(existsSync(`${path}.v1.backup.partial`)).toBe(false);
});

test('a second run finds nothing to do', async () => {
  const { sqlite, path, folder } = opened();
  await migrate(sqlite, path, MIGRATIONS);
  await migrate(sqlite, path, MIGRATIONS);
  expect(readdirSync(folder)).toEqual(['test.db']);
});
