import type { Migration } from '../migrate.ts';

/** Which formats there are is said in one place, the registry of output formats, and not by the schema as well. */
export const exportFormats: Migration = {
  version: 12,
  name: 'exports of any format',
  sql: `
    CREATE TABLE exports_of_any_format (
      id INTEGER PRIMARY KEY,
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      path TEXT NOT NULL,
      format TEXT NOT NULL,
      dtype TEXT NOT NULL,
      sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
      byte_size INTEGER NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT;

    INSERT INTO exports_of_any_format (id, run_id, path, format, dtype, sha256, byte_size, created_at)
      SELECT id, run_id, path, format, dtype, sha256, byte_size, created_at FROM exports;

    DROP TABLE exports;

    ALTER TABLE exports_of_any_format RENAME TO exports;

    CREATE INDEX exports_by_run ON exports (run_id);
  `,
};
