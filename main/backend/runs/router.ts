import type { Database } from '../../../db/open.ts';
import { savedViewRepository } from '../../../db/repositories/saved-views.ts';
import { architectureName } from '../../architectures/build.ts';
import type { DataSource } from '../../data/source.ts';
import { stepsOfBlend, weightGroups } from '../../mix/describe-blend.ts';
import type { Coefficients } from '../../recipes/recipe.ts';
import { service } from '../api/service.ts';
import { figuresOf } from '../evaluations/figures.ts';
import { recipeFacts } from './facts.ts';
import type { RunDetails } from './run-details.ts';
import { runTable } from './run-table.ts';
import type { RunService } from './service.ts';

export function runsRouter(runs: RunService, database: Database) {
  const { runs: contract } = service;
  const table = runTable(database);
  const views = savedViewRepository(database);
  return {
    list: contract.list.handler(({ input }) => table.list(input)),
    columns: contract.columns.handler(({ input }) => table.columns(input.projectId)),
    groups: contract.groups.handler(({ input }) => table.groups(input)),
    csv: contract.csv.handler(({ input }) => ({ text: table.csv(input) })),
    ids: contract.ids.handler(({ input }) => table.ids(input)),
    tag: contract.tag.handler(({ input }) => table.tag(input.ids, input.add, input.remove)),
    note: contract.note.handler(({ input }) => table.note(input.id, input.notes)),
    remove: contract.remove.handler(({ input }) => ({ ids: table.remove(input.ids) })),
    restore: contract.restore.handler(({ input }) => {
      table.restore(input.ids);
      return { ids: input.ids };
    }),
    views: contract.views.handler(({ input }) => views.list(input.projectId)),
    saveView: contract.saveView.handler(({ input }) => views.save(input.projectId, input.name, input.search)),
    removeView: contract.removeView.handler(({ input }) => {
      views.remove(input.id);
      return { id: input.id };
    }),
    get: contract.get.handler(({ input }) => described(runs.get(input.id))),
  };
}

function described({ run, project, ingredients, splits, trace, rows }: RunDetails) {
  return {
    ...run,
    project,
    architecture: architectureName(run.architecture),
    runtime: run.runtimeIdentity,
    trace,
    ...recipeFacts(run),
    splits: splits.map(({ id, role, name, sampleCount, source }) => ({
      id,
      role,
      name,
      sampleCount,
      corruption: corruptionOf(source as DataSource),
    })),
    ingredientCount: ingredients.length,
    ingredients: ingredients.map(({ name, ingredient }) => ({ id: ingredient.id, name })),
    coefficients: weightsOf(run.coefficients),
    blend:
      run.coefficients === null || weightGroups(run.coefficients) !== undefined
        ? null
        : stepsOfBlend(
            run.coefficients,
            ingredients.map(({ name }) => name),
          ),
    results: rows.flatMap(({ kind, label, evaluations }) =>
      evaluations.flatMap((evaluation, place) => {
        if (evaluation === undefined) return [];
        const { correct, total, accuracy, loss, metrics } = evaluation;
        return [
          {
            kind,
            label,
            split: splits[place]!.name,
            splitId: splits[place]!.id,
            score: {
              correct,
              total,
              accuracy,
              loss: Number.isFinite(loss) ? loss : null,
              figures: figuresOf(metrics, total),
            },
          },
        ];
      }),
    ),
  };
}

function weightsOf(coefficients: Coefficients | null) {
  const groups = coefficients === null ? undefined : weightGroups(coefficients);
  return groups?.map(({ name, weights }) => ({ group: name, weights })) ?? null;
}

function corruptionOf({ corruption }: DataSource): string | null {
  return corruption === undefined ? null : `${corruption.kind} ${corruption.severity}`;
}
