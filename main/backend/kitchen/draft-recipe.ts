import { Document, isScalar, visit, type YAMLSeq } from 'yaml';
import { z } from 'zod';
import { architectureName } from '../../architectures/build.ts';
import { DEFAULT_METRIC } from '../../metrics/index.ts';
import { findRecipe } from '../../recipes/index.ts';
import type { Recipe } from '../../recipes/recipe.ts';
import { writtenOf } from '../ingredients/reading-schema.ts';
import type { RecipeFile } from '../runs/recipe-file.ts';
import type { Pantry } from './pantry.ts';

/** A recipe file to begin with: everything that goes together, measured on everything there is. */
export function draftRecipe(
  { name: project, metric }: { readonly name: string; readonly metric: string },
  pantry: Pantry,
  wanted: string | undefined,
): string {
  const chosen = matching(pantry);
  const { train, selection, test } = splitsOf(pantry);
  const recipe = findRecipe(wanted ?? (selection === undefined ? 'weighted' : 'greedy'));
  const [first] = chosen;
  const document = new Document({
    recipe: recipe.name,
    options: choosesByMetric(recipe) && metric !== DEFAULT_METRIC.id ? { metric } : {},
    project,
    ...(first === undefined ? {} : { architecture: first.architecture }),
    ingredients: chosen.map(({ path, name, sha256, reading }) => ({ path, name, sha256, ...writtenOf(reading) })),
    splits: {
      ...(train === undefined ? {} : { train }),
      ...(selection === undefined ? {} : { selection }),
      test,
    },
    runtime: 'onnx',
    device: 'auto',
    seed: 0,
    accumulate: 'f32',
    dtype: 'keep',
  });
  visit(document, { Seq: inline });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** What decides in the project decides in its recipes too, where they let one choose. */
function choosesByMetric({ options }: Recipe): boolean {
  return options instanceof z.ZodObject && 'metric' in options.shape;
}

/** Ingredients whose files are there, of the architecture that most of them have; what others were made from stays out. */
function matching({ ingredients }: Pantry) {
  const present = ingredients.filter(({ missing }) => !missing);
  const candidates = present.some(({ isBase }) => !isBase) ? present.filter(({ isBase }) => !isBase) : present;
  const groups = [
    ...Map.groupBy(candidates, ({ ingredient }) => architectureName(ingredient.architecture)).values(),
  ].sort((a, b) => b.length - a.length);
  return takenOnce((groups[0] ?? []).map(({ ingredient }) => ingredient));
}

/** A recipe file calls every ingredient by a name of its own. */
function takenOnce<T extends { readonly name: string }>(entries: readonly T[]): readonly T[] {
  const taken = new Set<string>();
  return entries.map((entry) => {
    let name = entry.name;
    for (let n = 2; taken.has(name); n++) name = `${entry.name}-${n}`;
    taken.add(name);
    return { ...entry, name };
  });
}

function splitsOf({ splits }: Pantry): {
  readonly train?: RecipeFile['splits']['train'];
  readonly selection?: RecipeFile['splits']['selection'];
  readonly test: Readonly<Record<string, unknown>>;
} {
  const newest = (role: string): unknown => splits.findLast((split) => split.role === role)?.source;
  const tests = splits.filter(({ role }) => role === 'test').map(({ name, source }) => [name, source] as const);
  return {
    ...(newest('train') === undefined ? {} : { train: newest('train') as RecipeFile['splits']['train'] }),
    ...(newest('selection') === undefined
      ? {}
      : { selection: newest('selection') as RecipeFile['splits']['selection'] }),
    test: Object.fromEntries(tests),
  };
}

/** Lists of numbers stay on one line. */
function inline(_: unknown, list: YAMLSeq): undefined {
  list.flow = list.items.every((item) => isScalar(item));
}
