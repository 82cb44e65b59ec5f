import { parse } from 'yaml';
import { tellingOptions } from '../../recipes/telling-options.ts';

export interface Fact {
  readonly name: string;
  readonly value: string;
}

type Settings = Readonly<Record<string, unknown>>;

/** What a run was cooked by, for people. */
export interface RecipeFacts {
  /** Options and scope, without those that change nothing. */
  readonly settings: readonly Fact[];
  /** Of a recipe made of steps, each with its own. */
  readonly steps: readonly { readonly recipe: string; readonly settings: readonly Fact[] }[];
}

/** What a run's options and scope say, with the steps of a chain apart. */
export function recipeFacts(run: {
  readonly recipe: string;
  readonly options: unknown;
  readonly recipeFile: string;
}): RecipeFacts {
  const entries = Object.entries(settingsOf(run));
  const lists = entries.flatMap(([, value]) => (isListOf(value, 'recipe') ? [value] : []));
  return {
    settings: flattened(Object.fromEntries(entries.filter(([, value]) => !isListOf(value, 'recipe')))),
    steps: lists.flat().map((step) => ({ recipe: String(step.recipe), settings: flattened(innerOf(step)) })),
  };
}

/** A run's options without those that change nothing, and its scope where it has one. */
export function settingsOf(run: {
  readonly recipe: string;
  readonly options: unknown;
  readonly recipeFile: string;
}): Settings {
  const { scope } = (parse(run.recipeFile) ?? {}) as { readonly scope?: unknown };
  return { ...tellingOptions(run.recipe, run.options), ...(scope === undefined ? {} : { scope }) };
}

/** Nested settings as lines: `augmentation.shift` → `1`; of a list of steps each has its own: `step 2.density` → `0.5`. */
export function flattened(settings: Settings, prefix = ''): readonly Fact[] {
  return Object.entries(settings).flatMap(([key, value]) => {
    const name = `${prefix}${key}`;
    if (isSettings(value)) return flattened(value, `${name}.`);
    if (isListOf(value, 'recipe')) return value.flatMap((step, i) => stepFacts(step, `${prefix}step ${i + 1}`));
    return [{ name, value: inWords(value) }];
  });
}

function stepFacts(step: Settings, name: string): readonly Fact[] {
  return [{ name, value: String(step.recipe) }, ...flattened(innerOf(step), `${name}.`)];
}

function innerOf({ recipe: _, options, ...others }: Settings): Settings {
  return { ...(isSettings(options) ? options : {}), ...others };
}

/** `0.2, 1`; of values by tensor name, `attn 0.5; others 1`. */
function inWords(value: unknown): string {
  if (isListOf(value, 'value')) {
    return value.map(({ filter, value: own }) => `${filterInWords(filter)} ${inWords(own)}`).join('; ');
  }
  if (Array.isArray(value)) return value.map(inWords).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function filterInWords(filter: unknown): string {
  return typeof filter === 'string' && filter !== '' && filter !== '*' ? filter : 'others';
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOf(value: unknown, key: string): value is readonly Settings[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => isSettings(one) && key in one);
}
