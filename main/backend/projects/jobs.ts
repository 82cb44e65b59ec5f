import { z } from 'zod';
import { projectRepository } from '../../../db/repositories/projects.ts';
import type { Backend } from '../backend.ts';
import { jobKind } from '../jobs/job-kind.ts';
import { exportProject } from './file/export.ts';
import { importProject } from './file/import.ts';

const exportRequest = z.object({
  projectId: z.int(),
  path: z.string(),
  checkpoints: z.boolean(),
  data: z.boolean(),
});

const importRequest = z.object({ path: z.string() });

type Parts = Pick<Backend, 'database' | 'paths' | 'projects' | 'completion'>;

/** Writes a project as one file. */
export function exportProjectKind(parts: Parts) {
  return jobKind({
    name: 'export-project',
    weight: 'light',
    request: exportRequest,
    async perform(request, { signal, onProgress, send }) {
      const { path, missing } = await exportProject(parts, request, { signal, onProgress });
      send({ kind: 'log', text: `Wrote ${path}` });
      if (missing.length > 0) send({ kind: 'log', text: `Without the missing files of ${missing.join(', ')}` });
      return { kind: 'project-file', projectId: request.projectId, path, missing };
    },
  });
}

/**
 * Brings a project file in. The project and the news that it is there are written in one transaction: a process that dies after it
 * leaves a job that has nothing more to do, and one that dies before it leaves no project.
 */
export function importProjectKind(parts: Parts) {
  return jobKind({
    name: 'import-project',
    weight: 'light',
    request: importRequest,
    async perform({ path }, { signal, onProgress, expect, expected }) {
      const projects = projectRepository(parts.database);
      if (expected?.kind === 'project' && projects.byId(expected.projectId) !== undefined) return expected;
      const result = (projectId: number) => ({ kind: 'project' as const, projectId });
      const inserted = (projectId: number): void => expect(result(projectId));
      const projectId = await importProject(parts, path, { signal, onProgress, inserted });
      parts.completion.start();
      return result(projectId);
    },
  });
}
