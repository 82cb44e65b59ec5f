import type { Database } from '../open.ts';

/** A set of ingredients that runs were given. */
interface RunSet {
  /** The oldest of the runs with this set. */
  readonly runId: number;
  readonly size: number;
}

/** Sets of older runs are not looked at: that would be more work than a list is worth. */
const MOST_RUNS = 1000;

/** Sets of at least two ingredients among the latest finished runs of a project, the most recently used first. */
export function runSets(database: Database, projectId: number, limit: number): readonly RunSet[] {
  return database
    .query<RunSet>(
      `SELECT min(run_id) AS runId, size FROM (
         SELECT run_id, count(*) AS size, group_concat(ingredient_id) AS members
         FROM (SELECT run_id, ingredient_id FROM run_ingredients
               WHERE run_id IN (SELECT id FROM runs WHERE project_id = ? AND status = 'done' AND deleted_at IS NULL
                                ORDER BY id DESC LIMIT ?)
               ORDER BY run_id, ingredient_id)
         GROUP BY run_id)
       WHERE size > 1 GROUP BY members ORDER BY max(run_id) DESC LIMIT ?`,
    )
    .all(projectId, MOST_RUNS, limit);
}

/** Ingredients that some finished run of the project was given. */
export function measuredIngredients(database: Database, projectId: number): ReadonlySet<number> {
  const rows = database
    .query<{ readonly id: number }>(
      `SELECT id FROM ingredients WHERE project_id = ? AND EXISTS (
         SELECT 1 FROM run_ingredients JOIN runs ON runs.id = run_ingredients.run_id
         WHERE run_ingredients.ingredient_id = ingredients.id AND runs.status = 'done' AND runs.deleted_at IS NULL)`,
    )
    .all(projectId);
  return new Set(rows.map(({ id }) => id));
}
