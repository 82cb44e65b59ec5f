import type { Project, ProjectRepository } from '../../../db/repositories/projects.ts';
import { StockpotError } from '../../errors.ts';

export interface ProjectService {
  /** The project of that name, made when there is none. */
  ensure(name: string): Project;
  /** @throws StockpotError `projects/unknown` */
  get(name: string): Project;
  list(): readonly Project[];
}

const LONGEST_NAME = 200;

export function projectService(projects: ProjectRepository): ProjectService {
  return {
    ensure(name) {
      const trimmed = name.trim();
      if (trimmed === '' || trimmed.length > LONGEST_NAME) {
        throw new StockpotError({
          code: 'projects/bad-name',
          what: `A project's name has 1 to ${LONGEST_NAME} characters`,
          where: name,
        });
      }
      return projects.ensure(trimmed);
    },
    get(name) {
      const project = projects.byName(name);
      if (project !== undefined) return project;
      throw new StockpotError({
        code: 'projects/unknown',
        what: 'There is no such project in this workspace',
        where: name,
        remedy: `Known projects: ${
          projects
            .list()
            .map((known) => known.name)
            .join(', ') || 'none'
        }.`,
      });
    },
    list: () => projects.list(),
  };
}
