import { z } from 'zod';
import { type BlendInput, partakersOf } from '../mix/blend.ts';
import { chainFaults, chainStages } from './chain-check.ts';
import {
  type ChainStep,
  type Cookbook,
  type Found,
  findStep,
  namesAfter,
  stepSchema,
  withBase,
} from './chain-steps.ts';
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
  OutputsSource,
  Recipe,
  SelectionOracle,
  TraceStep,
  Transformation,
} from './recipe.ts';
import { withinScope } from './scope.ts';

const options = z.strictObject({
  steps: z
    .array(stepSchema, 'A chain needs steps')
    .min(1, 'A chain needs at least one step')
    // Forms make an editor of it.
    .meta({
      description: 'What is done one after the other; every step goes on with what the one before has made',
      listOf: 'step',
    }),
});

type ChainOptions = z.output<typeof options>;

/** Recipes one after the other, each with what the one before has made: nothing is rounded or written in between. */
export function chainOf(cookbook: Cookbook): Recipe<ChainOptions> {
  const find = (step: ChainStep): Found | undefined => findStep(cookbook, step);
  const faultsOf = ({ steps }: ChainOptions, larder: Larder): readonly OptionFault[] =>
    chainFaults(cookbook, steps, larder);
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
    stages: (raw, larder) => chainStages(cookbook, raw, larder),
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
          const tried = found.transformation.mixtures?.(count, found.transformation.options.parse(step.options ?? {}));
          least += tried?.least ?? 0;
          most += tried?.most ?? 0;
          count = namesAfter(found, step, names).length;
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
    const inputs = this.#parts.map(({ input }) => input);
    const context = { ...this.#context, selection: this.#selectionOf((blend) => this.#lifted(blend, inputs)) };
    const { parts, summary } = await transformation.apply(this.#parts, this.#ingredients, chosen, context);
    this.#parts = parts;
    this.#summaries.push(summary ?? `${transformation.title}.`);
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
    const lift = (blend: Coefficients): Coefficients => this.#lifted(scoped(blend), inputs);
    // Slopes are those of ingredients as they are.
    const isAsGiven = this.#parts === this.#ingredients && step.scope === undefined;
    const slopes = isAsGiven ? this.#context.slopes : undefined;
    const asked = { ...larder, inputs, selection: this.#selectionOf(lift), outputs: this.#outputsOf(lift), slopes };
    const outcome = yield* recipe.cook(asked, chosen);
    const name = step.name ?? step.recipe;
    this.#parts = [{ id: name, name, input: { blend: lift(outcome.coefficients) } }];
    this.#summaries.push(outcome.summary);
  }

  #lifted(blend: Coefficients, inputs: readonly BlendInput[]): Coefficients {
    return liftBlend(blend, inputs, this.#context.ingredients.length);
  }

  #selectionOf(lift: (blend: Coefficients) => Coefficients): SelectionOracle | undefined {
    return this.#context.selection && liftedOracle(this.#context.selection, lift);
  }

  #outputsOf(lift: (blend: Coefficients) => Coefficients): OutputsSource | undefined {
    const { outputs } = this.#context;
    return outputs && { of: (split, mixtures) => outputs.of(split, mixtures.map(lift)) };
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
  if ('file' in input) return { inputs: [input], groups: [{ name: 'all', tensors: 'rest', weights: [1] }] };
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
