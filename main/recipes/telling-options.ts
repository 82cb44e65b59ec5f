import { z } from 'zod';
import { RECIPES } from './index.ts';

/** A recipe's options without those that are there for the sake of others' files and change nothing. */
export function tellingOptions(recipe: string, options: unknown): Readonly<Record<string, unknown>> {
  const schema = RECIPES.find(({ name }) => name === recipe)?.options;
  const shape: Readonly<Record<string, z.ZodType>> = schema instanceof z.ZodObject ? schema.shape : {};
  const entries = Object.entries((options ?? {}) as Readonly<Record<string, unknown>>);
  return Object.fromEntries(entries.filter(([name]) => shape[name]?.meta()?.noEffect !== true));
}
