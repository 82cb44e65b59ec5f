import { isMap, parseDocument } from 'yaml';
import type { SweepAxis } from '../../../db/repositories/sweeps.ts';
import { buildArchitecture } from '../../architectures/build.ts';
import { StockpotError } from '../../errors.ts';
import { checkedOptions, findRecipe } from '../../recipes/index.ts';
import { larderOf } from '../runs/course.ts';
import { type CookPlan, planRecipe } from '../runs/plan-cooking.ts';
import { type LoadedRecipe, parseRecipeFile } from '../runs/recipe-file.ts';
import { type AxisRange, axisOf } from './axis-values.ts';
import { type NumericOption, numericOptions, type OptionPlace } from './numeric-options.ts';

export interface WantedAxis {
  /** The option's name: `alpha`, `ingredients.tuned.weight`. */
  readonly name: string;
  readonly range: AxisRange;
}

export interface SweepPlan {
  /** The recipe with the first values in it; without test sets, which no sweep looks at. */
  readonly plan: CookPlan;
  readonly axes: readonly SweepAxis[];
}

/** Every one is at least a pass over the selection split. */
const MOST_POINTS = 1000;

/** The numbers that a recipe text can be swept over. @throws StockpotError `recipe-file/…`, `recipe/unknown` */
export function sweepableOptions(recipe: LoadedRecipe): readonly NumericOption[] {
  const names = recipe.ingredients.map(({ name }) => name);
  return numericOptions(findRecipe(recipe.recipe), recipe.options, names);
}

/**
 * A sweep that can be begun as far as can be told without reading tensors or data: every value of every option is checked.
 * @param textPath where the text counts as standing
 * @throws StockpotError `sweeps/…`, as `planRecipe`; of values that are not allowed `recipe/bad-option` with the value
 */
export async function planSweep(text: string, textPath: string, wanted: readonly WantedAxis[]): Promise<SweepPlan> {
  const recipe = parseRecipeFile(text, textPath);
  if (recipe.splits.selection === undefined) throw noSelection();
  const options = sweepableOptions(recipe);
  const axes = wanted.map(({ name, range }) => axisOf(name, range, options));
  if (axes.length < 1 || axes.length > 2 || sameOption(axes)) throw badAxes();
  const count = pointCount(axes);
  if (count > MOST_POINTS) throw tooMany(count);
  const start = axes.map(({ values }) => values[0]!);
  const plan = await at(axes, start, () => {
    const first = parseRecipeFile(textWithValues(text, axes, start), textPath);
    return planRecipe({ ...first, splits: { ...first.splits, test: {} } });
  });
  await checkValues(plan, axes, start);
  return { plan, axes };
}

/** Every value of each option, with the first one of the other. */
async function checkValues(
  { recipe, architecture }: CookPlan,
  axes: readonly SweepAxis[],
  start: readonly number[],
): Promise<void> {
  const known = findRecipe(recipe.recipe);
  const larder = larderOf({ ...recipe, selection: recipe.splits.selection }, buildArchitecture(architecture));
  for (const [axis, { values }] of axes.entries()) {
    for (const value of values.slice(1)) {
      const point = start.with(axis, value);
      await at(axes, point, () => void checkedOptions(known, optionsWith(recipe.options, axes, point), larder));
    }
  }
}

/** What is wrong with a point is told with the values that it has. */
async function at<T>(axes: readonly SweepAxis[], values: readonly number[], work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof StockpotError) || !thrown.code.startsWith('recipe/')) throw thrown;
    throw new StockpotError({ ...thrown.toFacts(), where: describePoint(axes, values), cause: thrown });
  }
}

export function pointCount(axes: readonly SweepAxis[]): number {
  return axes.reduce((product, { values }) => product * values.length, 1);
}

/** The values of point number `ordinal`: the last option runs fastest. */
export function valuesAt(axes: readonly SweepAxis[], ordinal: number): readonly number[] {
  let rest = ordinal;
  return axes
    .toReversed()
    .map(({ values }) => {
      const value = values[rest % values.length]!;
      rest = Math.floor(rest / values.length);
      return value;
    })
    .toReversed();
}

/** `alpha = 0.3, density = 0.5` */
export function describePoint(axes: readonly SweepAxis[], values: readonly number[]): string {
  return axes.map(({ option }, i) => `${option.join('.')} = ${values[i]!}`).join(', ');
}

/** A recipe's options with these values among them. */
export function optionsWith(options: unknown, axes: readonly SweepAxis[], values: readonly number[]): unknown {
  return axes.reduce((changed, { option }, axis) => withValue(changed, option, values[axis]!), options);
}

function withValue(container: unknown, [key, ...rest]: OptionPlace, value: number): unknown {
  if (key === undefined) return value;
  if (Array.isArray(container)) return container.with(Number(key), withValue(container[Number(key)], rest, value));
  const record = (container ?? {}) as Readonly<Record<string, unknown>>;
  return { ...record, [key]: withValue(record[key], rest, value) };
}

/** The recipe text with these values in it; comments and order stay. */
export function textWithValues(text: string, axes: readonly SweepAxis[], values: readonly number[]): string {
  const document = parseDocument(text);
  if (!isMap(document.get('options'))) document.set('options', document.createNode({}));
  for (const [axis, { option }] of axes.entries()) document.setIn(['options', ...option], values[axis]);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function sameOption([first, second]: readonly SweepAxis[]): boolean {
  return second !== undefined && first!.option.join('.') === second.option.join('.');
}

function noSelection(): StockpotError {
  return new StockpotError({
    code: 'sweeps/no-selection',
    what: 'A sweep scores every value on the selection split, and the recipe has none',
    where: 'splits.selection',
    remedy: 'Give the recipe held-out data that it may choose by; test sets are for what was chosen.',
  });
}

function badAxes(): StockpotError {
  return new StockpotError({
    code: 'sweeps/bad-axes',
    what: 'A sweep goes over one option, or over two different ones',
    remedy: 'Sweep over two first, then over others with the best of these.',
  });
}

function tooMany(count: number): StockpotError {
  return new StockpotError({
    code: 'sweeps/too-many',
    what: `These are ${count} combinations; a sweep takes ${MOST_POINTS} at most`,
    remedy: 'Take fewer values: first far apart, then close together around the best.',
  });
}
