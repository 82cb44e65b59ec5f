import { z } from 'zod';
import { type BlendInput, partakersOf } from '../mix/blend.ts';
import { liftBlend } from './lift-blend.ts';
import { checkNeeds } from './needs.ts';
import { refuseFaults } from './option-faults.ts';
import type {
  ChainPart,
  Coefficients,
  CookContext,
  CookOutcome,
  Larder,
  OptionFault,
  Recipe,
  SelectionOracle,
  TraceStep,
  Transformation,
} from './recipe.ts';
import { scopeFaults, scopeSchema, withinScope } from './scope.ts';

/** What a chain looks its steps up in. */
export interface Cookbook {
  readonly recipes: () => readonly Recipe[];
  readonly transformations: readonly Transformation[];
  readonly issuesOf: (step: Pick<Recipe, 'options'>, raw: unknown) => readonly OptionFault[];
}

const stepSchema = z.strictObject({
  recipe: z
    .string()
    .min(1)
    .describe('Name of a recipe, or of a step that only chains have: align, rescale, group-soups'),
  options: z.record(z.string(), z.unknown()).optional().describe("The recipe's options"),
  scope: scopeSchema.optional().describe('Which tensors this step mixes; of recipes alone'),
  name: z.string().min(1).optional().describe("What later steps call the outcome; the recipe's name when left out"),
});

const options = z.strictObject({
  steps: z
    .array(stepSchema)
    .min(1)
    .describe('What is done one after the other; every step goes on with what the one before has made'),
});

type ChainOptions = z.output<typeof options>;
type ChainStep = ChainOptions['steps'][number];

type Found =
  | { readonly kind: 'recipe'; readonly recipe: Recipe }
  | { readonly kind: 'transformation'; readonly transformation: Transformation };

/** Recipes one after the other, each with what the one before has made: nothing is rounded or written in between. */
export function chainOf(cookbook: Cookbook): Recipe<ChainOptions> {
  const find = ({ recipe: wanted }: ChainStep): Found | undefined => {
    const transformation = cookbook.transformations.find(({ name }) => name === wanted);
    if (transformation !== undefined) return { kind: 'transformation', transformation };
    const recipe = cookbook.recipes().find(({ name }) => name === wanted && name !== 'chain');
    return recipe === undefined ? undefined : { kind: 'recipe', recipe };
  };
  const faultsOf = (chosen: ChainOptions, larder: Larder): readonly OptionFault[] =>
    new ChainCheck(cookbook, find, larder).faults(chosen.steps);
  const chain: Recipe<ChainOptions> = {
    name: 'chain',
    title: 'Chain of recipes',
    description: 'Several recipes one after the other: align, then TIES, then rescale; or soups of soups.',
    family: 'composition',
    chooseWhen: 'One recipe is not enough.',
    source: 'Every step has its own',
    needs: { selection: false, minimumIngredients: 1 },
    options,
    check: faultsOf,
    mixtures(ingredientCount, { steps }, layerGroups) {
      let count = ingredientCount;
      let [least, most] = [0, 0];
      for (const step of steps) {
        const found = find(step);
        if (found?.kind === 'recipe') {
          const tried = found.recipe.mixtures(count, found.recipe.options.parse(step.options ?? {}), layerGroups);
          least += tried.least;
          most += tried.most;
          count = 1;
        } else if (found !== undefined) {
          const names = Array.from({ length: count }, (_, i) => String(i));
          count = found.transformation.namesAfter(names, found.transformation.options.parse(step.options ?? {})).length;
        }
      }
      return { least, most };
    },
    async *cook(context: CookContext, chosen: ChainOptions): AsyncGenerator<TraceStep, CookOutcome> {
      checkNeeds(chain, context.ingredients.length, context.selection !== undefined);
      refuseFaults(chain, faultsOf(chosen, context));
      const course = new ChainCourse(context);
      for (const step of chosen.steps) {
        const found = find(step)!;
        if (found.kind === 'transformation') await course.transform(found.transformation, step);
        else yield* course.cook(found.recipe, step);
      }
      return course.outcome();
    },
  };
  return chain;
}

class ChainCheck {
  readonly #cookbook: Cookbook;
  readonly #find: (step: ChainStep) => Found | undefined;
  readonly #larder: Larder;

  constructor(cookbook: Cookbook, find: (step: ChainStep) => Found | undefined, larder: Larder) {
    this.#cookbook = cookbook;
    this.#find = find;
    this.#larder = larder;
  }

