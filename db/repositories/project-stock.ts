import type { Database } from '../open.ts';

/** How much of everything a project has. */
export interface ProjectStock {
  readonly ingredientPaths: readonly string[];
  readonly splits: { readonly train: number; readonly selection: number; readonly test: number };
  readonly runs: { readonly done: number; readonly unfinished: number; readonly failed: number };
  readonly exports: number;
}

export function projectStockRepository(database: Database): (projectId: number) => ProjectStock {
  const paths = database.query<{ readonly path: string }>(
    'SELECT path FROM ingredients WHERE project_id = ? AND deleted_at IS NULL',
  );
  const splits = database.query<ProjectStock['splits']>(
    `SELECT count(*) FILTER (WHERE role = 'train') AS train, count(*) FILTER (WHERE role = 'selection') AS selection,
       count(*) FILTER (WHERE role = 'test') AS test
     FROM splits WHERE dataset_id IN (SELECT id FROM datasets WHERE project_id = ?)`,
  );
  const runs = database.query<ProjectStock['runs']>(
    `SELECT count(*) FILTER (WHERE status = 'done') AS done,
       count(*) FILTER (WHERE status IN ('queued', 'running', 'interrupted', 'cancelled')) AS unfinished,
       count(*) FILTER (WHERE status = 'failed') AS failed
     FROM runs WHERE project_id = ? AND deleted_at IS NULL`,
  );
  const exports = database.query<{ readonly count: number }>(
    `SELECT count(*) AS count FROM runs JOIN exports ON exports.run_id = runs.id
     WHERE runs.project_id = ? AND runs.deleted_at IS NULL`,
  );
  return (projectId) => ({
    ingredientPaths: paths.all(projectId).map(({ path }) => path),
    splits: splits.get(projectId)!,
    runs: runs.get(projectId)!,
    exports: exports.get(projectId)!.count,
  });
}
