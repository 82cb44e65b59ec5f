import type { Database } from '../open.ts';
import { RunSet } from './run-set.ts';

/**
 * Runs as they were read for lists, for as long as nothing has changed. Triggers that live as long as the connection tell which
 * runs this process has changed; after a change by another process everything is read afresh.
 */
class RunMemory {
  readonly #database: Database;
  readonly #sets = new Map<number | undefined, RunSet>();
  readonly #changed = new Set<number>();
  #othersVersion: number | undefined;

  constructor(database: Database, name: string) {
    this.#database = database;
    database.define(name, (id) => {
      if (typeof id === 'number') this.#changed.add(id);
      else this.#othersVersion = undefined;
    });
    for (const sql of triggersCalling(name)) database.query(sql).run();
  }

  of(projectId: number | undefined): RunSet {
    this.#refresh();
    const known = this.#sets.get(projectId);
    if (known !== undefined) return known;
    const set = new RunSet(this.#database, projectId);
    this.#sets.set(projectId, set);
    return set;
  }

  #refresh(): void {
    const version = this.#database.othersVersion;
    if (version !== this.#othersVersion) this.#sets.clear();
    else if (this.#changed.size > 0) {
      for (const [projectId, set] of this.#sets) if (!set.update(this.#changed)) this.#sets.delete(projectId);
    }
    this.#changed.clear();
    // What is read before a transaction ends may never have been.
    this.#othersVersion = this.#database.isInTransaction ? undefined : version;
  }
}

function triggersCalling(name: string): readonly string[] {
  const trigger = (event: string, table: string, id: string): string =>
    `CREATE TEMP TRIGGER ${name}_${event.split(' ')[0]}_${table} AFTER ${event} ON main.${table} BEGIN SELECT ${name}(${id}); END`;
  return [
    trigger('INSERT', 'runs', 'NEW.id'),
    trigger('UPDATE', 'runs', 'NEW.id'),
    trigger('DELETE', 'runs', 'OLD.id'),
    trigger('INSERT', 'run_values', 'NEW.run_id'),
    trigger('UPDATE', 'run_values', 'NEW.run_id'),
    trigger('DELETE', 'run_values', 'OLD.run_id'),
    trigger('UPDATE OF deleted_at', 'projects', 'NULL'),
  ];
}

const memories = new WeakMap<Database, RunMemory>();
let count = 0;

/** The runs of a project, or of all, as they are now; without what is deleted. */
export function runsOf(database: Database, projectId: number | undefined): RunSet {
  let memory = memories.get(database);
  if (memory === undefined) {
    memory = new RunMemory(database, `run_changed_${count++}`);
    memories.set(database, memory);
  }
  return memory.of(projectId);
}
