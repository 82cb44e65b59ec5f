import { z } from 'zod';
import type { Reading } from '../../checkpoints/checkpoint.ts';

const tensorName = z.string().min(1).max(1000);

/** Where the weights lie in a file that holds several sets of them. */
const stateDictSchema = z.string().max(1000).describe('Key of the state dict to take, where the file holds several');

/** Names that tensors get, and the names that they have in the file. */
export const mapSchema = z
  .record(tensorName, tensorName)
  .refine((names) => Object.keys(names).length <= 100_000, 'At most 100,000 names')
  .describe('Names for the tensors: the name in the file by the new one; tensors that are not listed are left out');

export const readingSchema = z.strictObject({ stateDict: stateDictSchema.optional(), names: mapSchema.optional() });

/** How recipe files and exported soups say it, beside the path. */
export const writtenReading = { stateDict: stateDictSchema.optional(), map: mapSchema.optional() };

interface WrittenReading {
  readonly stateDict?: string | undefined;
  readonly map?: Readonly<Record<string, string>> | undefined;
}

/** Undefined where the content alone says how to read the file. */
export function readingOf({ stateDict, map }: WrittenReading): Reading | undefined {
  if (stateDict === undefined && map === undefined) return undefined;
  return { ...(stateDict === undefined ? {} : { stateDict }), ...(map === undefined ? {} : { names: map }) };
}

export function writtenOf({ stateDict, names }: Reading = {}): { stateDict?: string; map?: Record<string, string> } {
  return { ...(stateDict === undefined ? {} : { stateDict }), ...(names === undefined ? {} : { map: { ...names } }) };
}
