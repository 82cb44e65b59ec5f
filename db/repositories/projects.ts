import { timestamp } from '../json.ts';
import type { Database } from '../open.ts';

export interface Project {
  readonly id: number;
  readonly name: string;
  readonly createdAt: string;
}

export interface ProjectRepository {
  /** The project of that name, made when there is none. */
  ensure(name: string): Project;
  byId(id: number): Project | undefined;
  byName(name: string): Project | undefined;
  list(): readonly Project[];
  /** With everything that belongs to it. */
  remove(id: number): void;
}

const COLUMNS = 'id, name, created_at AS createdAt';

export function projectRepository(database: Database): ProjectRepository {
  const insert = database.query('INSERT INTO projects (name, created_at) VALUES (?, ?) ON CONFLICT (name) DO NOTHING');
  const byName = database.query<Project>(`SELECT ${COLUMNS} FROM projects WHERE name = ?`);
  const byId = database.query<Project>(`SELECT ${COLUMNS} FROM projects WHERE id = ?`);
  const list = database.query<Project>(`SELECT ${COLUMNS} FROM projects ORDER BY id`);
  const removeRuns = database.query('DELETE FROM runs WHERE project_id = ?');
  const remove = database.query('DELETE FROM projects WHERE id = ?');
  return {
    ensure: (name) =>
      database.transaction(() => {
        insert.run(name, timestamp());
        return byName.get(name)!;
      }),
    byId: (id) => byId.get(id),
    byName: (name) => byName.get(name),
    list: () => list.all(),
    remove: (id) =>
      database.transaction(() => {
        // Runs first: they hold on to ingredients and splits.
        removeRuns.run(id);
        remove.run(id);
      }),
  };
}
