import {
  type ChainStep,
  type Cookbook,
  type Found,
  findStep,
  namesAfter,
  stepSchema,
  withBase,
} from './chain-steps.ts';
import type { Larder, OptionFault, Stage } from './recipe.ts';
import { scopeFaults } from './scope.ts';

/**
 * What is wrong with the steps of a chain: the values of every step's options, and of the first step at fault also what depends on
 * the models that it is given, which those after it can't know.
 */
export function chainFaults(cookbook: Cookbook, steps: readonly ChainStep[], larder: Larder): readonly OptionFault[] {
  const faults: OptionFault[] = [];
  let names: readonly string[] | undefined = larder.ingredients.map(({ name }) => name);
  for (const [index, step] of steps.entries()) {
    const found = findStep(cookbook, step);
    const own = found === undefined ? [unknownStep(cookbook, step)] : valueFaults(cookbook, found, step);
    // What is learned is how ingredients count as they are.
    const learnsFrom = index === 0 && step.scope === undefined ? larder.learnsFrom : [];
    const among: readonly OptionFault[] =
      found === undefined || names === undefined || own.length > 0
        ? []
        : larderFaults(found, step, names, { ...larder, learnsFrom });
    const ofStep = [...own, ...among];
    faults.push(...ofStep.map((fault) => ({ ...fault, option: ['steps', index, ...fault.option] })));
    names =
      found === undefined || names === undefined || ofStep.length > 0 ? undefined : namesAfter(found, step, names);
  }
  if (names === undefined || names.length === 1) return faults;
  const what = `The chain ends with ${names.length} models: ${names.join(', ')}`;
  return [{ option: ['steps'], what, remedy: 'Add a recipe that makes one of them, such as uniform.' }];
}

/** Which models each step of a chain goes on with, as far as that can be told from options that may have faults. */
export function chainStages(cookbook: Cookbook, raw: unknown, { ingredients }: Pick<Larder, 'ingredients'>): Stage[] {
  const { steps } = (raw ?? {}) as { readonly steps?: unknown };
  let names: readonly string[] = ingredients.map(({ name }) => name);
  return (Array.isArray(steps) ? steps : []).map((each: unknown, index): Stage => {
    const stage = { option: ['steps', index], models: names };
    const step = stepSchema.safeParse(each).data;
    const found = step === undefined ? undefined : findStep(cookbook, step);
    if (step !== undefined && found !== undefined && valueFaults(cookbook, found, step).length === 0) {
      names = namesAfter(found, step, names);
    }
    return stage;
  });
}

function unknownStep({ transformations, recipes }: Cookbook, { recipe }: ChainStep): OptionFault {
  const known = [...transformations, ...recipes()].map(({ name }) => name);
  return { option: ['recipe'], what: `There is no step '${recipe}'`, remedy: `Steps: ${known.join(', ')}.` };
}

function valueFaults({ issuesOf }: Cookbook, found: Found, step: ChainStep): readonly OptionFault[] {
  const { options } = found.kind === 'recipe' ? found.recipe : found.transformation;
  return issuesOf({ options }, step.options ?? {}).map((fault) => ({ ...fault, option: ['options', ...fault.option] }));
}

function larderFaults(found: Found, step: ChainStep, names: readonly string[], larder: Larder): readonly OptionFault[] {
  const { needs, check, options } = found.kind === 'recipe' ? found.recipe : found.transformation;
  if (found.kind === 'recipe' && found.recipe.makes === 'ensemble') {
    const what = `${found.recipe.title} makes no model that a chain could end with or go on with`;
    return [{ option: ['recipe'], what, remedy: 'Cook it by itself.' }];
  }
  if (needs.selection && !larder.hasSelection) {
    return [
      { option: ['recipe'], what: 'This step decides by scores on held-out data, and there is no selection split' },
    ];
  }
  const parsed = options.parse(step.options ?? {}) as { readonly base?: unknown };
  const all = larder.ingredients.map(({ name }) => name);
  const present = found.kind === 'recipe' ? withBase(names, all, parsed.base) : [...new Set([...names, ...all])];
  if (present.length < needs.minimumIngredients) {
    const what = `This step takes at least ${needs.minimumIngredients} models, and there ${present.length === 1 ? 'is' : 'are'} ${present.length}`;
    return [{ option: ['recipe'], what }];
  }
  const given: Larder = { ...larder, ingredients: present.map((name) => ({ id: name, name })) };
  const faults = check?.(parsed, given) ?? [];
  const ofScope = step.scope === undefined ? [] : scopeFaults(step.scope, given);
  return [
    ...faults.map((fault) => ({ ...fault, option: ['options', ...fault.option] })),
    ...ofScope.map((fault) => ({ ...fault, option: ['scope', ...fault.option] })),
  ];
}
