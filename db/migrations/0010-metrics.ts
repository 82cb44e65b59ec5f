import type { Migration } from '../migrate.ts';

/**
 * `evaluations.metrics` holds scores by metric beside accuracy and loss; a metric that is not in it is not known yet, one that is
 * null there has no figure. `figures` joins all of them, so that queries and triggers take a score by its metric's id.
 *
 * A project has a metric that decides; `metric_sign` is −1 where less of it is better. `run_values` gets `METRIC.SPLIT` and, of the
 * selection split, `selection.METRIC`, for every metric that is known, as soon as it is. `lead.SPLIT` is how far the soup is
 * ahead of the best ingredient by the project's metric, and the best ingredient is the one that was best on the selection split
 * (where there is none: on the run's first test set): what one would have taken without a soup.
 */
export const metrics: Migration = {
  version: 10,
  name: 'scores by any metric; the metric that decides; one best ingredient',
  sql: `
    ALTER TABLE evaluations ADD COLUMN metrics TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metrics));
    ALTER TABLE evaluations ADD COLUMN figures TEXT
      GENERATED ALWAYS AS (json_set(metrics, '$.accuracy', accuracy, '$.loss', loss)) VIRTUAL;
    ALTER TABLE projects ADD COLUMN metric TEXT NOT NULL DEFAULT 'accuracy';
    ALTER TABLE projects ADD COLUMN metric_sign INTEGER NOT NULL DEFAULT 1 CHECK (metric_sign IN (-1, 1));

    CREATE INDEX run_results_by_evaluation ON run_results (evaluation_id);

    -- How far a run's soup leads its best ingredient on each test set; ties between ingredients: the earlier one.
    CREATE VIEW run_leads AS
      SELECT soup.run_id, soup.split_id, 'lead.' || s.name AS name,
        p.metric_sign * ((ours.figures ->> p.metric) - (theirs.figures ->> p.metric)) AS value
      FROM run_results soup
        JOIN splits s ON s.id = soup.split_id AND s.role = 'test'
        JOIN runs ON runs.id = soup.run_id
        JOIN projects p ON p.id = runs.project_id
        JOIN run_results single ON single.run_id = soup.run_id AND single.kind = 'ingredient'
          AND single.split_id = soup.split_id
        JOIN evaluations ours ON ours.id = soup.evaluation_id
        JOIN evaluations theirs ON theirs.id = single.evaluation_id
      WHERE soup.kind = 'soup' AND single.label = (
        SELECT r.label FROM run_results r JOIN evaluations e ON e.id = r.evaluation_id
        WHERE r.run_id = soup.run_id AND r.kind = 'ingredient' AND r.split_id = (
          SELECT d.split_id FROM run_results d JOIN splits deciding ON deciding.id = d.split_id
          WHERE d.run_id = soup.run_id AND d.kind = 'ingredient' AND deciding.role IN ('selection', 'test')
          ORDER BY deciding.role <> 'selection', d.ordinal LIMIT 1)
        ORDER BY p.metric_sign * (e.figures ->> p.metric) DESC NULLS LAST, r.ordinal LIMIT 1);

    DROP TRIGGER runs_scored;
    DROP TRIGGER runs_no_longer_scored;

    CREATE TRIGGER runs_scored AFTER INSERT ON run_results WHEN NEW.kind = 'soup' BEGIN
      INSERT OR REPLACE INTO run_values (run_id, name, value)
        SELECT NEW.run_id,
          CASE WHEN s.role = 'test' THEN m.key || '.' || s.name WHEN m.key = 'accuracy' THEN 'selection'
            ELSE 'selection.' || m.key END,
          m.value
        FROM splits s JOIN evaluations e ON e.id = NEW.evaluation_id, json_each(e.figures) m
        WHERE s.id = NEW.split_id AND s.role IN ('selection', 'test') AND m.value IS NOT NULL;
      INSERT OR REPLACE INTO run_values (run_id, name, value)
        SELECT run_id, name, value FROM run_leads
        WHERE run_id = NEW.run_id AND split_id = NEW.split_id AND value IS NOT NULL;
      INSERT OR REPLACE INTO run_values (run_id, name, value)
        SELECT NEW.run_id, 'shifted', avg(e.accuracy)
        FROM run_results r JOIN splits s ON s.id = r.split_id JOIN evaluations e ON e.id = r.evaluation_id
        WHERE r.run_id = NEW.run_id AND r.kind = 'soup' AND s.role = 'test'
          AND json_extract(s.source, '$.corruption') IS NOT NULL
        GROUP BY r.run_id;
    END;

    CREATE TRIGGER runs_no_longer_scored AFTER DELETE ON run_results WHEN OLD.kind = 'soup' BEGIN
      DELETE FROM run_values WHERE run_id = OLD.run_id
        AND name NOT GLOB 'option.*' AND name NOT IN ('ingredients', 'ingredientSet');
    END;

    -- Scores that become known later, by a metric that is new or of predictions that are there again.
    CREATE TRIGGER runs_scored_by_more AFTER UPDATE OF metrics ON evaluations WHEN NEW.metrics <> OLD.metrics BEGIN
      INSERT OR REPLACE INTO run_values (run_id, name, value)
        SELECT r.run_id,
          CASE WHEN s.role = 'test' THEN m.key || '.' || s.name WHEN m.key = 'accuracy' THEN 'selection'
            ELSE 'selection.' || m.key END,
          m.value
        FROM run_results r JOIN splits s ON s.id = r.split_id, json_each(NEW.figures) m
        WHERE r.evaluation_id = NEW.id AND r.kind = 'soup' AND s.role IN ('selection', 'test') AND m.value IS NOT NULL;
      INSERT OR REPLACE INTO run_values (run_id, name, value)
        SELECT leads.run_id, leads.name, leads.value
        FROM (SELECT DISTINCT r.run_id FROM run_results r JOIN runs ON runs.id = r.run_id
            JOIN projects p ON p.id = runs.project_id
          WHERE r.evaluation_id = NEW.id AND p.metric NOT IN ('accuracy', 'loss')) touched
          CROSS JOIN run_leads leads ON leads.run_id = touched.run_id
        WHERE leads.value IS NOT NULL;
    END;

    CREATE TRIGGER runs_led_by_another_metric AFTER UPDATE OF metric ON projects WHEN NEW.metric <> OLD.metric BEGIN
      DELETE FROM run_values WHERE name GLOB 'lead.*' AND run_id IN (SELECT id FROM runs WHERE project_id = NEW.id);
      INSERT INTO run_values (run_id, name, value)
        SELECT leads.run_id, leads.name, leads.value
        FROM runs CROSS JOIN run_leads leads ON leads.run_id = runs.id
        WHERE runs.project_id = NEW.id AND leads.value IS NOT NULL;
    END;

    -- Leads that are there already were over the best on each test set by itself.
    DELETE FROM run_values WHERE name GLOB 'lead.*';
    INSERT INTO run_values (run_id, name, value)
      SELECT run_id, name, value FROM run_leads WHERE value IS NOT NULL;
    -- The cross-entropy on the selection split was not among the values.
    INSERT OR REPLACE INTO run_values (run_id, name, value)
      SELECT r.run_id, 'selection.loss', e.loss
      FROM run_results r JOIN splits s ON s.id = r.split_id JOIN evaluations e ON e.id = r.evaluation_id
      WHERE r.kind = 'soup' AND s.role = 'selection' AND e.loss IS NOT NULL;
  `,
};
