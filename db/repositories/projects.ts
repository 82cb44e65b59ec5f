import type { Metric } from '../../main/metrics/metric.ts';
import { fromJson, timestamp, toJson } from '../json.ts';
import type { Database } from '../open.ts';

export interface Project {
  readonly id: number;
  readonly name: string;
  readonly createdAt: string;
  /** Id of the metric that decides. */
  readonly metric: string;
}

/** A project with what its line in a list shows. */
export interface ProjectSummary extends Project {
  readonly notes: string;
  readonly tags: readonly string[];
  readonly archivedAt: string | null;
  readonly ingredientCount: number;
  readonly runCount: number;
  /** When a run of it last began or, without one, when it was created. */
  readonly activeAt: string;
}

export interface ProjectRepository {
  /** The project of that name, made when there is none. */
  ensure(name: string): Project;
  byId(id: number): Project | undefined;
  byName(name: string): Project | undefined;
  list(): readonly Project[];
  /** The most recently active one first. */
  summaries(): readonly ProjectSummary[];
  summary(id: number): ProjectSummary | undefined;
  rename(id: number, name: string): void;
  describe(id: number, notes: string, tags: readonly string[]): void;
  archive(id: number, archived: boolean): void;
  /** Everything that is compared with the best ingredient follows. */
  setMetric(id: number, metric: Pick<Metric, 'id' | 'better'>): void;
  /** Takes it off every list and gives its name free; nothing of it is lost. */
  setAside(id: number): void;
  /** The name that a project set aside had. */
  nameBefore(id: number): string | undefined;
  bringBack(id: number): void;
  /** Removes for good what was set aside before `moment` (ISO 8601); returns their ids. */
  purge(moment: string): readonly number[];
  /** With everything that belongs to it. */
  remove(id: number): void;
}

const COLUMNS = 'id, name, created_at AS createdAt, metric';

const SUMMARY = `${COLUMNS}, notes, tags, archived_at AS archivedAt,
  (SELECT count(*) FROM ingredients WHERE project_id = projects.id AND deleted_at IS NULL) AS ingredientCount,
  (SELECT count(*) FROM runs WHERE project_id = projects.id AND deleted_at IS NULL) AS runCount,
  coalesce((SELECT max(coalesce(started_at, created_at)) FROM runs WHERE project_id = projects.id), created_at)
    AS activeAt`;

type SummaryRow = Omit<ProjectSummary, 'tags'> & { readonly tags: string };

export function projectRepository(database: Database): ProjectRepository {
  const insert = database.query('INSERT INTO projects (name, created_at) VALUES (?, ?) ON CONFLICT (name) DO NOTHING');
  const select = (condition: string) =>
    database.query<Project>(`SELECT ${COLUMNS} FROM projects WHERE deleted_at IS NULL AND ${condition}`);
  const byName = select('name = ?');
  const byId = select('id = ?');
  const list = select('TRUE ORDER BY id');
  return {
    ensure: (name) =>
      database.transaction(() => {
        insert.run(name, timestamp());
        return byName.get(name)!;
      }),
    byId: (id) => byId.get(id),
    byName: (name) => byName.get(name),
    list: () => list.all(),
    ...summaries(database),
    ...changes(database),
    ...removal(database),
  };
}

function summaries(database: Database): Pick<ProjectRepository, 'summaries' | 'summary'> {
  const all = database.query<SummaryRow>(
    `SELECT ${SUMMARY} FROM projects WHERE deleted_at IS NULL ORDER BY activeAt DESC, id DESC`,
  );
  const one = database.query<SummaryRow>(`SELECT ${SUMMARY} FROM projects WHERE deleted_at IS NULL AND id = ?`);
  const summaryOf = (row: SummaryRow): ProjectSummary => ({ ...row, tags: fromJson(row.tags) });
  return {
    summaries: () => all.all().map(summaryOf),
    summary: (id) => {
      const row = one.get(id);
      return row === undefined ? undefined : summaryOf(row);
    },
  };
}

function changes(database: Database): Pick<ProjectRepository, 'rename' | 'describe' | 'archive' | 'setMetric'> {
  const rename = database.query('UPDATE projects SET name = ? WHERE id = ?');
  const describe = database.query('UPDATE projects SET notes = ?, tags = ? WHERE id = ?');
  const archive = database.query('UPDATE projects SET archived_at = ? WHERE id = ?');
  const setMetric = database.query('UPDATE projects SET metric_sign = ?, metric = ? WHERE id = ?');
  return {
    setMetric: (id, metric) => void setMetric.run(metric.better === 'higher' ? 1 : -1, metric.id, id),
    rename: (id, name) => void rename.run(name, id),
    describe: (id, notes, tags) => void describe.run(notes, toJson(tags), id),
    archive: (id, archived) => void archive.run(archived ? timestamp() : null, id),
  };
}

function removal(
  database: Database,
): Pick<ProjectRepository, 'setAside' | 'nameBefore' | 'bringBack' | 'purge' | 'remove'> {
  // No name that a user may give holds a control character, so this one is always free.
  const setAside = database.query(
    'UPDATE projects SET deleted_at = ?, deleted_name = name, name = char(31) || id WHERE id = ? AND deleted_at IS NULL',
  );
  const nameBefore = database.query<{ readonly name: string }>(
    'SELECT deleted_name AS name FROM projects WHERE id = ? AND deleted_at IS NOT NULL',
  );
  const bringBack = database.query(
    'UPDATE projects SET name = deleted_name, deleted_name = NULL, deleted_at = NULL WHERE id = ?',
  );
  const expired = database.query<{ readonly id: number }>('SELECT id FROM projects WHERE deleted_at < ?');
  const removeRuns = database.query('DELETE FROM runs WHERE project_id = ?');
  const removeProject = database.query('DELETE FROM projects WHERE id = ?');
  const remove = (id: number): void =>
    database.transaction(() => {
      // Runs first: they hold on to ingredients and splits.
      removeRuns.run(id);
      removeProject.run(id);
    });
  return {
    setAside: (id) => void setAside.run(timestamp(), id),
    nameBefore: (id) => nameBefore.get(id)?.name,
    bringBack: (id) => void bringBack.run(id),
    purge: (moment) =>
      database.transaction(() => {
        const ids = expired.all(moment).map((row) => row.id);
        for (const id of ids) remove(id);
        return ids;
      }),
    remove,
  };
}
