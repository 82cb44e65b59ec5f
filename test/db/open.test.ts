import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { MIGRATIONS } from '../../db/migrations.ts';
import { openDatabase, type SlowQuery } from '../../db/open.ts';
import { temporaryDatabase, temporaryFolder } from './temporary.ts';

test('opens with a write-ahead log, foreign keys and full synchronisation', async () => {
  const database = await temporaryDatabase();
  const pragma = (name: string): unknown => Object.values(database.query<object>(`PRAGMA ${name}`).get() ?? {})[0];
  expect(pragma('journal_mode')).toBe('wal');
  expect(pragma('foreign_keys')).toBe(1);
  expect(pragma('synchronous')).toBe(2);
  expect(pragma('busy_timeout')).toBe(5000);
  expect(database.integrityProblems()).toEqual([]);
});

test('a transaction that throws leaves nothing, a nested one undoes only itself', async () => {
  const database = await temporaryDatabase();
  const insert = database.query('INSERT INTO projects (name, created_at) VALUES (?, ?)');
  expect(() =>
    database.transaction(() => {
      insert.run('lost', 'now');
      throw new Error('stop');
    }),
  ).toThrow('stop');
  database.transaction(() => {
    insert.run('kept', 'now');
    expect(() =>
      database.transaction(() => {
        insert.run('inner', 'now');
        throw new Error('inner stop');
      }),
    ).toThrow('inner stop');
  });
  expect(database.query('SELECT name FROM projects').all()).toEqual([{ name: 'kept' }]);
});

test('reports statements that take longer than they may', async () => {
  const slow: SlowQuery[] = [];
  const database = await temporaryDatabase({ slowMilliseconds: 0, onSlowQuery: (query) => slow.push(query) });
  database.query('SELECT 1 AS one').get();
  expect(slow.map(({ sql }) => sql)).toContain('SELECT 1 AS one');
  expect(slow.every(({ milliseconds }) => milliseconds > 0)).toBe(true);
});

test('a file that is no database is called damaged and left as it is', async () => {
  const path = join(temporaryFolder(), 'stockpot.db');
  const content = 'This is not a database, however long the text may be. '.repeat(50);
  writeFileSync(path, content);
  await expect(openDatabase(path)).rejects.toMatchObject({ code: 'db/corrupt', where: path, kind: 'failure' });
  expect(readFileSync(path, 'utf8')).toBe(content);
});

test('a database with a torn page is called damaged', async () => {
  const path = join(temporaryFolder(), 'stockpot.db');
  const database = await openDatabase(path);
  const insert = database.query('INSERT INTO projects (name, created_at) VALUES (?, ?)');
  database.transaction(() => {
    for (let i = 0; i < 2000; i++) insert.run(`project ${i}`, 'now');
  });
  database.close();
  const bytes = readFileSync(path);
  // Whole pages in the middle: the tables' own pages, not the header.
  bytes.fill(0xa5, 4096 * 3, bytes.length - 4096);
  writeFileSync(path, bytes);
  await expect(openDatabase(path)).rejects.toMatchObject({ code: 'db/corrupt' });
});

test('a database of a later Stockpot is refused by its schema', async () => {
  const path = join(temporaryFolder(), 'stockpot.db');
  (await openDatabase(path)).close();
  const sqlite = new Sqlite(path);
  sqlite.pragma('user_version = 999');
  sqlite.close();
  await expect(openDatabase(path)).rejects.toMatchObject({
    code: 'db/newer',
    what: `The database has schema 999; this Stockpot knows up to ${MIGRATIONS.at(-1)!.version}`,
  });
});

test('a folder in the place of the database cannot be opened', async () => {
  const path = join(temporaryFolder(), 'stockpot.db');
  mkdirSync(path);
  await expect(openDatabase(path)).rejects.toMatchObject({ code: 'db/unopenable' });
});

test('waits no longer than it may for another writer', async () => {
  const path = join(temporaryFolder(), 'stockpot.db');
  const database = await openDatabase(path, { busyMilliseconds: 1 });
  const other = new Sqlite(path);
  other.exec('BEGIN IMMEDIATE');
  try {
    expect(() => database.query('DELETE FROM projects').run()).toThrow(expect.objectContaining({ code: 'db/busy' }));
  } finally {
    other.close();
    database.close();
  }
});
