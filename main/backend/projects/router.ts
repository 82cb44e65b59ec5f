import { service } from '../api/service.ts';
import type { Backend } from '../backend.ts';
import { duplicateProject } from './duplicate.ts';
import { projectOverview } from './overview.ts';

export function projectsRouter({ projects, database, paths }: Pick<Backend, 'projects' | 'database' | 'paths'>) {
  const { projects: contract } = service;
  const overviewOf = projectOverview(database, paths, projects);
  return {
    list: contract.list.handler(() => projects.summaries()),
    get: contract.get.handler(({ input }) => projects.summary(input.id)),
    overview: contract.overview.handler(({ input }) => overviewOf(input.id)),
    duplicate: contract.duplicate.handler(({ input }) =>
      projects.summary(duplicateProject(database, paths, projects, input.id)),
    ),
    create: contract.create.handler(({ input }) => projects.create(input.name, input.notes)),
    rename: contract.rename.handler(({ input }) => projects.rename(input.id, input.name)),
    describe: contract.describe.handler(({ input }) => projects.describe(input.id, input.notes, input.tags)),
    archive: contract.archive.handler(({ input }) => projects.archive(input.id, input.archived)),
    remove: contract.remove.handler(({ input }) => {
      projects.remove(input.id);
      return { id: input.id };
    }),
    restore: contract.restore.handler(({ input }) => projects.restore(input.id)),
  };
}
