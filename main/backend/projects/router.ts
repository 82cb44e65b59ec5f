import { basename, join, resolve } from 'node:path';
import { service } from '../api/service.ts';
import type { Backend } from '../backend.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { duplicateProject } from './duplicate.ts';
import { PROJECT_FILE_SUFFIX } from './file/layout.ts';
import { projectOverview } from './overview.ts';
import { sampleProject } from './sample.ts';

export function projectsRouter(parts: Pick<Backend, 'projects' | 'database' | 'paths' | 'completion'>, jobs: JobQueue) {
  const { projects, database, paths, completion } = parts;
  const { projects: contract } = service;
  const overviewOf = projectOverview(database, paths, projects, () => completion.completed);
  return {
    list: contract.list.handler(() => projects.summaries()),
    get: contract.get.handler(({ input }) => projects.summary(input.id)),
    overview: contract.overview.handler(({ input }) => overviewOf(input.id)),
    duplicate: contract.duplicate.handler(({ input }) =>
      projects.summary(duplicateProject(database, paths, projects, input.id)),
    ),
    exportFile: contract.exportFile.handler(({ input: { id, checkpoints, data, path: wanted } }) => {
      const { name } = projects.summary(id);
      const path = resolve(wanted ?? join(paths.exports, `${fileName(name)}${PROJECT_FILE_SUFFIX}`));
      const request = { projectId: id, path, checkpoints, data };
      const job = jobs.start({ kind: 'export-project', title: `Export project ${name}`, projectId: id, request });
      return { jobId: job.id, path };
    }),
    importFile: contract.importFile.handler(({ input }) => {
      const path = resolve(input.path);
      const title = `Import project file ${basename(path)}`;
      return { jobId: jobs.start({ kind: 'import-project', title, projectId: null, request: { path } }).id };
    }),
    sample: contract.sample.handler(async () => {
      const id = await sampleProject(parts);
      completion.start();
      return projects.summary(id);
    }),
    create: contract.create.handler(({ input }) => projects.create(input.name, input.notes, input.metric)),
    rename: contract.rename.handler(({ input }) => projects.rename(input.id, input.name)),
    describe: contract.describe.handler(({ input }) => projects.describe(input.id, input.notes, input.tags)),
    chooseMetric: contract.chooseMetric.handler(({ input }) => projects.chooseMetric(input.id, input.metric)),
    archive: contract.archive.handler(({ input }) => projects.archive(input.id, input.archived)),
    remove: contract.remove.handler(({ input }) => {
      projects.remove(input.id);
      return { id: input.id };
    }),
    restore: contract.restore.handler(({ input }) => projects.restore(input.id)),
  };
}

/** A project's name as that of a file on any system. */
function fileName(name: string): string {
  const plain = name.replace(/[^\p{L}\p{N}_ .+-]+/gu, '-').replace(/^[ .-]+|[ .-]+$/g, '');
  return plain === '' ? 'project' : plain;
}
