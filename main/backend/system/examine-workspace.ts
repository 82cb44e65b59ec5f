import { existsSync } from 'node:fs';
import { runRepository } from '../../../db/repositories/runs.ts';
import { type ErrorFacts, factsOf } from '../../errors.ts';
import { openWorkspaceForReading, workspacePaths } from '../workspace.ts';

export type WorkspaceState =
  | { readonly kind: 'absent'; readonly folder: string }
  | {
      readonly kind: 'sound';
      readonly folder: string;
      readonly schema: number;
      readonly runs: number;
      /** Runs that a process left unfinished. */
      readonly unfinished: readonly number[];
    }
  | { readonly kind: 'unusable'; readonly folder: string; readonly error: ErrorFacts };

/** Looks into a workspace without changing it, `PRAGMA integrity_check` included. */
export async function examineWorkspace(folder: string): Promise<WorkspaceState> {
  const paths = workspacePaths(folder);
  if (!existsSync(paths.database)) return { kind: 'absent', folder: paths.root };
  try {
    const workspace = await openWorkspaceForReading(folder);
    try {
      const problems = workspace.database.integrityProblems();
      if (problems.length > 0) {
        const error: ErrorFacts = {
          code: 'db/corrupt',
          kind: 'failure',
          what: 'The database is damaged',
          where: paths.database,
          details: problems.slice(0, 10),
        };
        return { kind: 'unusable', folder: paths.root, error };
      }
      const runs = runRepository(workspace.database).list();
      const unfinished = runs.filter(({ status }) => status !== 'done').map(({ id }) => id);
      const schema = workspace.database.schemaVersion;
      return { kind: 'sound', folder: paths.root, schema, runs: runs.length, unfinished };
    } finally {
      workspace.close();
    }
  } catch (thrown) {
    return { kind: 'unusable', folder: paths.root, error: factsOf(thrown) };
  }
}
