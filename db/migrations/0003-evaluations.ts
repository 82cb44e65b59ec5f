import type { Migration } from '../migrate.ts';

/**
 * A subject is what is evaluated: weights (an ingredient's or a soup's) in a graph, or an ensemble of such. Its `key` is the
 * hash of exactly that. Predictions are files named by their key; ensembles have none of their own. A loss that is not a
 * number (a diverged model's) is kept as NULL.
 */
export const evaluations: Migration = {
  version: 3,
  name: 'evaluations and predictions',
  sql: `
    CREATE TABLE subjects (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL CHECK (kind IN ('ingredient', 'soup', 'ensemble')),
      key TEXT NOT NULL UNIQUE,
      definition TEXT NOT NULL CHECK (json_valid(definition))
    ) STRICT;

    CREATE TABLE predictions (
      key TEXT PRIMARY KEY,
      subject_id INTEGER NOT NULL REFERENCES subjects (id) ON DELETE CASCADE,
      split_key TEXT NOT NULL,
      preprocessing TEXT NOT NULL,
      runtime_identity TEXT NOT NULL,
      file TEXT NOT NULL UNIQUE,
      sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
      byte_size INTEGER NOT NULL,
      sample_count INTEGER NOT NULL,
      class_count INTEGER NOT NULL,
      seconds REAL NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT;

    CREATE INDEX predictions_by_subject ON predictions (subject_id);

    CREATE TABLE evaluations (
      id INTEGER PRIMARY KEY,
      subject_id INTEGER NOT NULL REFERENCES subjects (id) ON DELETE CASCADE,
      split_key TEXT NOT NULL,
      preprocessing TEXT NOT NULL,
      runtime_identity TEXT NOT NULL,
      correct INTEGER NOT NULL,
      total INTEGER NOT NULL CHECK (total > 0 AND correct BETWEEN 0 AND total),
      accuracy REAL NOT NULL,
      loss REAL,
      seconds REAL NOT NULL,
      created_at TEXT NOT NULL,
      UNIQUE (subject_id, split_key, preprocessing, runtime_identity)
    ) STRICT;
  `,
};
