import type { Migration } from '../migrate.ts';

export const projectsAndIngredients: Migration = {
  version: 1,
  name: 'projects and ingredients',
  sql: `
    CREATE TABLE projects (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      created_at TEXT NOT NULL
    ) STRICT;

    CREATE TABLE ingredients (
      id INTEGER PRIMARY KEY,
      project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      path TEXT NOT NULL,
      format TEXT NOT NULL,
      sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
      byte_size INTEGER NOT NULL,
      parameter_count INTEGER NOT NULL,
      architecture TEXT NOT NULL CHECK (json_valid(architecture)),
      hyperparameters TEXT NOT NULL CHECK (json_valid(hyperparameters)),
      origin TEXT NOT NULL CHECK (origin IN ('imported', 'trained')),
      base_id INTEGER REFERENCES ingredients (id) ON DELETE SET NULL,
      training_key TEXT,
      training TEXT CHECK (training IS NULL OR json_valid(training)),
      created_at TEXT NOT NULL,
      CHECK ((origin = 'trained') = (training_key IS NOT NULL)),
      CHECK ((training_key IS NULL) = (training IS NULL))
    ) STRICT;

    CREATE UNIQUE INDEX ingredients_imported_once ON ingredients (project_id, sha256) WHERE origin = 'imported';
    CREATE INDEX ingredients_by_training ON ingredients (project_id, training_key);
    CREATE INDEX ingredients_by_hash ON ingredients (sha256);
    CREATE INDEX ingredients_by_base ON ingredients (base_id);
  `,
};
