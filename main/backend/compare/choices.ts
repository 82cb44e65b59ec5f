import type { Database } from '../../../db/open.ts';
import type { RunCondition } from '../../../db/repositories/run-condition.ts';
import { listRuns } from '../../../db/repositories/run-list.ts';
import { measuredIngredients, runSets } from '../../../db/repositories/run-sets.ts';
import type { RunTables } from '../runs/run-details.ts';
import { ENSEMBLES, ensembleName, ensembleOrdinal, soupName } from './names.ts';

export interface Choice {
  readonly ref: string;
  readonly kind: 'ingredient' | 'soup' | 'ensemble';
  readonly label: string;
  readonly ordinal: number;
  /** On some set, as part of a run. */
  readonly measured: boolean;
}

export interface ChoiceQuery {
  readonly projectId: number;
  /** Words that a name has to hold, all of them; of a run, its number and its tags count as well. */
  readonly text: string;
  /** Of each kind. */
  readonly limit: number;
}

/** What of a project can be compared, found by name among all there is: ingredients, then soups (newest first), then ensembles. */
export function choicesOf(database: Database, tables: RunTables, query: ChoiceQuery): readonly Choice[] {
  const { projectId, text, limit } = query;
  const words = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  const fits = ({ label }: Choice): boolean => words.every((word) => label.toLowerCase().includes(word));
  const measured = measuredIngredients(database, projectId);
  const ingredients = tables.ingredients.list(projectId).map(
    ({ id, name }, ordinal): Choice => ({
      ref: `ingredient:${id}`,
      kind: 'ingredient',
      label: name,
      ordinal,
      measured: measured.has(id),
    }),
  );
  return [
    ...ingredients.filter(fits).slice(0, limit),
    ...soupsOf(database, projectId, words, limit),
    ...ensemblesOf(database, projectId, limit).filter(fits),
  ];
}

function soupsOf(database: Database, projectId: number, words: readonly string[], limit: number): readonly Choice[] {
  const parts: readonly RunCondition[] = [
    { kind: 'compare', column: 'status', comparison: '=', value: 'done' },
    // The word “run” is in every soup's name.
    ...words.filter((word) => word !== 'run').map(soupCondition),
  ];
  const newest = [{ column: 'id', descending: true }];
  const { rows } = listRuns(database, { projectId, condition: { kind: 'and', parts }, sort: newest, offset: 0, limit });
  return rows.map((run) => ({
    ref: `run:${run.id}`,
    kind: 'soup',
    label: soupName(run),
    ordinal: run.id - 1,
    measured: true,
  }));
}

/** In its recipe's name or among its tags, or its number. */
function soupCondition(word: string): RunCondition {
  const parts: readonly RunCondition[] = [
    { kind: 'contains', column: 'recipe', text: word },
    { kind: 'tag', tag: word },
  ];
  if (!/^\d{1,9}$/.test(word)) return { kind: 'or', parts };
  return { kind: 'or', parts: [{ kind: 'compare', column: 'id', comparison: '=', value: Number(word) }, ...parts] };
}

/** Both kinds of ensemble of every set of ingredients that some run was given. */
function ensemblesOf(database: Database, projectId: number, limit: number): readonly Choice[] {
  return runSets(database, projectId, limit).flatMap(({ runId, size }) =>
    ENSEMBLES.map(
      ({ kind, label }): Choice => ({
        ref: `ensemble:${runId}:${kind}`,
        kind: 'ensemble',
        label: ensembleName(size, label),
        ordinal: ensembleOrdinal(runId, kind),
        measured: true,
      }),
    ),
  );
}
