import type { Migration } from '../migrate.ts';

/** How an ingredient's file is to be read, where its content leaves that open: the same file read in two ways is two ingredients. */
export const readings: Migration = {
  version: 11,
  name: 'ingredients keep how their file is read',
  sql: `
    ALTER TABLE ingredients ADD COLUMN reading TEXT CHECK (reading IS NULL OR json_valid(reading));

    DROP INDEX ingredients_imported_once;
    CREATE UNIQUE INDEX ingredients_imported_once ON ingredients (project_id, sha256, ifnull(reading, ''))
      WHERE origin = 'imported';
  `,
};
