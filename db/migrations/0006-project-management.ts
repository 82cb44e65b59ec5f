import type { Migration } from '../migrate.ts';

export const projectManagement: Migration = {
  version: 6,
  name: 'notes, tags, archive and recently deleted projects',
  sql: `
    ALTER TABLE projects ADD COLUMN notes TEXT NOT NULL DEFAULT '';
    ALTER TABLE projects ADD COLUMN tags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags));
    ALTER TABLE projects ADD COLUMN archived_at TEXT;
    ALTER TABLE projects ADD COLUMN deleted_at TEXT;
    -- A deleted project gives its name free, and keeps it here until it is restored or purged.
    ALTER TABLE projects ADD COLUMN deleted_name TEXT CHECK ((deleted_at IS NULL) = (deleted_name IS NULL));

    CREATE INDEX ingredients_by_project ON ingredients (project_id);
    CREATE INDEX runs_by_activity ON runs (project_id, coalesce(started_at, created_at));
  `,
};
