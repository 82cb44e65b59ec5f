import { renameSync } from 'node:fs';
import type Sqlite from 'better-sqlite3';
import { StockpotError } from '../main/errors.ts';

/** One step of the schema: `version` is the `user_version` it leaves behind. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/**
 * Applies what is missing of `migrations`, each in a transaction of its own together with its version number, so that a
 * crash leaves either the old or the new schema. A database that was not empty to begin with is copied to
 * `<path>.v<old version>.backup` before each.
 * @throws StockpotError `db/newer` when the database comes from a later Stockpot, `db/foreign` when it is another program's
 */
export async function migrate(sqlite: Sqlite.Database, path: string, migrations: readonly Migration[]): Promise<void> {
  const latest = migrations.at(-1)?.version ?? 0;
  const found = versionOf(sqlite);
  if (found > latest) {
    throw new StockpotError({
      code: 'db/newer',
      what: `The database has schema ${found}; this Stockpot knows up to ${latest}`,
      where: path,
      remedy: 'Use the newer Stockpot that wrote it, or another workspace (--dir).',
    });
  }
  const isNew = isEmpty(sqlite);
  if (found === 0 && !isNew) {
    throw new StockpotError({
      code: 'db/foreign',
      what: 'The database has tables that are not from Stockpot',
      where: path,
      remedy: 'Choose another workspace (--dir); this file belongs to another program.',
    });
  }
  for (const migration of migrations) {
    if (migration.version <= versionOf(sqlite)) continue;
    if (!isNew) await backUp(sqlite, path);
    sqlite
      .transaction(() => {
        // Another process may have been faster between the check above and this lock.
        if (migration.version <= versionOf(sqlite)) return;
        sqlite.exec(migration.sql);
        sqlite.pragma(`user_version = ${migration.version}`);
      })
      .immediate();
  }
}

async function backUp(sqlite: Sqlite.Database, path: string): Promise<void> {
  const target = `${path}.v${versionOf(sqlite)}.backup`;
  const partial = `${target}.partial`;
  await sqlite.backup(partial);
  renameSync(partial, target);
}

function versionOf(sqlite: Sqlite.Database): number {
  return sqlite.pragma('user_version', { simple: true }) as number;
}

function isEmpty(sqlite: Sqlite.Database): boolean {
  return sqlite.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
}
