import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { performance } from 'node:perf_hooks';
import Sqlite from 'better-sqlite3';
import { type ErrorFacts, StockpotError } from '../main/errors.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';

export type Value = string | number | null;

/** A prepared statement whose failures are typed and whose slowness is reported. */
export interface Query<Row> {
  get(...values: readonly Value[]): Row | undefined;
  all(...values: readonly Value[]): readonly Row[];
  /** The first column of every row. */
  first(...values: readonly Value[]): readonly Value[];
  /** Returns how many rows changed and the last inserted row's id. */
  run(...values: readonly Value[]): { readonly changes: number; readonly id: number };
}

export interface SlowQuery {
  readonly sql: string;
  readonly milliseconds: number;
}

export interface OpenOptions {
  /** Called for every statement that takes longer than `slowMilliseconds`. */
  readonly onSlowQuery?: (query: SlowQuery) => void;
  /** 100 unless told otherwise. */
  readonly slowMilliseconds?: number;
  /** How long to wait for another process's write, in milliseconds. */
  readonly busyMilliseconds?: number;
  /** Called when the database has been closed. */
  readonly onClose?: () => void;
}

/** Stockpot's database, opened: plain SQL in, plain rows out. */
export class Database {
  readonly path: string;
  readonly #sqlite: Sqlite.Database;
  readonly #options: OpenOptions;
  readonly #queries = new Map<string, Query<unknown>>();

  constructor(path: string, sqlite: Sqlite.Database, options: OpenOptions) {
    this.path = path;
    this.#sqlite = sqlite;
    this.#options = options;
  }

  /** Prepares `sql` once; the same text gives the same statement again. */
  query<Row>(sql: string): Query<Row> {
    const known = this.#queries.get(sql);
    if (known !== undefined) return known as Query<Row>;
    const statement = this.#typed(() => this.#sqlite.prepare<Value[], Row>(sql));
    const query: Query<Row> = {
      get: (...values) => this.#timed(sql, () => statement.get(...values)),
      all: (...values) => this.#timed(sql, () => statement.all(...values)),
      first: (...values) =>
        this.#timed(sql, () => {
          try {
            return statement.pluck(true).all(...values) as readonly Value[];
          } finally {
            statement.pluck(false);
          }
        }),
      run: (...values) => {
        const result = this.#timed(sql, () => statement.run(...values));
        return { changes: result.changes, id: Number(result.lastInsertRowid) };
      },
    };
    this.#queries.set(sql, query);
    return query;
  }

  /** All of `work` or none of it. Nested calls become savepoints. */
  transaction<T>(work: () => T): T {
    return this.#typed(() => this.#sqlite.transaction(work).immediate());
  }

  /** Lets SQL, and triggers, call `work`. */
  define(name: string, work: (...values: readonly Value[]) => void): void {
    const called = (...values: Value[]): null => {
      work(...values);
      return null;
    };
    this.#typed(() => this.#sqlite.function(name, { varargs: true }, called as (...values: unknown[]) => null));
  }

  get isInTransaction(): boolean {
    return this.#sqlite.inTransaction;
  }

  /** Another number as soon as another connection, of this process or another one, has changed something. */
  get othersVersion(): number {
    return this.#sqlite.pragma('data_version', { simple: true }) as number;
  }

  /** Complaints of `PRAGMA integrity_check`; empty when the file is sound. */
  integrityProblems(): readonly string[] {
    const rows = this.#typed(() => this.#sqlite.pragma('integrity_check')) as readonly { integrity_check: string }[];
    return rows.map((row) => row.integrity_check).filter((line) => line !== 'ok');
  }

  get schemaVersion(): number {
    return this.#sqlite.pragma('user_version', { simple: true }) as number;
  }

  /**
   * Copies the database as it is now to a new file that appears under its name when it is complete; work goes on meanwhile.
   * @throws StockpotError `db/full`, `db/unopenable`
   */
  async backUp(target: string): Promise<void> {
    const partial = `${target}.partial`;
    try {
      await this.#sqlite.backup(partial);
      renameSync(partial, target);
    } catch (thrown) {
      rmSync(partial, { force: true });
      throw typedError(thrown, target);
    }
  }

  close(): void {
    this.#sqlite.close();
    this.#options.onClose?.();
  }

  #timed<T>(sql: string, work: () => T): T {
    const { onSlowQuery, slowMilliseconds = 100 } = this.#options;
    if (onSlowQuery === undefined) return this.#typed(work);
    const start = performance.now();
    try {
      return this.#typed(work);
    } finally {
      const milliseconds = performance.now() - start;
      if (milliseconds > slowMilliseconds) onSlowQuery({ sql, milliseconds });
    }
  }

  #typed<T>(work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      throw typedError(thrown, this.path);
    }
  }
}

