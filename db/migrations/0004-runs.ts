import type { Migration } from '../migrate.ts';

export const runs: Migration = {
  version: 4,
  name: 'runs, their ingredients, trace and results',
  sql: `
    CREATE TABLE runs (
      id INTEGER PRIMARY KEY,
      project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
      content_key TEXT NOT NULL,
      recipe TEXT NOT NULL,
      options TEXT NOT NULL CHECK (json_valid(options)),
      recipe_file TEXT NOT NULL,
      architecture TEXT NOT NULL CHECK (json_valid(architecture)),
      runtime_identity TEXT,
      seed INTEGER NOT NULL,
      accumulate TEXT NOT NULL CHECK (accumulate IN ('f32', 'f64')),
      dtype TEXT NOT NULL,
      status TEXT NOT NULL
        CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
      attempts INTEGER NOT NULL DEFAULT 0,
      summary TEXT,
      coefficients TEXT CHECK (coefficients IS NULL OR json_valid(coefficients)),
      used TEXT CHECK (used IS NULL OR json_valid(used)),
      error TEXT CHECK (error IS NULL OR json_valid(error)),
      created_at TEXT NOT NULL,
      started_at TEXT,
      finished_at TEXT,
      seconds REAL,
      CHECK (status <> 'done' OR (coefficients IS NOT NULL AND summary IS NOT NULL))
    ) STRICT;

    CREATE INDEX runs_by_content ON runs (project_id, content_key);

    CREATE TABLE run_ingredients (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      ordinal INTEGER NOT NULL,
      ingredient_id INTEGER NOT NULL REFERENCES ingredients (id),
      name TEXT NOT NULL,
      PRIMARY KEY (run_id, ordinal),
      UNIQUE (run_id, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE run_splits (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      ordinal INTEGER NOT NULL,
      split_id INTEGER NOT NULL REFERENCES splits (id),
      PRIMARY KEY (run_id, ordinal)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE trace_steps (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      ordinal INTEGER NOT NULL,
      step TEXT NOT NULL CHECK (json_valid(step)),
      PRIMARY KEY (run_id, ordinal)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE run_results (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      ordinal INTEGER NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('ingredient', 'soup', 'ensemble-logits', 'ensemble-probabilities')),
      label TEXT NOT NULL,
      split_id INTEGER NOT NULL REFERENCES splits (id),
      evaluation_id INTEGER NOT NULL REFERENCES evaluations (id),
      PRIMARY KEY (run_id, ordinal)
    ) STRICT, WITHOUT ROWID;
  `,
};
