import type { OutputFormat } from '../../main/checkpoints/output-plan.ts';
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
  add(file: Omit<ExportedFile, 'id' | 'createdAt'>): void;
  ofRun(runId: number): readonly ExportedFile[];
}

export function exportRepository(database: Database): ExportRepository {
  const insert = database.query(
    `INSERT INTO exports (run_id, path, format, dtype, sha256, byte_size, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const ofRun = database.query<ExportedFile>(
    `SELECT id, run_id AS runId, path, format, dtype, sha256, byte_size AS byteSize, created_at AS createdAt
     FROM exports WHERE run_id = ? ORDER BY id`,
  );
  return {
    add: (file) =>
      void insert.run(file.runId, file.path, file.format, file.dtype, file.sha256, file.byteSize, timestamp()),
    ofRun: (runId) => ofRun.all(runId),
  };
}
