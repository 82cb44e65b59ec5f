import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Ingredient } from '../../../db/repositories/ingredients.ts';
import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import type { Reading } from '../../checkpoints/checkpoint.ts';
import { isSameReading } from '../../checkpoints/reading.ts';
import { StockpotError } from '../../errors.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import { inspectIngredient } from './inspect.ts';
import { refuseChanged } from './refuse-changed.ts';
import { type Trained, type TrainingRoom, type TrainOptions, type TrainRequest, trainIngredient } from './training.ts';

interface ImportRequest {
  readonly projectId: number;
  readonly path: string;
  readonly name: string;
  /** Another file is refused. */
  readonly sha256?: string;
  /** Which of the file's tensors are meant, or under which names, where its content leaves that open. */
  readonly reading?: Reading | undefined;
  /** Detected from the tensors when left out. */
  readonly architecture?: ArchitectureSpec;
  readonly hyperparameters?: Readonly<Record<string, unknown>>;
}

interface Imported {
  readonly ingredient: Ingredient;
  /** What a user should know about the file although it can be used. */
  readonly remarks: readonly string[];
}

export interface IngredientService {
  /**
   * Takes a checkpoint into a project; the file stays where it is. The same content, read in the
   * same way, is one ingredient however often it comes.
   * @throws StockpotError `ingredients/mismatched`, `ingredients/changed`, `checkpoint/…`, `architecture/…`
   */
  import(request: ImportRequest, options?: JobOptions): Promise<Imported>;
  /** @throws StockpotError as `trainIngredient` */
  train(request: TrainRequest, options?: TrainOptions): Promise<Trained>;
  list(projectId: number): readonly Ingredient[];
  /** @throws StockpotError `ingredients/unknown` */
  get(id: number): Ingredient;
  /** Files that had this content when they were last seen. */
  withHash(sha256: string): readonly Ingredient[];
}

export function ingredientService(room: TrainingRoom): IngredientService {
  const { ingredients } = room;
  return {
    async import(request, options = {}) {
      const path = resolve(request.path);
      const { facts, remarks } = await inspectIngredient(path, request.architecture, options, request.reading);
      refuseChanged(request, facts.sha256);
      const known =
        ingredients.imported(request.projectId, facts.sha256, facts.reading) ??
        ingredients
          .withHash(facts.sha256)
          .find(({ projectId, reading }) => projectId === request.projectId && isSameReading(reading, facts.reading));
      if (known !== undefined) {
        if (known.path !== path) ingredients.relocate(known.id, path);
        // Of an ingredient trained here, Stockpot knows better than any recipe file.
        const hyperparameters =
          known.origin === 'imported' ? (request.hyperparameters ?? known.hyperparameters) : known.hyperparameters;
        if (!isDeepStrictEqual(hyperparameters, known.hyperparameters)) ingredients.describe(known.id, hyperparameters);
        return { ingredient: { ...known, path, hyperparameters }, remarks };
      }
      const ingredient = ingredients.add({
        projectId: request.projectId,
        name: request.name,
        ...facts,
        hyperparameters: request.hyperparameters ?? {},
        origin: 'imported',
        baseId: null,
        trainingKey: null,
        training: null,
      });
      return { ingredient, remarks };
    },
    train: (request, options = {}) => trainIngredient(room, request, options),
    list: (projectId) => ingredients.list(projectId),
    get(id) {
      const found = ingredients.byId(id);
      if (found !== undefined) return found;
      throw new StockpotError({ code: 'ingredients/unknown', what: 'There is no such ingredient', where: String(id) });
    },
    withHash: (sha256) => ingredients.withHash(sha256),
  };
}
