import type { OutputFormat } from '../../main/checkpoints/output-formats.ts';
import { timestamp } from '../json.ts';
import type { Database } from '../open.ts';

export interface ExportedFile {
  readonly id: number;
  readonly runId: number;
  /** Absolute. */
  readonly path: string;
  readonly format: OutputFormat;
  readonly dtype: string;
  readonly sha256: string;
  readonly byteSize: number;
  readonly createdAt: string;
}

export interface ExportRepository {
  /** Returns its id. */
  add(file: Omit<ExportedFile, 'id' | 'createdAt'>): number;
  byId(id: number): ExportedFile | undefined;
  ofRun(runId: number): readonly ExportedFile[];
  /** Of any project's runs that are not deleted, newest first. */
  ofSize(byteSize: number): readonly (Pick<ExportedFile, 'runId' | 'sha256'> & { readonly projectId: number })[];
}

export function exportRepository(database: Database): ExportRepository {
  const insert = database.query(
    `INSERT INTO exports (run_id, path, format, dtype, sha256, byte_size, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const select = (condition: string) =>
    database.query<ExportedFile>(
      `SELECT id, run_id AS runId, path, format, dtype, sha256, byte_size AS byteSize, created_at AS createdAt
       FROM exports WHERE ${condition}`,
    );
  const ofRun = select('run_id = ? ORDER BY id');
  const byId = select('id = ?');
  const ofSize = database.query<{ readonly runId: number; readonly sha256: string; readonly projectId: number }>(
    `SELECT run_id AS runId, sha256, project_id AS projectId FROM exports JOIN runs ON runs.id = run_id
     WHERE exports.byte_size = ? AND runs.deleted_at IS NULL ORDER BY exports.id DESC`,
  );
  return {
    add: (file) =>
      insert.run(file.runId, file.path, file.format, file.dtype, file.sha256, file.byteSize, timestamp()).id,
    byId: (id) => byId.get(id),
    ofRun: (runId) => ofRun.all(runId),
    ofSize: (byteSize) => ofSize.all(byteSize),
  };
}
