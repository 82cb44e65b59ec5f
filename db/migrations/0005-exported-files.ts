import type { Migration } from '../migrate.ts';

export const exportedFiles: Migration = {
  version: 5,
  name: 'exported files',
  sql: `
    CREATE TABLE exports (
      id INTEGER PRIMARY KEY,
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      path TEXT NOT NULL,
      format TEXT NOT NULL CHECK (format IN ('safetensors', 'pytorch-zip')),
      dtype TEXT NOT NULL,
      sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
      byte_size INTEGER NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT;

    CREATE INDEX exports_by_run ON exports (run_id);
  `,
};
