import type { Database, Value } from '../open.ts';
import { readColumn } from './run-columns.ts';

/** The values of some runs in one column: numbers, NaN where there is none, or anything, null where there is none. */
export type Column = Float64Array | readonly Value[];

export function valueAt(column: Column, place: number): Value {
  const value = column[place];
  return value === undefined || Number.isNaN(value) ? null : value;
}

/** Runs of which more than this have changed are read afresh: that is no more work. */
const MOST_CHANGED = 1000;
/** Of what was worked out from them, the latest. */
const MOST_ANSWERS = 16;

/**
 * Runs, newest first, with the columns that somebody has asked for: read from the database once, since looking up ten thousand
 * values takes longer than sorting and filtering by them.
 */
export class RunSet {
  readonly #database: Database;
  readonly #projectId: number | undefined;
  readonly #columns = new Map<string, Column>();
  readonly #answers = new Map<string, readonly number[]>();
  #ids: readonly number[];

  /** Those of a project, or of all projects; without what is deleted. */
  constructor(database: Database, projectId: number | undefined) {
    this.#database = database;
    this.#projectId = projectId;
    this.#ids = readIds(database, projectId);
  }

  get ids(): readonly number[] {
    return this.#ids;
  }

  column(id: string): Column {
    const known = this.#columns.get(id);
    if (known !== undefined) return known;
    const column = packed(readColumn(this.#database, id, this.#ids));
    this.#columns.set(id, column);
    return column;
  }

  /** What `work` says, which is kept under `key` until something changes. */
  answer(key: string, work: () => readonly number[]): readonly number[] {
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = work();
    this.#answers.set(key, answer);
    if (this.#answers.size > MOST_ANSWERS) this.#answers.delete(this.#answers.keys().next().value!);
    return answer;
  }

  /** Brings what is kept up to date after these runs have changed, come or gone; false where that is not worth it. */
  update(changed: ReadonlySet<number>): boolean {
    if (changed.size > MOST_CHANGED) return false;
    const before = this.#ids;
    const beforePlaces = new Map(before.map((id, place) => [id, place]));
    this.#ids = readIds(this.#database, this.#projectId);
    this.#answers.clear();
    const read = this.#ids.filter((id) => changed.has(id) || !beforePlaces.has(id));
    if (read.length > MOST_CHANGED) return false;
    const readPlaces = new Map(read.map((id, place) => [id, place]));
    const isUntouched = read.length === 0 && before.length === this.#ids.length;
    if (isUntouched) return true;
    // Where each value is now: among those just read (from −1 downwards), or where it was.
    const sources = Int32Array.from(this.#ids, (id) => {
      const place = readPlaces.get(id);
      return place === undefined ? beforePlaces.get(id)! : -1 - place;
    });
    for (const [id, column] of this.#columns) {
      const fresh = readColumn(this.#database, id, read);
      this.#columns.set(
        id,
        packed(Array.from(sources, (source) => (source < 0 ? fresh[-1 - source]! : valueAt(column, source)))),
      );
    }
    return true;
  }
}

function readIds(database: Database, projectId: number | undefined): readonly number[] {
  if (projectId === undefined) {
    const ids = database
      .query(
        'SELECT id FROM runs WHERE deleted_at IS NULL AND project_id IN (SELECT id FROM projects WHERE deleted_at IS NULL)',
      )
      .first() as readonly number[];
    return [...ids].sort((a, b) => b - a);
  }
  const sql = `SELECT id FROM runs WHERE project_id = ? AND deleted_at IS NULL
    AND EXISTS (SELECT 1 FROM projects WHERE id = ? AND deleted_at IS NULL) ORDER BY id DESC`;
  return database.query(sql).first(projectId, projectId) as readonly number[];
}

function packed(values: readonly Value[]): Column {
  if (values.some((value) => typeof value === 'string')) return values;
  return Float64Array.from(values, (value) => (value === null ? Number.NaN : (value as number)));
}
