import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { migrate } from '../../../db/migrate.ts';
import { MIGRATIONS } from '../../../db/migrations.ts';
import { temporaryFolder } from '../temporary.ts';

export const NOW = '2026-01-01T00:00:00.000Z';
export const HASH = 'a'.repeat(64);

/** A database with the schema that `version` leaves, and how to take it to the next. */
export async function atVersion(version: number): Promise<{
  readonly sqlite: Sqlite.Database;
  readonly upgradeTo: (next: number) => Promise<void>;
}> {
  const path = join(temporaryFolder(), 'stockpot.db');
  const sqlite = new Sqlite(path);
  sqlite.pragma('foreign_keys = ON');
  onTestFinished(() => void sqlite.close());
  const upgradeTo = (next: number): Promise<void> => migrate(sqlite, path, MIGRATIONS.slice(0, next));
  await upgradeTo(version);
  return { sqlite, upgradeTo };
}

/** A project with one imported ingredient, in the first schema. */
export function addIngredient(sqlite: Sqlite.Database): void {
  sqlite.prepare('INSERT INTO projects (id, name, created_at) VALUES (1, ?, ?)').run('p', NOW);
  sqlite
    .prepare(
      `INSERT INTO ingredients (id, project_id, name, path, format, sha256, byte_size, parameter_count, architecture,
         hyperparameters, origin, created_at)
       VALUES (1, 1, 'a', '/a', 'safetensors', ?, 1, 1, '{}', '{}', 'imported', ?)`,
    )
    .run(HASH, NOW);
}

/** A data set with one split, in the second schema; needs the project. */
export function addSplit(sqlite: Sqlite.Database): void {
  sqlite.prepare('INSERT INTO datasets (id, project_id, name, created_at) VALUES (1, 1, ?, ?)').run('d', NOW);
  sqlite
    .prepare(
      `INSERT INTO splits (id, dataset_id, role, name, key, source, normalization, sample_count, sample_shape,
         class_count, created_at)
       VALUES (1, 1, 'test', 'clean', 'k', '{}', '{}', 10, '[1]', 2, ?)`,
    )
    .run(NOW);
}
