import { z } from 'zod';
import { blocksOf } from '../architectures/numbered-blocks.ts';
import type { MethodParameters, TensorMethod } from '../mix/methods/tensor-method.ts';
import type { TensorGroup } from '../mix/mixture.ts';
import { baseFaults, baseOption, nameFaults } from './base-option.ts';
import { depthsIn } from './depth.ts';
import { linearWeights } from './linear-methods.ts';
import { checkNeeds } from './needs.ts';
import { refuseFaults } from './option-faults.ts';
import type {
  Coefficients,
  CookContext,
  CookOutcome,
  Larder,
  OptionFault,
  Recipe,
  RecipeFamily,
  TraceStep,
} from './recipe.ts';
import { gradientIn, type Scalar, type Setting, settingOf, settle } from './settings.ts';

/** What a recipe that is a method takes, as a user writes it; the method's own options beside these. */
export interface MethodOptions {
  /** Name of the ingredient that is the base. */
  readonly base?: string | undefined;
  /** Options of single ingredients, by their names, where they differ from those for all. */
  readonly ingredients?: Readonly<Record<string, Readonly<Record<string, Setting | undefined>>>> | undefined;
  readonly [option: string]: unknown;
}

/** What is said of a method's recipe that the method itself does not say. */
export interface MethodRecipeFacts {
  readonly family: RecipeFamily;
  readonly chooseWhen: string;
}

/** A recipe that merges every floating-point tensor by a method; its options may differ by tensor, and some by ingredient. */
export function methodRecipe(method: TensorMethod, facts: MethodRecipeFacts): Recipe<MethodOptions> {
  const { name, title, description, source, base, ingredients } = method;
  const bases = base === 'needed' ? 1 : 0;
  const recipe: Recipe<MethodOptions> = {
    ...facts,
    name,
    title,
    description,
    source,
    needs: {
      selection: false,
      ...(base === 'unused' ? {} : { base }),
      minimumIngredients: Math.max(1, ingredients.minimum + bases),
      ...(ingredients.maximum === undefined
        ? {}
        : { maximumIngredients: ingredients.maximum + (base === 'unused' ? 0 : 1) }),
    },
    options: optionsOf(method),
    check: (options, larder) => faultsOf(method, options, larder),
    mixtures: () => ({ least: 0, most: 0 }),
    async *cook(context: CookContext, options: MethodOptions): AsyncGenerator<TraceStep, CookOutcome> {
      checkNeeds(recipe, context.ingredients.length, context.selection !== undefined);
      refuseFaults(recipe, faultsOf(method, options, context));
      const coefficients = blendOf(method, options, context, context.seed);
      const groups = coefficients.groups.length;
      return {
        coefficients,
        used: context.ingredients.map(({ id }) => id),
        summary: `${title} of ${context.ingredients.length} ingredients${groups === 1 ? '' : `, in ${groups} groups of tensors`}.`,
      };
    },
  };
  return recipe;
}

function optionsOf({ base, parameters }: TensorMethod): z.ZodType<MethodOptions> {
  const each = Object.entries(parameters.each.shape as Readonly<Record<string, z.ZodType>>);
  const shared = Object.entries(parameters.shared.shape as Readonly<Record<string, z.ZodType>>);
  const ownOptions = Object.fromEntries(each.map(([key, schema]) => [key, settingOf(schema).optional()]));
  return z.strictObject({
    ...(base === 'unused' ? {} : { base: baseOption }),
    ...Object.fromEntries([...shared, ...each].map(([key, schema]) => [key, withDefaultOf(schema)])),
    ...(each.length === 0
      ? {}
      : {
          ingredients: z
            .record(z.string(), z.strictObject(ownOptions))
            .optional()
            // Forms make a table of it.
            .meta({
              description: 'Options of single ingredients, by their names, where they differ from those for all',
              keyedBy: 'ingredient',
            }),
        }),
  }) as z.ZodType<MethodOptions>;
}

function withDefaultOf(schema: z.ZodType): z.ZodType {
  const setting = settingOf(schema);
  const filled = schema instanceof z.ZodDefault ? setting.default(schema.def.defaultValue) : setting;
  const meta = schema.meta();
  return meta === undefined ? filled : filled.meta(meta);
}