/**
 * Opens (and makes, when it is not there) the database at `path`, brought up to this version's schema; a backup of a
 * non-empty database is taken beside it before each migration.
 * @throws StockpotError `db/corrupt`, `db/newer`, `db/busy`, `db/full`, `db/unopenable`
 */
export async function openDatabase(path: string, options: OpenOptions = {}): Promise<Database> {
  const isSuspect = mayBeDamaged(path);
  const sqlite = connect(path, options);
  try {
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('foreign_keys = ON');
    sqlite.pragma('synchronous = FULL');
    if (isSuspect) refuseDamaged(sqlite, path);
    await migrate(sqlite, path, MIGRATIONS);
    return new Database(path, sqlite, options);
  } catch (thrown) {
    sqlite.close();
    throw typedError(thrown, path);
  }
}

/** Looking through this much takes a few hundredths of a second. */
const QUICKLY_CHECKED_BYTES = 16 << 20;

/**
 * A database that was closed well has no write-ahead log any more. One that has was left in the middle of something, and is looked
 * through before it is used; a small one always is.
 */
function mayBeDamaged(path: string): boolean {
  const size = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return size(`${path}-wal`) > 0 || size(path) <= QUICKLY_CHECKED_BYTES;
}

function refuseDamaged(sqlite: Sqlite.Database, path: string): void {
  const complaints = sqlite.pragma('quick_check(1)') as readonly { quick_check: string }[];
  const complaint = complaints.find((row) => row.quick_check !== 'ok');
  if (complaint !== undefined) throw corrupt(path, complaint.quick_check);
}

function connect(path: string, options: OpenOptions): Sqlite.Database {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return new Sqlite(path, { timeout: options.busyMilliseconds ?? 5000 });
  } catch (thrown) {
    throw typedError(thrown, path);
  }
}

function corrupt(path: string, detail: string): StockpotError {
  return new StockpotError({
    code: 'db/corrupt',
    kind: 'failure',
    what: 'The database is damaged',
    where: path,
    details: [detail],
    remedy: 'Move it aside and put a backup (*.backup beside it) in its place, or start with a new workspace (--dir).',
  });
}

/** SQLite's own failures as typed ones; anything else is passed through. */
function typedError(thrown: unknown, path: string): unknown {
  if (thrown instanceof TypeError && thrown.message.includes('directory does not exist')) {
    return failure('db/unopenable', 'The database cannot be opened', thrown, path, 'Check the folder and its rights.');
  }
  if (!(thrown instanceof Error) || !('code' in thrown) || typeof thrown.code !== 'string') return thrown;
  const { code } = thrown;
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return corrupt(path, thrown.message);
  if (code.startsWith('SQLITE_BUSY')) {
    return failure(
      'db/busy',
      'Another process holds the database',
      thrown,
      path,
      'Wait until it is done, then repeat.',
    );
  }
  if (code === 'SQLITE_FULL')
    return failure('db/full', 'The disk is full', thrown, path, 'Free some space, then repeat.');
  if (/^(SQLITE_CANTOPEN|SQLITE_READONLY|SQLITE_PERM|SQLITE_IOERR|E[A-Z]+$)/.test(code)) {
    const remedy = 'Check that the folder exists and that you may write there.';
    return failure('db/unopenable', 'The database cannot be read or written', thrown, path, remedy);
  }
  return thrown;
}

function failure(code: ErrorFacts['code'], what: string, cause: Error, where: string, remedy: string): StockpotError {
  return new StockpotError({ code, kind: 'failure', what, where, remedy, details: [cause.message], cause });
}
