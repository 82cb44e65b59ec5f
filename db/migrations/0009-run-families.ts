import type { Migration } from '../migrate.ts';

/** Of a row of `runs`. */
const SETTING = `json_array(runs.recipe, runs.options, runs.dtype, runs.accumulate, runs.architecture, (
        SELECT group_concat(ingredient_id, ',' ORDER BY ordinal) FROM run_ingredients WHERE run_id = runs.id
      ))`;

/**
 * Runs that differ in nothing but their seed have one family: thousands of them are grouped without comparing their settings.
 * `runs.family_id` follows from the run and its ingredients; triggers keep it, and forget families that nobody belongs to.
 */
export const runFamilies: Migration = {
  version: 9,
  name: 'families of runs that differ by their seed alone',
  sql: `
    CREATE TABLE run_families (
      id INTEGER PRIMARY KEY,
      /** All that the runs of a family have in common, as JSON. */
      setting TEXT NOT NULL UNIQUE
    ) STRICT;

    ALTER TABLE runs ADD COLUMN family_id INTEGER REFERENCES run_families (id);

    CREATE INDEX runs_by_family ON runs (family_id);

    CREATE TRIGGER runs_in_families AFTER INSERT ON run_ingredients BEGIN
      INSERT INTO run_families (setting) SELECT ${SETTING} FROM runs WHERE id = NEW.run_id ON CONFLICT DO NOTHING;
      UPDATE runs SET family_id = (SELECT id FROM run_families WHERE setting = ${SETTING}) WHERE id = NEW.run_id;
    END;

    CREATE TRIGGER families_left AFTER UPDATE OF family_id ON runs WHEN OLD.family_id IS NOT NEW.family_id BEGIN
      DELETE FROM run_families WHERE id = OLD.family_id
        AND NOT EXISTS (SELECT 1 FROM runs WHERE family_id = OLD.family_id);
    END;

    CREATE TRIGGER families_without_runs AFTER DELETE ON runs BEGIN
      DELETE FROM run_families WHERE id = OLD.family_id
        AND NOT EXISTS (SELECT 1 FROM runs WHERE family_id = OLD.family_id);
    END;

    INSERT INTO run_families (setting) SELECT DISTINCT ${SETTING} FROM runs WHERE id IN (SELECT run_id FROM run_ingredients);
    UPDATE runs SET family_id = (SELECT id FROM run_families WHERE setting = ${SETTING});
  `,
};
