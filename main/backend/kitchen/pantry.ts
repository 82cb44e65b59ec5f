import { existsSync } from 'node:fs';
import type { StoredSplit } from '../../../db/repositories/datasets.ts';
import type { EvaluationLookup } from '../../../db/repositories/evaluation-lookup.ts';
import type { Ingredient } from '../../../db/repositories/ingredients.ts';
import { architectureName, buildArchitecture } from '../../architectures/build.ts';
import type { DataSource } from '../../data/source.ts';
import type { DatasetService } from '../datasets/service.ts';
import { ingredientSubject } from '../evaluations/subject.ts';
import { writtenOf } from '../ingredients/reading-schema.ts';
import type { IngredientService } from '../ingredients/service.ts';

/** What a project can cook with. */
export interface Pantry {
  readonly ingredients: readonly PantryIngredient[];
  /** Of each role and name the newest. */
  readonly splits: readonly StoredSplit[];
}

interface PantryIngredient {
  readonly ingredient: Ingredient;
  /** Others were fine-tuned from it. */
  readonly isBase: boolean;
  readonly missing: boolean;
  readonly selectionAccuracy: number | null;
}

export function openPantry(
  ingredients: IngredientService,
  datasets: DatasetService,
  lookup: EvaluationLookup,
  projectId: number,
): Pantry {
  const splits = newestSplits(datasets.list(projectId).flatMap((dataset) => dataset.splits));
  const selection = splits.find(({ role }) => role === 'selection');
  const all = ingredients.list(projectId);
  const bases = new Set(all.map(({ baseId }) => baseId));
  return {
    splits,
    ingredients: all.map((ingredient) => ({
      ingredient,
      isBase: bases.has(ingredient.id),
      missing: !existsSync(ingredient.path),
      selectionAccuracy:
        selection === undefined ? null : (lookup.latest(keyOf(ingredient), selection.key, '')?.accuracy ?? null),
    })),
  };
}

function keyOf(ingredient: Ingredient): string {
  return ingredientSubject(buildArchitecture(ingredient.architecture), ingredient).key;
}

function newestSplits(splits: readonly StoredSplit[]): readonly StoredSplit[] {
  const newest = new Map<string, StoredSplit>();
  for (const split of splits) {
    const place = JSON.stringify([split.role, split.name]);
    const known = newest.get(place);
    if (known === undefined || known.id < split.id) newest.set(place, split);
  }
  return [...newest.values()].sort((a, b) => a.id - b.id);
}

export function describePantry({ ingredients, splits }: Pantry) {
  return {
    ingredients: ingredients.map(({ ingredient, isBase, missing, selectionAccuracy }) => {
      const { id, name, path, sha256, reading, architecture, hyperparameters } = ingredient;
      return {
        id,
        name,
        path,
        sha256,
        ...writtenOf(reading),
        architecture: architectureName(architecture),
        hyperparameters,
        isBase,
        missing,
        selectionAccuracy,
      };
    }),
    splits: splits.map(({ role, name, sampleCount, source }) => ({
      role,
      name,
      sampleCount,
      description: describeSource(source as DataSource),
      source: source as Record<string, unknown>,
    })),
  };
}

function describeSource(source: DataSource): string {
  const files = source.format === 'mnist' ? `MNIST ${source.part} images` : source.images;
  const rows = source.rows === undefined ? [] : [`rows ${source.rows.from} to ${source.rows.to - 1}`];
  const { corruption } = source;
  const damage = corruption === undefined ? [] : [`${corruption.kind}, severity ${corruption.severity}`];
  return [files, ...rows, ...damage].join(', ');
}
