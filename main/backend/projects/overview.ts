import { existsSync } from 'node:fs';
import type { Database } from '../../../db/open.ts';
import { type ProjectStock, projectStockRepository } from '../../../db/repositories/project-stock.ts';
import type { WorkspacePaths } from '../workspace.ts';
import type { ProjectService } from './service.ts';
import { projectStanding, type Standing } from './standing.ts';

export interface ProjectOverview {
  /** Null while nothing can be compared. */
  readonly standing: Standing | null;
  readonly stock: Omit<ProjectStock, 'ingredientPaths'> & {
    readonly ingredients: number;
    readonly missingFiles: number;
  };
}

/**
 * @param revision changes when scores become known that were not
 * @throws StockpotError `projects/unknown`
 */
export function projectOverview(
  database: Database,
  paths: WorkspacePaths,
  projects: Pick<ProjectService, 'summary'>,
  revision: () => number,
): (projectId: number) => ProjectOverview {
  const standingOf = projectStanding(database, paths, revision);
  const stockOf = projectStockRepository(database);
  return (projectId) => {
    projects.summary(projectId);
    const { ingredientPaths, ...stock } = stockOf(projectId);
    return {
      standing: standingOf(projectId),
      stock: {
        ...stock,
        ingredients: ingredientPaths.length,
        missingFiles: ingredientPaths.filter((path) => !existsSync(path)).length,
      },
    };
  };
}
