import type { Migration } from '../migrate.ts';

/**
 * A sweep is a recipe whose options take a row of values, each scored on the selection split. `content_key` is the hash of all that
 * its scores depend on, null before it has begun: scores of other content are dropped. A preset is a recipe with its options and
 * scope under a name, for every project.
 */
export const sweepsAndPresets: Migration = {
  version: 14,
  name: 'sweeps over options; presets of recipes',
  sql: `
    CREATE TABLE sweeps (
      id INTEGER PRIMARY KEY,
      project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
      job_id INTEGER REFERENCES jobs (id) ON DELETE SET NULL,
      recipe TEXT NOT NULL,
      recipe_file TEXT NOT NULL,
      axes TEXT NOT NULL CHECK (json_valid(axes)),
      metric TEXT NOT NULL,
      content_key TEXT,
      created_at TEXT NOT NULL,
      finished_at TEXT,
      deleted_at TEXT
    ) STRICT;

    CREATE INDEX sweeps_in_lists ON sweeps (project_id, deleted_at);
    CREATE INDEX sweeps_by_job ON sweeps (job_id);
    CREATE INDEX sweeps_deleted ON sweeps (deleted_at) WHERE deleted_at IS NOT NULL;

    CREATE TABLE sweep_scores (
      sweep_id INTEGER NOT NULL REFERENCES sweeps (id) ON DELETE CASCADE,
      kind TEXT NOT NULL CHECK (kind IN ('ingredient', 'uniform', 'point')),
      ordinal INTEGER NOT NULL,
      label TEXT NOT NULL,
      evaluation_id INTEGER NOT NULL REFERENCES evaluations (id),
      -- Ends of the 95 % interval of the sweep's metric, where it has one.
      low REAL,
      high REAL,
      PRIMARY KEY (sweep_id, kind, ordinal)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE presets (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      recipe TEXT NOT NULL,
      recipe_file TEXT NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT;
  `,
};
