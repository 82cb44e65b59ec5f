import { basename, dirname, extname, isAbsolute, relative, resolve, sep } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { architectureSchema } from '../../architectures/architecture-schema.ts';
import { type DataSource, dataSourceSchema, resolveSource } from '../../data/source.ts';
import { StockpotError } from '../../errors.ts';
import { BATCH_NORM } from '../../recipes/batch-norm.ts';
import { scopeSchema } from '../../recipes/scope.ts';
import { writtenReading } from '../ingredients/reading-schema.ts';
import { checkYaml, parseYaml, readYaml, type YamlFile } from './yaml-document.ts';

const name = z.string().min(1).max(200);

const ingredientSchema = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe('Checkpoint: a file of any known format, an index of shards, or a folder with one of these'),
  ...writtenReading,
  name: name.optional().describe("What tables call it; the file's name when left out"),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits')
    .optional()
    .describe('Of the file; when given, another file is refused'),
  hyperparameters: z.record(z.string(), z.unknown()).optional().describe('How it was trained, for the tables'),
});

/** A field that is named but left empty counts as left out. */
function orElse<T extends z.ZodType>(schema: T, fallback: () => z.output<T>): z.ZodType<z.output<T>> {
  return schema.nullish().transform((value) => value ?? fallback()) as z.ZodType<z.output<T>>;
}

const splitsSchema = z.strictObject({
  train: dataSourceSchema.optional().describe('What the ingredients were trained on'),
  selection: dataSourceSchema.optional().describe('Held out; recipes may look at it'),
  test: orElse(z.record(name, dataSourceSchema), () => ({})).describe(
    'Test sets by name; no recipe ever looks at them',
  ),
});

export const recipeFileSchema = z.strictObject({
  recipe: z.string().min(1).describe('uniform, weighted, performance-weighted, greedy, …'),
  options: orElse(z.record(z.string(), z.unknown()), () => ({})).describe("The recipe's options"),
  scope: scopeSchema
    .optional()
    .describe('Which tensors are mixed; the others are taken from one ingredient as they are'),
  project: name.default('default').describe('The project that the run belongs to'),
  architecture: architectureSchema.optional().describe('Detected from the first ingredient when left out'),
  ingredients: orElse(z.array(ingredientSchema), () => []).describe('What goes in; order matters for ties'),
  splits: orElse(splitsSchema, () => ({ test: {} })).describe('Labelled data by role'),
  runtime: z.enum(['onnx', 'tfjs']).default('onnx').describe('What executes the networks'),
  device: name
    .default('auto')
    .describe('cpu, cuda, webgpu, … for onnx; tensorflow, wasm for tfjs; auto takes what works'),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(0)
    .describe('Of everything that draws lots, such as intervals by bootstrap'),
  accumulate: z.enum(['f32', 'f64']).default('f32').describe('Precision that sums are accumulated in'),
  dtype: z.enum(['keep', 'F16', 'BF16', 'F32', 'F64']).default('keep').describe("Element type of the soup's tensors"),
  batchNorm: z
    .enum(BATCH_NORM)
    .default('average')
    .describe(
      "BatchNorm's running statistics: mixed like all tensors, or estimated anew on the train split's inputs, with the scores of both",
    ),
});

/** How a soup is computed and measured, apart from what goes in: the part of a recipe file that forms show as settings. */
export const settingsSchema = recipeFileSchema.pick({
  seed: true,
  runtime: true,
  device: true,
  accumulate: true,
  dtype: true,
  batchNorm: true,
});

/** A recipe file's content; paths as they stand there. */
export type RecipeFile = z.infer<typeof recipeFileSchema>;

/** A recipe file read and checked; all paths absolute, every ingredient named. */
export interface LoadedRecipe extends Omit<RecipeFile, 'ingredients'> {
  /** The file itself. */
  readonly path: string;
  readonly ingredients: readonly (Omit<RecipeFile['ingredients'][number], 'name'> & { readonly name: string })[];
  /** ` line N` of a place in the file, for errors found later. */
  readonly placeOf: (path: readonly PropertyKey[]) => string;
}

/**
 * @throws StockpotError `recipe-file/…` with lines, `file/…`
 */
export function readRecipeFile(path: string): LoadedRecipe {
  return load(readYaml(resolve(path)));
}

/** @param path where the text stands or stood: relative paths start from its folder */
export function parseRecipeFile(text: string, path: string): LoadedRecipe {
  return load(parseYaml(text, resolve(path)));
}

function load(file: YamlFile): LoadedRecipe {
  const recipe = checkYaml(file, recipeFileSchema);
  const folder = dirname(file.path);
  const source = (entry: DataSource): DataSource => resolveSource(entry, folder);
  const { train, selection, test } = recipe.splits;
  const placeOf = (at: readonly PropertyKey[]): string => `${file.path}, line ${file.lineOf(at)}`;
  return {
    ...recipe,
    path: file.path,
    ingredients: named(recipe.ingredients, placeOf).map((entry) => ({ ...entry, path: resolve(folder, entry.path) })),
    splits: {
      ...(train === undefined ? {} : { train: source(train) }),
      ...(selection === undefined ? {} : { selection: source(selection) }),
      test: Object.fromEntries(Object.entries(test).map(([key, entry]) => [key, source(entry)])),
    },
    placeOf,
  };
}

function named(
  entries: RecipeFile['ingredients'],
  placeOf: LoadedRecipe['placeOf'],
): readonly LoadedRecipe['ingredients'][number][] {
  const taken = new Set<string>();
  return entries.map((entry, index) => {
    const chosen = entry.name ?? freeName(basename(entry.path, extname(entry.path)), taken);
    if (taken.has(chosen)) {
      throw new StockpotError({
        code: 'recipe-file/name-taken',
        what: `Two ingredients are called ${chosen}`,
        where: placeOf(['ingredients', index]),
        remedy: 'Give each ingredient a name of its own.',
      });
    }
    taken.add(chosen);
    return { ...entry, name: chosen };
  });
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  for (let n = 2; ; n++) if (!taken.has(`${wanted}-${n}`)) return `${wanted}-${n}`;
}

/**
 * The recipe as a file's text that `cook` can replay.
 * @param folder where the file will stand: what lies within `root` is named relative to it, so that the workspace may move
 */
export function writeRecipeFile(recipe: RecipeFile, folder: string, root: string): string {
  const short = (path: string): string => relativeWithin(path, folder, root);
  const source = (entry: DataSource): DataSource =>
    entry.format === 'idx' ? { ...entry, images: short(entry.images), labels: short(entry.labels) } : entry;
  const { train, selection, test } = recipe.splits;
  const content = {
    ...recipe,
    ingredients: recipe.ingredients.map((entry) => ({ ...entry, path: short(entry.path) })),
    splits: {
      ...(train === undefined ? {} : { train: source(train) }),
      ...(selection === undefined ? {} : { selection: source(selection) }),
      test: Object.fromEntries(Object.entries(test).map(([key, entry]) => [key, source(entry)])),
    },
  };
  return stringify(content, { lineWidth: 120 });
}

function relativeWithin(path: string, folder: string, root: string): string {
  const inRoot = relative(root, path);
  if (isAbsolute(inRoot) || inRoot === '..' || inRoot.startsWith(`..${sep}`)) return path;
  return relative(folder, path).split(sep).join('/');
}
