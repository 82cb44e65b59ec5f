import { mkdirSync } from 'node:fs';
import type { Database } from '../../../db/open.ts';
import { type ProjectRows, projectRowsRepository } from '../../../db/repositories/project-rows.ts';
import { runRepository } from '../../../db/repositories/runs.ts';
import { writeFileAtomically } from '../../files/atomic-file.ts';
import { withFileErrors } from '../../files/file-errors.ts';
import { recipePath, runFolder } from '../runs/run-recipe.ts';
import type { WorkspacePaths } from '../workspace.ts';
import { rewriteRecipe } from './rewrite-recipe.ts';
import type { ProjectService } from './service.ts';

/**
 * A copy of a project under a name of its own; files are shared, not copied. Returns its id.
 * @throws StockpotError `projects/unknown`
 */
export function duplicateProject(
  database: Database,
  paths: WorkspacePaths,
  projects: Pick<ProjectService, 'summary' | 'freeName'>,
  id: number,
): number {
  const name = projects.freeName(projects.summary(id).name);
  return insertProject(database, paths, renamed(projectRowsRepository(database).gather(id), name, new Date()));
}

/** The rows of the project under another name, as made at `now`. */
function renamed(rows: ProjectRows, name: string, now: Date): ProjectRows {
  return {
    ...rows,
    projects: rows.projects.map((row) => ({ ...row, name, created_at: now.toISOString(), archived_at: null })),
  };
}

/**
 * Puts a project's rows into the database, its recipe files in step with its name and its ingredients' paths, and lays out its
 * runs' folders. Returns its id.
 */
export function insertProject(database: Database, paths: WorkspacePaths, rows: ProjectRows): number {
  const name = String(rows.projects[0]?.name);
  const pathsByHash = new Map(rows.ingredients.map(({ sha256, path }) => [String(sha256), String(path)]));
  const id = projectRowsRepository(database).insert({
    ...rows,
    runs: rows.runs.map((run) => ({
      ...run,
      recipe_file: rewriteRecipe(String(run.recipe_file), paths, { project: name, pathsByHash }),
      ...(run.status === 'queued' || run.status === 'running' ? { status: 'interrupted' } : {}),
    })),
    sweeps: rows.sweeps.map((sweep) => ({
      ...sweep,
      recipe_file: rewriteRecipe(String(sweep.recipe_file), paths, { project: name, pathsByHash }),
    })),
  });
  for (const run of runRepository(database).list(id)) {
    const folder = runFolder(paths, run.id);
    withFileErrors(folder, () => mkdirSync(folder, { recursive: true }));
    writeFileAtomically(recipePath(paths, run.id), run.recipeFile);
  }
  return id;
}