  faults(steps: readonly ChainStep[]): readonly OptionFault[] {
    let names = this.#larder.ingredients.map(({ name }) => name);
    for (const [index, step] of steps.entries()) {
      const at = (...path: OptionFault['option']): OptionFault['option'] => ['steps', index, ...path];
      const found = this.#find(step);
      if (found === undefined) {
        const known = [...this.#cookbook.transformations, ...this.#cookbook.recipes()].map(({ name }) => name);
        return [
          { option: at('recipe'), what: `There is no step '${step.recipe}'`, remedy: `Steps: ${known.join(', ')}.` },
        ];
      }
      const faults = this.#stepFaults(found, step, names);
      if (faults.length > 0) return faults.map((fault) => ({ ...fault, option: at(...fault.option) }));
      names = this.#namesAfter(found, step, names);
    }
    if (names.length === 1) return [];
    const what = `The chain ends with ${names.length} models: ${names.join(', ')}`;
    return [{ option: ['steps'], what, remedy: 'Add a recipe that makes one of them, such as uniform.' }];
  }

  #stepFaults(found: Found, step: ChainStep, names: readonly string[]): readonly OptionFault[] {
    const { needs, check } = found.kind === 'recipe' ? found.recipe : found.transformation;
    const { options: schema } = found.kind === 'recipe' ? found.recipe : found.transformation;
    const ownFaults = this.#cookbook.issuesOf({ options: schema }, step.options ?? {});
    if (ownFaults.length > 0) return ownFaults.map((fault) => ({ ...fault, option: ['options', ...fault.option] }));
    if (needs.selection && !this.#larder.hasSelection) {
      return [
        { option: ['recipe'], what: 'This step decides by scores on held-out data, and there is no selection split' },
      ];
    }
    const parsed = schema.parse(step.options ?? {}) as { readonly base?: unknown };
    const all = this.#larder.ingredients.map(({ name }) => name);
    const present = found.kind === 'recipe' ? withBase(names, all, parsed.base) : [...new Set([...names, ...all])];
    if (present.length < needs.minimumIngredients) {
      const what = `This step takes at least ${needs.minimumIngredients} models, and there ${present.length === 1 ? 'is' : 'are'} ${present.length}`;
      return [{ option: ['recipe'], what }];
    }
    const larder: Larder = { ...this.#larder, ingredients: present.map((name) => ({ id: name, name })) };
    const faults = check?.(parsed, larder) ?? [];
    return [
      ...faults.map((fault) => ({ ...fault, option: ['options', ...fault.option] })),
      ...(step.scope === undefined
        ? []
        : scopeFaults(step.scope, larder).map((fault) => ({ ...fault, option: ['scope', ...fault.option] }))),
    ];
  }

  #namesAfter(found: Found, step: ChainStep, names: readonly string[]): string[] {
    if (found.kind === 'recipe') return [step.name ?? step.recipe];
    return [...found.transformation.namesAfter(names, found.transformation.options.parse(step.options ?? {}))];
  }
}

/** Models of a step that names a base: an ingredient of the run may be the base though no step has kept it. */
function withBase(names: readonly string[], all: readonly string[], base: unknown): readonly string[] {
  return typeof base === 'string' && !names.includes(base) && all.includes(base) ? [...names, base] : names;
}

class ChainCourse {
  readonly #context: CookContext;
  readonly #ingredients: readonly ChainPart[];
  #parts: readonly ChainPart[];
  readonly #summaries: string[] = [];

  constructor(context: CookContext) {
    this.#context = context;
    this.#ingredients = context.ingredients.map((each, ingredient) => ({ ...each, input: { ingredient } }));
    this.#parts = this.#ingredients;
  }

  async transform(transformation: Transformation, step: ChainStep): Promise<void> {
    const chosen = transformation.options.parse(step.options ?? {});
    this.#parts = await transformation.apply(this.#parts, this.#ingredients, chosen, this.#context);
    this.#summaries.push(`${transformation.title}.`);
  }

  async *cook(recipe: Recipe, step: ChainStep): AsyncGenerator<TraceStep, void> {
    const chosen = recipe.options.parse(step.options ?? {}) as { readonly base?: unknown };
    const names = withBase(
      this.#parts.map(({ name }) => name),
      this.#ingredients.map(({ name }) => name),
      chosen.base,
    );
    const parts = names.map((name) => [...this.#parts, ...this.#ingredients].find((part) => part.name === name)!);
    const inputs = parts.map(({ input }) => input);
    const larder = { ...this.#context, ingredients: parts };
    const scoped = (blend: Coefficients): Coefficients =>
      step.scope === undefined ? blend : withinScope(blend, step.scope, larder, indexOfBase(names, chosen.base));
    const lift = (blend: Coefficients): Coefficients =>
      liftBlend(scoped(blend), inputs, this.#context.ingredients.length);
    const selection = this.#context.selection && liftedOracle(this.#context.selection, lift);
    const outcome = yield* recipe.cook({ ...larder, selection }, chosen);
    const name = step.name ?? step.recipe;
    this.#parts = [{ id: name, name, input: { blend: lift(outcome.coefficients) } }];
    this.#summaries.push(outcome.summary);
  }

  outcome(): CookOutcome {
    const { ingredients } = this.#context;
    const coefficients = blendOf(this.#parts[0]!.input, ingredients.length);
    return {
      coefficients,
      used: partakersOf(coefficients).map((i) => ingredients[i]!.id),
      summary: this.#summaries.join(' '),
    };
  }
}

function indexOfBase(names: readonly string[], base: unknown): number {
  return Math.max(0, names.indexOf(String(base)));
}

function blendOf(input: BlendInput, ingredientCount: number): Coefficients {
  if ('blend' in input)
    return liftBlend(
      input.blend,
      Array.from({ length: ingredientCount }, (_, i) => ({ ingredient: i })),
      ingredientCount,
    );
  return {
    groups: [
      {
        name: 'all',
        tensors: 'rest',
        weights: Array.from({ length: ingredientCount }, (_, i) => (i === input.ingredient ? 1 : 0)),
      },
    ],
  };
}

function liftedOracle(selection: SelectionOracle, lift: (blend: Coefficients) => Coefficients): SelectionOracle {
  return {
    score: (candidate) => selection.score(lift(candidate)),
    scoreAll: (candidates) => selection.scoreAll(candidates.map(lift)),
    race: ({ candidates, incumbent, rule }) =>
      selection.race({ candidates: candidates.map(lift), incumbent: lift(incumbent), rule }),
  };
}
