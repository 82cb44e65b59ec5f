import { statSync } from 'node:fs';
import type { EvaluationLookup } from '../../../db/repositories/evaluation-lookup.ts';
import { buildArchitecture } from '../../architectures/build.ts';
import { layerGroups } from '../../architectures/layer-groups.ts';
import { parseOptions } from '../../recipes/index.ts';
import { ingredientSubject } from '../evaluations/subject.ts';
import { readingOf } from '../ingredients/reading-schema.ts';
import type { CheckedRecipe } from './check-recipe.ts';
import type { Pantry } from './pantry.ts';

export interface CookEstimate {
  /** Forward passes of one network over one split; those whose outcome is known are left out and counted apart. */
  readonly passes: { readonly least: number; readonly most: number; readonly known: number };
  readonly seconds: { readonly least: number; readonly most: number } | null;
  /** Samples to pass: while the recipe decides, and when it has. */
  readonly samples: {
    readonly deciding: { readonly least: number; readonly most: number };
    readonly afterwards: number;
  };
  readonly memoryBytes: number;
  readonly engines: number;
}

/** A split as far as an estimate needs it. */
interface EstimatedSplit {
  readonly key: string | undefined;
  readonly sampleCount: number;
  readonly bytes: number;
}

/** What a process takes before it holds a weight: Node and the runtime. */
const PROCESS_BYTES = 150e6;
/** What an engine keeps of ingredients and of images, at most. */
const KEPT_BYTES = 512 * 2 ** 20;
const KEPT_IMAGE_BYTES = 256 * 2 ** 20;

/**
 * What cooking will cost: single ingredients, mixtures and the soup over the selection split, ingredients and soup over the test
 * sets. Ensembles cost nothing. Splits that have never been prepared count as none: how large they are is not known yet.
 */
export function estimateCooking(
  { loaded, recipe, architecture: spec }: NonNullable<CheckedRecipe['cookable']>,
  pantry: Pantry,
  lookup: EvaluationLookup,
  { projectId, engines }: { readonly projectId: number; readonly engines: number },
): CookEstimate {
  const architecture = buildArchitecture(spec);
  const selection = splitOf(loaded.splits.selection, pantry);
  const tests = Object.values(loaded.splits.test).flatMap((source) => splitOf(source, pantry) ?? []);
  const mixtures = recipe.mixtures(loaded.ingredients.length, parseOptions(recipe, loaded.options), (granularity) =>
    layerGroups(architecture, granularity),
  );
  const singles = loaded.ingredients.flatMap(({ path, sha256, stateDict, map }) =>
    sha256 === undefined
      ? [undefined]
      : [ingredientSubject(architecture, { path, sha256, reading: readingOf({ stateDict, map }) }).key],
  );
  const isKnown = (key: string | undefined, split: EstimatedSplit): boolean =>
    key !== undefined &&
    split.key !== undefined &&
    lookup.latest(key, split.key, runtimeName(loaded.runtime)) !== undefined;
  let [least, most, known, leastImages, mostImages] = [0, 0, 0, 0, 0];
  const count = (split: EstimatedSplit, few: number, many: number): void => {
    least += few;
    most += many;
    leastImages += few * split.sampleCount;
    mostImages += many * split.sampleCount;
  };
  const countSingles = (split: EstimatedSplit): void => {
    const done = singles.filter((key) => isKnown(key, split)).length;
    known += done;
    count(split, singles.length - done, singles.length - done);
  };
  if (selection !== undefined) {
    countSingles(selection);
    // The soup itself has been scored on the selection split where it came out of a search.
    count(selection, Math.max(1, mixtures.least), Math.max(1, mixtures.most));
  }
  const deciding = { least: leastImages, most: mostImages };
  for (const test of tests) {
    countSingles(test);
    count(test, 1, 1);
  }
  const pace = lookup.secondsPerSample(projectId, runtimeName(loaded.runtime));
  return {
    passes: { least, most, known },
    seconds: pace === undefined ? null : { least: (pace * leastImages) / engines, most: (pace * mostImages) / engines },
    samples: { deciding, afterwards: mostImages - deciding.most },
    memoryBytes: engines * engineBytes(loaded.ingredients, [selection, ...tests]),
    engines,
  };
}

/** How the identities of the runtime's evaluations begin. */
function runtimeName(runtime: 'onnx' | 'tfjs'): string {
  return runtime === 'onnx' ? 'onnxruntime' : 'tfjs';
}

function engineBytes(
  ingredients: readonly { readonly path: string }[],
  splits: readonly (EstimatedSplit | undefined)[],
): number {
  const sizes = ingredients.map(({ path }) => statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  const kept = Math.min(
    KEPT_BYTES,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  // The candidate while it is mixed, and the session's own copy of it.
  const candidate = 2 * Math.max(0, ...sizes);
  const images = Math.min(KEPT_IMAGE_BYTES, Math.max(0, ...splits.map((split) => split?.bytes ?? 0)));
  return PROCESS_BYTES + kept + candidate + images;
}

function splitOf(source: unknown, { splits }: Pantry): EstimatedSplit | undefined {
  if (source === undefined) return undefined;
  const wanted = sourceKey(source);
  const found = splits.find((split) => sourceKey(split.source) === wanted);
  if (found === undefined) return { key: undefined, sampleCount: 0, bytes: 0 };
  const { key, sampleCount, sampleShape } = found;
  return { key, sampleCount, bytes: sampleCount * sampleShape.reduce((product, extent) => product * extent, 1) };
}

/** Equal for sources of the same samples; hashes of their files are no part of it. */
function sourceKey(source: unknown): string {
  const { sha256: _, ...rest } = source as Readonly<Record<string, unknown>>;
  return JSON.stringify(ordered(rest));
}

function ordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(ordered);
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, part]) => [key, ordered(part)] as const)
      .sort(),
  );
}
