import type { z } from 'zod';
import type { Blend, BlendInput } from './blend.ts';
import { findMethod } from './methods/index.ts';

/** One mixing of several models into one, for people. */
export interface BlendStep {
  /** `mixing 2`; empty where there is only one. */
  readonly name: string;
  /** What is mixed: names of ingredients, or of earlier mixings. */
  readonly inputs: readonly string[];
  readonly groups: readonly BlendGroup[];
}

export interface BlendGroup {
  readonly name: string;
  /** The method; null for a weighted sum. */
  readonly method: string | null;
  /** Name of the base; null where there is none. */
  readonly base: string | null;
  /** Parameters of the whole group: `lambda`, `1`. */
  readonly shared: readonly { readonly name: string; readonly value: number | boolean | string }[];
  /** Parameters of each input, in the order of the step's inputs: `weight`, `density`, … */
  readonly each: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/** The weights of a blend that is nothing but weighted sums of the ingredients; undefined for others. */
export function weightGroups({ groups, inputs }: Blend): Blend['groups'] | undefined {
  return inputs === undefined && groups.every(({ method }) => method === undefined) ? groups : undefined;
}

/**
 * Every mixing that a blend consists of, what comes first first.
 * @param ingredients their names
 */
export function stepsOfBlend(blend: Blend, ingredients: readonly string[]): readonly BlendStep[] {
  const steps: BlendStep[] = [];
  visit(blend, ingredients, steps);
  return steps.length === 1 ? [{ ...steps[0]!, name: '' }] : steps;
}

function visit({ groups, inputs }: Blend, ingredients: readonly string[], steps: BlendStep[]): string {
  const labels =
    inputs?.map((input) => {
      const label = labelOf(input, ingredients, steps);
      return input.arrangement === undefined ? label : `${label} (aligned)`;
    }) ?? ingredients;
  const name = `mixing ${steps.length + 1}`;
  steps.push({
    name,
    inputs: labels,
    groups: groups.map(({ name: group, weights, method }) => ({
      name: group,
      method: method?.name ?? null,
      base: method?.base === undefined ? null : (labels[method.base] ?? null),
      shared: Object.entries(method?.shared ?? {})
        .filter(([key]) => method === undefined || !changesNothing(method.name, key))
        .map(([key, value]) => ({ name: key, value })),
      each:
        method === undefined
          ? [{ name: 'weight', values: weights }]
          : Object.entries(method.each).map(([key, values]) => ({ name: key, values })),
    })),
  });
  return name;
}

/** A parameter that is there for the sake of others' files. */
function changesNothing(method: string, parameter: string): boolean {
  const { shape } = findMethod(method)?.parameters.shared ?? { shape: {} };
  return (shape as Readonly<Record<string, z.ZodType>>)[parameter]?.meta()?.noEffect === true;
}

function labelOf(input: BlendInput, ingredients: readonly string[], steps: BlendStep[]): string {
  if ('blend' in input) return visit(input.blend, ingredients, steps);
  return 'file' in input ? input.file.name : (ingredients[input.ingredient] ?? '');
}

/** `ties from base; normalize true, lambda 1`. */
export function groupInWords({ method, base, shared }: BlendGroup): string {
  if (method === null) return 'weighted sum';
  const from = base === null ? '' : ` from ${base}`;
  const options = shared.map(({ name, value }) => `${name} ${value}`).join(', ');
  return `${method}${from}${options === '' ? '' : `; ${options}`}`;
}