function faultsOf(method: TensorMethod, options: MethodOptions, larder: Larder): readonly OptionFault[] {
  const faults = [
    ...nameFaultsOf(method, options, larder),
    ...countFaults(method, options, larder),
    ...gradientFaults(method, options, larder),
  ];
  if (faults.length > 0) return faults;
  const distinct = new Map<string, OptionFault>();
  for (const { parameters } of resolve(method, options, larder, 0)) {
    for (const fault of parameterFaults(method, options, parameters, larder)) {
      distinct.set(JSON.stringify([fault.option, fault.what]), fault);
    }
  }
  return [...distinct.values()];
}

function nameFaultsOf({ base }: TensorMethod, options: MethodOptions, larder: Larder): readonly OptionFault[] {
  const own = Object.keys(options.ingredients ?? {}).flatMap((name) => nameFaults(['ingredients', name], name, larder));
  return base === 'needed' || options.base !== undefined ? [...baseFaults(options.base, larder), ...own] : own;
}

function countFaults(method: TensorMethod, options: MethodOptions, { ingredients }: Larder): readonly OptionFault[] {
  const { minimum, maximum = Number.POSITIVE_INFINITY } = method.ingredients;
  const hasBase = method.base !== 'unused' && options.base !== undefined;
  const count = ingredients.length - (hasBase ? 1 : 0);
  if (count >= minimum && count <= maximum) return [];
  const wanted = minimum === maximum ? `${minimum}` : count < minimum ? `at least ${minimum}` : `at most ${maximum}`;
  const beside = hasBase ? ' besides the base' : '';
  const one = wanted.endsWith('1');
  const what = `${method.title} takes ${wanted} ${one ? 'ingredient' : 'ingredients'}${beside}, and there ${count === 1 ? 'is' : 'are'} ${count}`;
  return [{ option: [], what }];
}

/** Values over the depth of a network whose layers are in no order. */
function gradientFaults(method: TensorMethod, options: MethodOptions, larder: Larder): readonly OptionFault[] {
  const gradients = gradientsIn(method, options);
  if (gradients.length === 0 || depthsIn(larder) !== undefined) return [];
  const what =
    'Values cannot be spread over the depth: no layers are numbered in the names, and the network is not known';
  const remedy = 'Give values by filter: [{ filter: PART OF A NAME, value: … }, { value: … }].';
  return gradients.map((option) => ({ option, what, remedy }));
}

function gradientsIn({ parameters }: TensorMethod, options: MethodOptions): readonly OptionFault['option'][] {
  const each = Object.keys(parameters.each.shape);
  const shared = Object.keys(parameters.shared.shape);
  const all: readonly (readonly [OptionFault['option'], unknown])[] = [
    ...[...shared, ...each].map((key) => [[key], options[key]] as const),
    ...Object.entries(options.ingredients ?? {}).flatMap(([name, own]) =>
      each.map((key) => [['ingredients', name, key], own[key]] as const),
    ),
  ];
  return all.flatMap(([option, setting]) => {
    const place = setting === undefined ? undefined : gradientIn(setting as Setting);
    return place === undefined ? [] : [[...option, ...place]];
  });
}

function parameterFaults(
  method: TensorMethod,
  options: MethodOptions,
  parameters: MethodParameters,
  { ingredients }: Larder,
): readonly OptionFault[] {
  const faults = method.problems?.(parameters, ingredients.length) ?? [];
  return faults.map(({ option, ingredient, what, remedy }) => {
    const name = ingredient === undefined ? undefined : ingredients[ingredient]?.name;
    const isOwn = name !== undefined && options.ingredients?.[name]?.[option] !== undefined;
    const first = ingredients.find((each) => options.ingredients?.[each.name]?.[option] !== undefined)?.name;
    const own = isOwn ? name : ingredient === undefined ? first : undefined;
    const place = own === undefined ? [option] : ['ingredients', own, option];
    return { option: place, what, ...(remedy === undefined ? {} : { remedy }) };
  });
}

interface Resolved {
  readonly parameters: MethodParameters;
  readonly tensors: readonly string[];
}

