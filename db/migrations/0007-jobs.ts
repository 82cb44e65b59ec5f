import type { Migration } from '../migrate.ts';

export const jobs: Migration = {
  version: 7,
  name: 'jobs with their events; tags and removal of ingredients',
  sql: `
    -- AUTOINCREMENT: the number of a job that was cleared away never means another one.
    CREATE TABLE jobs (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL,
      title TEXT NOT NULL,
      project_id INTEGER REFERENCES projects (id) ON DELETE CASCADE,
      request TEXT NOT NULL CHECK (json_valid(request)),
      state TEXT NOT NULL
        CHECK (state IN ('queued', 'running', 'paused', 'done', 'failed', 'cancelled', 'interrupted')),
      progress TEXT CHECK (progress IS NULL OR json_valid(progress)),
      result TEXT CHECK (result IS NULL OR json_valid(result)),
      error TEXT CHECK (error IS NULL OR json_valid(error)),
      attempts INTEGER NOT NULL DEFAULT 0,
      created_at TEXT NOT NULL,
      started_at TEXT,
      finished_at TEXT
    ) STRICT;

    CREATE INDEX jobs_by_state ON jobs (state);
    CREATE INDEX jobs_by_project ON jobs (project_id);

    CREATE TABLE job_events (
      job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
      ordinal INTEGER NOT NULL,
      at TEXT NOT NULL,
      event TEXT NOT NULL CHECK (json_valid(event)),
      PRIMARY KEY (job_id, ordinal)
    ) STRICT, WITHOUT ROWID;

    ALTER TABLE ingredients ADD COLUMN tags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags));
    ALTER TABLE ingredients ADD COLUMN deleted_at TEXT;
  `,
};
