import type { Migration } from '../migrate.ts';

export const datasetsAndSplits: Migration = {
  version: 2,
  name: 'datasets and splits',
  sql: `
    CREATE TABLE datasets (
      id INTEGER PRIMARY KEY,
      project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      created_at TEXT NOT NULL,
      UNIQUE (project_id, name)
    ) STRICT;

    CREATE TABLE splits (
      id INTEGER PRIMARY KEY,
      dataset_id INTEGER NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
      role TEXT NOT NULL CHECK (role IN ('train', 'selection', 'test')),
      name TEXT NOT NULL,
      key TEXT NOT NULL,
      source TEXT NOT NULL CHECK (json_valid(source)),
      normalization TEXT NOT NULL CHECK (json_valid(normalization)),
      sample_count INTEGER NOT NULL,
      sample_shape TEXT NOT NULL CHECK (json_valid(sample_shape)),
      class_count INTEGER NOT NULL,
      created_at TEXT NOT NULL,
      UNIQUE (dataset_id, role, name, key, normalization)
    ) STRICT;

    CREATE INDEX splits_by_key ON splits (key);
  `,
};
