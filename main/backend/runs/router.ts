import type { Database } from '../../../db/open.ts';
import { listRuns } from '../../../db/repositories/run-list.ts';
import { service } from '../api/service.ts';
import type { RunDetails } from './run-details.ts';
import type { RunService } from './service.ts';

export function runsRouter(runs: RunService, database: Database) {
  const { runs: contract } = service;
  return {
    list: contract.list.handler(({ input: { filter, ...query } }) =>
      listRuns(database, { ...query, text: filter.text, statuses: filter.status }),
    ),
    get: contract.get.handler(({ input }) => described(runs.get(input.id))),
  };
}

function described({ run, ingredients, splits, rows }: RunDetails) {
  return {
    ...run,
    ingredientCount: ingredients.length,
    ingredients: ingredients.map(({ name, ingredient }) => ({ id: ingredient.id, name })),
    coefficients: run.coefficients?.groups.map(({ name, weights }) => ({ group: name, weights })) ?? null,
    results: rows.flatMap(({ kind, label, evaluations }) =>
      evaluations.flatMap((evaluation, place) => {
        if (evaluation === undefined) return [];
        const { correct, total, accuracy, loss } = evaluation;
        return [{ kind, label, split: splits[place]!.name, score: { correct, total, accuracy, loss } }];
      }),
    ),
  };
}
