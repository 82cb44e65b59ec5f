import { resolve } from 'node:path';
import { z } from 'zod';
import { evaluationRepository } from '../../../db/repositories/evaluations.ts';
import { exportRepository } from '../../../db/repositories/exports.ts';
import { type Ingredient, ingredientRepository } from '../../../db/repositories/ingredients.ts';
import { parseArchitectureSpec } from '../../architectures/architecture-schema.ts';
import { proposedArchitectures } from '../../architectures/proposals.ts';
import { parseTrainingConfig, trainingConfigSchema } from '../../engine/training/config-schema.ts';
import { service } from '../api/service.ts';
import type { Backend } from '../backend.ts';
import type { LastFolder } from '../files/last-folder.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { compareFiles } from './compare.ts';
import { ingredientDetails, ingredientRow } from './details.ts';
import { preflight } from './preflight.ts';
import { presetCards } from './preset-cards.ts';
import { projectHint } from './project-hint.ts';
import { readingOf } from './reading-schema.ts';
import { splitScores } from './scores.ts';

export function ingredientsRouter(backend: Backend, queue: JobQueue, last: LastFolder) {
  const { ingredients, projects, database } = backend;
  const { ingredients: contract } = service;
  const repository = ingredientRepository(database);
  const evaluations = evaluationRepository(database);
  const changed = (id: number, change: (ingredient: Ingredient) => void) => {
    change(ingredients.get(id));
    return ingredientRow(ingredients.get(id));
  };
  const setAside = (ids: readonly number[], aside: boolean) => {
    for (const id of ids) ingredients.get(id);
    database.transaction(() => {
      for (const id of ids) repository.setAside(id, aside);
    });
    return { ids };
  };
  const start = (kind: string, title: string, projectId: number, request: unknown) => {
    projects.summary(projectId);
    return { jobId: queue.start({ kind, title, projectId, request }).id };
  };
  return {
    list: contract.list.handler(({ input }) => ingredients.list(input.projectId).map(ingredientRow)),
    scores: contract.scores.handler(({ input }) =>
      [...splitScores(evaluations, ingredients.list(input.projectId))].map(([ingredientId, scores]) => ({
        ingredientId,
        scores,
      })),
    ),
    get: contract.get.handler(({ input }) => ingredientDetails(ingredients.get(input.id), repository, evaluations)),
    preflight: contract.preflight.handler(async ({ input: { projectId, paths, architecture, readings }, signal }) => {
      const known = projectId === undefined ? undefined : projectHint(backend, projectId);
      const given = architecture === undefined ? undefined : parseArchitectureSpec(architecture);
      last.remember(paths[0]!);
      const present = projectId === undefined ? [] : ingredients.list(projectId);
      const found = await preflight(
        {
          paths,
          present,
          given,
          ofProject: known?.architecture,
          hint: known?.hint ?? {},
          readings: new Map(readings.map(({ path, ...written }) => [resolve(path), readingOf(written)])),
          exports: exportRepository(database),
        },
        signal,
      );
      if (found.architecture === null) return { ...found, architecture: null };
      const { name, spec, from } = found.architecture;
      return { ...found, architecture: { name, from, spec: { ...spec } } };
    }),
    compare: contract.compare.handler(({ input: { files }, signal }) =>
      compareFiles(
        files.map(({ path, name, ...written }) => ({ path, name, reading: readingOf(written) })),
        signal,
      ),
    ),
    import: contract.import.handler(({ input: { architecture, ...input } }) => {
      const count = input.files.length;
      const title = count === 1 ? 'Import a checkpoint' : `Import ${count} checkpoints`;
      return start('import', title, input.projectId, {
        ...input,
        files: input.files.map(({ stateDict, map, ...file }) => ({ ...file, reading: readingOf({ stateDict, map }) })),
        ...(architecture === undefined ? {} : { architecture: parseArchitectureSpec(architecture) }),
      });
    }),
    presets: contract.presets.handler(({ input }) => ({
      presets: presetCards(input.seed).map((card) => ({ ...card, config: { ...card.config } })),
      schema: z.toJSONSchema(trainingConfigSchema, { io: 'input' }) as Record<string, unknown>,
    })),
    architectures: contract.architectures.handler(({ input }) => {
      const { sampleShape, classCount } = backend.datasets.get(input.splitId);
      return proposedArchitectures(sampleShape, classCount).map((proposal) => ({
        ...proposal,
        spec: { ...proposal.spec },
      }));
    }),
    train: contract.train.handler(({ input }) => {
      const { trainings, initial, projectId } = input;
      const checked = trainings.map(({ name, config }) => ({ name, config: parseTrainingConfig(config, name) }));
      if (initial.kind === 'from') ingredients.get(initial.ingredientId);
      else parseArchitectureSpec(initial.architecture);
      for (const split of [input.trainSplitId, input.selectionSplitId]) backend.datasets.get(split);
      const title = checked.length === 1 ? `Train ${checked[0]!.name}` : `Train ${checked.length} ingredients`;
      return start('train', title, projectId, { ...input, trainings: checked });
    }),
    rename: contract.rename.handler(({ input: { id, name } }) => changed(id, () => repository.rename(id, name))),
    describe: contract.describe.handler(({ input: { id, hyperparameters } }) =>
      changed(id, () => repository.describe(id, hyperparameters)),
    ),
    tag: contract.tag.handler(({ input: { ids, add, remove } }) =>
      database.transaction(() =>
        ids.map((id) =>
          changed(id, ({ tags }) => {
            const kept = [...tags, ...add].filter((tag) => !remove.includes(tag));
            repository.tag(id, [...new Set(kept)]);
          }),
        ),
      ),
    ),
    remove: contract.remove.handler(({ input }) => setAside(input.ids, true)),
    restore: contract.restore.handler(({ input }) => setAside(input.ids, false)),
    repair: contract.repair.handler(({ input }) => {
      last.remember(input.paths[0]!);
      return start('repair', 'Find missing files', input.projectId, input);
    }),
  };
}
