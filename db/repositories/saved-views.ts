import { fromJson, timestamp, toJson } from '../json.ts';
import type { Database } from '../open.ts';

/** A way of looking at a project's runs, kept under a name. */
interface SavedView {
  readonly id: number;
  readonly name: string;
  /** The page's search, as it stands in the address. */
  readonly search: Readonly<Record<string, unknown>>;
}

interface SavedViewRepository {
  /** By name. */
  list(projectId: number): readonly SavedView[];
  /** Replaces the project's view of that name. */
  save(projectId: number, name: string, search: Readonly<Record<string, unknown>>): SavedView;
  remove(id: number): void;
}

type Row = Omit<SavedView, 'search'> & { readonly search: string };

export function savedViewRepository(database: Database): SavedViewRepository {
  const list = database.query<Row>('SELECT id, name, search FROM saved_views WHERE project_id = ? ORDER BY name');
  const save = database.query<Row>(
    `INSERT INTO saved_views (project_id, name, search, created_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (project_id, name) DO UPDATE SET search = excluded.search RETURNING id, name, search`,
  );
  const remove = database.query('DELETE FROM saved_views WHERE id = ?');
  const viewOf = (row: Row): SavedView => ({ ...row, search: fromJson(row.search) });
  return {
    list: (projectId) => list.all(projectId).map(viewOf),
    save: (projectId, name, search) => viewOf(save.get(projectId, name, toJson(search), timestamp())!),
    remove: (id) => void remove.run(id),
  };
}
