import type { Migration } from '../migrate.ts';

/**
 * `run_values` holds what a list of runs is sorted, filtered and grouped by, one row a run and column: `option.NAME`,
 * `accuracy.SPLIT`, `loss.SPLIT`, `lead.SPLIT` (the soup's accuracy minus the best ingredient's on the same samples), `selection`
 * (the soup's accuracy there), `shifted` (its mean over the test sets with a corruption), `ingredients` (how many) and
 * `ingredientSet` (their ids). Triggers keep it in step with the tables it comes from; `run_columns` lists a project's names.
 */
export const runManagement: Migration = {
  version: 8,
  name: 'tags, notes and deletion of runs; their values by column; saved views',
  sql: `
    ALTER TABLE runs ADD COLUMN tags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags));
    ALTER TABLE runs ADD COLUMN notes TEXT NOT NULL DEFAULT '';
    ALTER TABLE runs ADD COLUMN deleted_at TEXT;

    CREATE INDEX runs_shown ON runs (project_id) WHERE deleted_at IS NULL;
    CREATE INDEX runs_deleted ON runs (deleted_at) WHERE deleted_at IS NOT NULL;
    CREATE INDEX run_ingredients_by_ingredient ON run_ingredients (ingredient_id);

    CREATE TABLE run_values (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      value ANY NOT NULL,
      PRIMARY KEY (run_id, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE run_columns (
      project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      PRIMARY KEY (project_id, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE saved_views (
      id INTEGER PRIMARY KEY,
      project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      search TEXT NOT NULL CHECK (json_valid(search)),
      created_at TEXT NOT NULL,
      UNIQUE (project_id, name)
    ) STRICT;

    CREATE TRIGGER run_values_named AFTER INSERT ON run_values BEGIN
      INSERT INTO run_columns (project_id, name) SELECT project_id, NEW.name FROM runs WHERE id = NEW.run_id
        ON CONFLICT DO NOTHING;
    END;

    CREATE TRIGGER runs_with_options AFTER INSERT ON runs BEGIN
      INSERT INTO run_values (run_id, name, value)
        SELECT NEW.id, 'option.' || key, CASE type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE value END
        FROM json_each(NEW.options) WHERE value IS NOT NULL AND typeof(key) = 'text';
    END;

    CREATE TRIGGER runs_with_ingredients AFTER INSERT ON run_ingredients BEGIN
      INSERT INTO run_values (run_id, name, value) VALUES (NEW.run_id, 'ingredients', 1)
        ON CONFLICT DO UPDATE SET value = value + 1;
      INSERT INTO run_values (run_id, name, value) VALUES (NEW.run_id, 'ingredientSet', '' || NEW.ingredient_id)
        ON CONFLICT DO UPDATE SET value = value || ',' || NEW.ingredient_id;
    END;

    CREATE TRIGGER runs_without_ingredients AFTER DELETE ON run_ingredients BEGIN
      DELETE FROM run_values WHERE run_id = OLD.run_id AND name IN ('ingredients', 'ingredientSet');
    END;

    CREATE TRIGGER runs_scored AFTER INSERT ON run_results WHEN NEW.kind = 'soup' BEGIN
      INSERT OR REPLACE INTO run_values (run_id, name, value)
        SELECT NEW.run_id, CASE s.role WHEN 'test' THEN 'accuracy.' || s.name ELSE s.role END, e.accuracy
        FROM splits s JOIN evaluations e ON e.id = NEW.evaluation_id WHERE s.id = NEW.split_id;
      INSERT OR REPLACE INTO run_values (run_id, name, value)
        SELECT NEW.run_id, 'loss.' || s.name, e.loss
        FROM splits s JOIN evaluations e ON e.id = NEW.evaluation_id
        WHERE s.id = NEW.split_id AND s.role = 'test' AND e.loss IS NOT NULL;
      INSERT OR REPLACE INTO run_values (run_id, name, value)
        SELECT NEW.run_id, 'lead.' || s.name, e.accuracy - max(best.accuracy)
        FROM splits s JOIN evaluations e ON e.id = NEW.evaluation_id
          JOIN run_results r ON r.run_id = NEW.run_id AND r.kind = 'ingredient' AND r.split_id = NEW.split_id
          JOIN evaluations best ON best.id = r.evaluation_id
        WHERE s.id = NEW.split_id AND s.role = 'test' GROUP BY s.id;
      INSERT OR REPLACE INTO run_values (run_id, name, value)
        SELECT NEW.run_id, 'shifted', avg(e.accuracy)
        FROM run_results r JOIN splits s ON s.id = r.split_id JOIN evaluations e ON e.id = r.evaluation_id
        WHERE r.run_id = NEW.run_id AND r.kind = 'soup' AND s.role = 'test'
          AND json_extract(s.source, '$.corruption') IS NOT NULL
        GROUP BY r.run_id;
    END;

    CREATE TRIGGER runs_no_longer_scored AFTER DELETE ON run_results WHEN OLD.kind = 'soup' BEGIN
      DELETE FROM run_values WHERE run_id = OLD.run_id
        AND (name IN ('selection', 'shifted') OR name GLOB 'accuracy.*' OR name GLOB 'loss.*' OR name GLOB 'lead.*');
    END;

    -- What is there already goes through the same triggers: taken out and put in again.
    INSERT INTO run_values (run_id, name, value)
      SELECT runs.id, 'option.' || key, CASE type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE value END
      FROM runs, json_each(runs.options) WHERE value IS NOT NULL AND typeof(key) = 'text';
    CREATE TABLE kept AS SELECT * FROM run_ingredients ORDER BY run_id, ordinal;
    DELETE FROM run_ingredients;
    INSERT INTO run_ingredients SELECT * FROM kept ORDER BY run_id, ordinal;
    DROP TABLE kept;
    CREATE TABLE kept AS SELECT * FROM run_results ORDER BY run_id, ordinal;
    DELETE FROM run_results;
    INSERT INTO run_results SELECT * FROM kept ORDER BY run_id, ordinal;
    DROP TABLE kept;
  `,
};
