import { toJson } from '../json.ts';
import type { Database } from '../open.ts';
import type { Evaluation } from './evaluations.ts';
import type { ResultKind } from './runs.ts';

type MeasuredRow = Pick<Evaluation, 'id' | 'subjectId' | 'splitKey' | 'preprocessing' | 'runtimeIdentity'>;

/** An evaluation of which some metric is not known. */
export type IncompleteEvaluation = MeasuredRow & Pick<Evaluation, 'correct'>;

interface BacklogStep {
  /** The first one that lacks one of the metrics, and of which there is something to work it out from. */
  readonly found: IncompleteEvaluation | undefined;
  /** Up to which id there is nothing more; undefined when that was all. */
  readonly lookedThrough: number | undefined;
}

export interface MetricBacklog {
  /** Looks on after `id`, at no more at once than takes a moment. */
  next(metrics: readonly string[], id: number): BacklogStep;
  /** What an ensemble's outputs were averaged from, as a run that scored it has it; nothing of what is no ensemble of a run. */
  ensemble(id: number): { readonly kind: ResultKind; readonly members: readonly MeasuredRow[] } | undefined;
}

/** Reading the figures of so many evaluations takes a few milliseconds. */
const AT_ONCE = 500;

const MEASURED = `e.id, e.subject_id AS subjectId, e.split_key AS splitKey, e.preprocessing,
  e.runtime_identity AS runtimeIdentity`;

export function metricBacklog(database: Database): MetricBacklog {
  const next = database.query<IncompleteEvaluation>(
    `SELECT ${MEASURED}, e.correct FROM evaluations e JOIN subjects s ON s.id = e.subject_id
     WHERE e.id > ? AND e.id <= ?
       -- First, as most of a long search have none: reading the figures of each of them would take seconds at every start.
       AND (s.kind = 'ensemble' OR EXISTS (SELECT 1 FROM predictions p
         WHERE p.subject_id = e.subject_id AND p.split_key = e.split_key))
       AND EXISTS (SELECT 1 FROM json_each(?) wanted
       WHERE json_type(e.figures, '$."' || wanted.value || '"') IS NULL)
     ORDER BY e.id LIMIT 1`,
  );
  const last = database.query<{ readonly id: number | null }>('SELECT max(id) AS id FROM evaluations');
  const place = database.query<{ readonly runId: number; readonly splitId: number; readonly kind: ResultKind }>(
    `SELECT run_id AS runId, split_id AS splitId, kind FROM run_results
     WHERE evaluation_id = ? AND kind LIKE 'ensemble%' ORDER BY run_id LIMIT 1`,
  );
  const members = database.query<MeasuredRow>(
    `SELECT ${MEASURED} FROM run_results r JOIN evaluations e ON e.id = r.evaluation_id
     WHERE r.run_id = ? AND r.split_id = ? AND r.kind = 'ingredient' ORDER BY r.ordinal`,
  );
  return {
    next(metrics, id) {
      const until = id + AT_ONCE;
      const found = next.get(id, until, toJson(metrics));
      if (found !== undefined) return { found, lookedThrough: found.id };
      return { found, lookedThrough: until < (last.get()?.id ?? 0) ? until : undefined };
    },
    ensemble(id) {
      const found = place.get(id);
      return found && { kind: found.kind, members: members.all(found.runId, found.splitId) };
    },
  };
}
