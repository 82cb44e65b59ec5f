import type { Migration } from '../migrate.ts';

/**
 * A soup with BatchNorm statistics of its own is scored as it was mixed as well; what is derived from `run_results` (a run's values, its
 * lead) is about the soup that the run ends in and stays as it is.
 */
export const statisticsOfSoups: Migration = {
  version: 15,
  name: 'scores of soups before their statistics were estimated anew',
  sql: `
    CREATE TABLE mixed_results (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      ordinal INTEGER NOT NULL,
      label TEXT NOT NULL,
      split_id INTEGER NOT NULL REFERENCES splits (id),
      evaluation_id INTEGER NOT NULL REFERENCES evaluations (id),
      PRIMARY KEY (run_id, ordinal)
    ) STRICT, WITHOUT ROWID;

    CREATE VIEW run_cells AS
      SELECT run_id, ordinal, kind, label, split_id, evaluation_id FROM run_results
      UNION ALL
      SELECT run_id, ordinal, 'soup-as-mixed' AS kind, label, split_id, evaluation_id FROM mixed_results;
  `,
};