/** The parameters of every tensor, tensors with equal ones together. */
function resolve(method: TensorMethod, options: MethodOptions, larder: Larder, seed: number): readonly Resolved[] {
  const { ingredients, tensors } = larder;
  const base = method.base === 'unused' ? -1 : ingredients.findIndex(({ name }) => name === options.base);
  // Without a gradient depth does not matter, and nobody need read the graph.
  const depths = gradientsIn(method, options).length === 0 ? undefined : depthsIn(larder);
  const found = new Map<string, { parameters: MethodParameters; tensors: string[] }>();
  for (const tensor of tensors) {
    const depth = depths?.get(tensor) ?? 0;
    const valueFor = (schema: z.ZodType, ...settings: readonly (Setting | undefined)[]): Scalar => {
      for (const setting of settings) {
        const value = setting === undefined ? undefined : settle(setting, tensor, depth);
        if (value !== undefined) return value;
      }
      return schema.parse(undefined) as Scalar;
    };
    const shared = mapShape(method.parameters.shared, (key, schema) => valueFor(schema, options[key] as Setting));
    const each = mapShape(method.parameters.each, (key, schema) =>
      ingredients.map(
        ({ name }) => valueFor(schema, options.ingredients?.[name]?.[key], options[key] as Setting) as number,
      ),
    );
    const parameters: MethodParameters = { base: base === -1 ? undefined : base, shared, each, seed };
    const key = JSON.stringify(parameters);
    const known = found.get(key);
    if (known === undefined) found.set(key, { parameters, tensors: [tensor] });
    else known.tensors.push(tensor);
  }
  return [...found.values()];
}

function mapShape<T>({ shape }: z.ZodObject, valueFor: (key: string, schema: z.ZodType) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(shape).map(([key, schema]) => [key, valueFor(key, schema as z.ZodType)]));
}

function blendOf(method: TensorMethod, options: MethodOptions, larder: Larder, seed: number): Coefficients {
  const count = larder.ingredients.length;
  const resolved = resolve(method, options, larder, seed);
  const largest = resolved.reduce(
    (best, each) => (each.tensors.length > best.tensors.length ? each : best),
    resolved[0]!,
  );
  const names = namesOf(resolved, largest, larder.tensors);
  return {
    groups: resolved.map((group, index): TensorGroup => {
      const { parameters } = group;
      const weights = linearWeights(method.name, parameters, count);
      return {
        name: resolved.length === 1 ? 'all' : names[index]!,
        tensors: group === largest ? 'rest' : group.tensors,
        ...(weights === undefined
          ? { weights: new Array<number>(count).fill(1), method: { name: method.name, ...parameters } }
          : { weights }),
      };
    }),
  };
}

/** Each group by the block that it is, or by what the names of its tensors begin or end with; all different. */
function namesOf(groups: readonly Resolved[], largest: Resolved, tensors: readonly string[]): readonly string[] {
  const blocks = blocksOf(tensors);
  const taken = new Set<string>();
  return groups.map((group, index) => {
    const own = new Set(group.tensors.map((tensor) => blocks.get(tensor)));
    const [block] = own;
    const wanted =
      own.size === 1 && block !== undefined
        ? block
        : (commonPart(group.tensors) ?? (group === largest ? 'the rest' : `group ${index + 1}`));
    const name = taken.has(wanted) ? `${wanted} (${index + 1})` : wanted;
    taken.add(name);
    return name;
  });
}

/** The words that all names begin with, or end with, where there are any. */
function commonPart(names: readonly string[]): string | undefined {
  const parts = names.map((name) => name.split('.'));
  const shortest = Math.min(...parts.map((words) => words.length));
  const sameAt = (place: number): boolean => parts.every((words) => words.at(place) === parts[0]!.at(place));
  let beginning = 0;
  while (beginning < shortest && sameAt(beginning)) beginning++;
  if (beginning > 0) return parts[0]!.slice(0, beginning).join('.');
  let ending = 0;
  while (ending < shortest && sameAt(-1 - ending)) ending++;
  return ending > 0 ? parts[0]!.slice(-ending).join('.') : undefined;
}
