import type { Migration } from '../migrate.ts';

/**
 * `run_values` lies run by run, so that a run's line is read at once. Sorting and filtering read a column of all runs instead: without
 * an index that holds its values side by side, every page of the table would be read for each. Which runs a project lists is
 * answered by an index alone as well: `runs_shown`, a partial one, had each run looked up. A list of splits says how many runs
 * used each.
 */
export const columnsOfRuns: Migration = {
  version: 13,
  name: 'lists of runs are answered by indexes alone',
  sql: `
    CREATE INDEX run_values_by_name ON run_values (name, run_id, value);

    DROP INDEX runs_shown;
    CREATE INDEX runs_in_lists ON runs (project_id, deleted_at);

    CREATE INDEX run_splits_by_split ON run_splits (split_id);
  `,
};
