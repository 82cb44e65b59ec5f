import { readingKey } from '../../checkpoints/reading.ts';
import { contentKey } from '../content-key.ts';
import type { PreparedSplit } from '../datasets/service.ts';
import type { CookRequest } from './cook-request.ts';

/** Raise it when the same request would lead to another outcome. */
const COOK_VERSION = 1;

/**
 * Options that recipes got when there were runs already, with the values by which everything stays as it was: they are left out of keys, so that
 * runs from before are found.
 */
const LATER_OPTIONS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  greedy: { exhaustive: false },
};

/** Of the same recipes, what a run that says nothing of an option was cooked with, where that is not the default. */
const COOKED_BEFORE: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  greedy: { exhaustive: true },
};

/** The options of a kept run, with those that there were none of when it was cooked as it went without them: only so is a replay the same. */
export function optionsAsCooked(recipe: string, options: unknown): unknown {
  const before = COOKED_BEFORE[recipe];
  return before === undefined ? options : { ...before, ...(options as Readonly<Record<string, unknown>>) };
}

/**
 * What a run is found again by, to be gone on with or given back: everything that its outcome depends on.
 * @param options with the recipe's defaults filled in
 * @param graphHash of the network
 */
export function runKey(request: CookRequest, options: unknown, graphHash: string): string {
  return contentKey([
    COOK_VERSION,
    request.recipe,
    withoutLater(request.recipe, options),
    graphHash,
    request.ingredients.map(({ name, ingredient: { sha256, reading } }) =>
      reading === undefined ? [name, sha256] : [name, sha256, readingKey(reading)],
    ),
    splitsOf(request).map(({ role, name, ref }) => [role, name, ref.key, ref.normalization]),
    request.runtime,
    request.seed,
    request.accumulate,
    request.dtype,
    ...(request.scope === undefined ? [] : [request.scope]),
    ...(request.batchNorm === 're-estimate' ? [{ batchNorm: request.batchNorm }] : []),
  ]);
}

/** In the order: train, selection, tests. */
export function splitsOf({ train, selection, tests }: CookRequest): readonly PreparedSplit[] {
  return [train, selection, ...tests].filter((split) => split !== undefined);
}

function withoutLater(recipe: string, options: unknown): unknown {
  const later = LATER_OPTIONS[recipe];
  if (later === undefined) return options;
  return Object.fromEntries(
    Object.entries(options as Readonly<Record<string, unknown>>).filter(
      ([name, value]) => !Object.hasOwn(later, name) || value !== later[name],
    ),
  );
}
