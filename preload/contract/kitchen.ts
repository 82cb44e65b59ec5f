import { z } from 'zod';
import { id, procedure } from './base.ts';

const recipe = z.object({
  /** The word in recipe files. */
  name: z.string(),
  title: z.string(),
  description: z.string(),
  source: z.string(),
  family: z.enum(['average', 'search', 'interpolation', 'task-vectors', 'trajectory', 'learned', 'composition']),
  /** When to choose it, in a sentence. */
  chooseWhen: z.string(),
  needs: z.object({
    selection: z.boolean(),
    /** The model that the others were fine-tuned from, one of the ingredients: needed, or used where it is named. */
    base: z.enum(['needed', 'optional']).optional(),
    minimumIngredients: z.int(),
    maximumIngredients: z.int().optional(),
  }),
  /** JSON Schema of what a user may write as its options. */
  options: z.record(z.string(), z.unknown()),
});

export type RecipeCard = Readonly<z.infer<typeof recipe>>;

const pantryIngredient = z.object({
  id,
  name: z.string(),
  /** Absolute. */
  path: z.string(),
  sha256: z.string(),
  /** As a recipe file says it, where the content alone does not say how the file is read. */
  stateDict: z.string().optional(),
  map: z.record(z.string(), z.string()).optional(),
  architecture: z.string(),
  hyperparameters: z.record(z.string(), z.unknown()),
  /** Others were fine-tuned from it. */
  isBase: z.boolean(),
  missing: z.boolean(),
  /** Accuracy on the newest selection split, where a run has scored it there. */
  selectionAccuracy: z.number().nullable(),
});

export type PantryIngredient = Readonly<z.infer<typeof pantryIngredient>>;

const pantrySplit = z.object({
  role: z.enum(['train', 'selection', 'test']),
  name: z.string(),
  sampleCount: z.int(),
  description: z.string(),
  /** As a recipe file names it, paths absolute. */
  source: z.record(z.string(), z.unknown()),
});

export type PantrySplit = Readonly<z.infer<typeof pantrySplit>>;

const finding = z.object({
  line: z.int().nullable(),
  message: z.string(),
  /** The field that it is about: `options.order`; empty where it is about none. */
  field: z.string(),
});

const estimate = z.object({
  /** Forward passes of one network over one split, those already known left out. */
  passes: z.object({ least: z.int(), most: z.int(), known: z.int() }),
  /** null before anything of the project has been timed. */
  seconds: z.object({ least: z.number(), most: z.number() }).nullable(),
  /** Weights and images that all engines together hold at most. */
  memoryBytes: z.number(),
  engines: z.int(),
});

export type CookEstimate = Readonly<z.infer<typeof estimate>>;

const outline = z.object({
  /** Names of all tensors; none as long as the architecture can't be told. */
  tensors: z.array(z.string()).readonly(),
  scopes: z
    .array(
      z.object({
        /** `scope`, or that of a step: `options.steps.1.scope`. */
        field: z.string(),
        /** Names of tensors that are not mixed. */
        frozen: z.array(z.string()).readonly(),
        /** How many tensors each pattern fits. */
        only: z.array(z.int()).readonly(),
        freeze: z.array(z.int()).readonly(),
      }),
    )
    .readonly(),
  /** Of a recipe made of steps: the models that each is given, by its field: `options.steps.1`. */
  stages: z.array(z.object({ field: z.string(), models: z.array(z.string()).readonly() })).readonly(),
});

/** What a recipe file comes to as far as that can be told without reading a tensor. */
export type RecipeOutline = Readonly<z.infer<typeof outline>>;

const check = z.object({
  findings: z.array(finding).readonly(),
  /** null where the file can't be read at all */
  outline: outline.nullable(),
  estimate: estimate.nullable(),
});

export const recipeText = z.string().max(1_000_000);

export const kitchen = {
  /** Every recipe, and the JSON Schema of what a recipe file says beside recipe, options, ingredients and data. */
  recipes: procedure.output(
    z.object({
      recipes: z.array(recipe).readonly(),
      /** What only chains have as steps. */
      steps: z.array(recipe).readonly(),
      settings: z.record(z.string(), z.unknown()),
    }),
  ),
  /** What the project can cook with. */
  pantry: procedure.input(z.object({ projectId: id })).output(
    z.object({
      ingredients: z.array(pantryIngredient).readonly(),
      splits: z.array(pantrySplit).readonly(),
      /** The one that decides in the project: proposed to recipes that choose by one. */
      metric: z.string(),
    }),
  ),
  /**
   * A recipe file to begin with: the project's ingredients and newest splits or, of a run or of a soup's file, its own. Of a run with
   * the recipe `weighted`: its ingredients and splits, and the weights that it came to.
   */
  draft: procedure
    .input(
      z.object({
        projectId: id,
        runId: id.optional(),
        recipe: z.string().max(100).optional(),
        soup: z.string().min(1).max(4096).optional(),
        /** Where a soup's ingredients are looked for that are not where they were. */
        ingredientFolder: z.string().min(1).max(4096).optional(),
        /** A point of a sweep: the sweep's recipe with its values. */
        point: z.object({ sweepId: id, ordinal: z.int().min(0) }).optional(),
      }),
    )
    .output(z.object({ text: z.string() })),
  /** Everything that is wrong with a recipe file, line by line, and what cooking it would cost. */
  check: procedure.input(z.object({ projectId: id, text: recipeText })).output(check),
  /** A job that cooks a recipe file into the project; its events hold the trace, its result the run. */
  cook: procedure.input(z.object({ projectId: id, text: recipeText })).output(z.object({ jobId: id })),
};
