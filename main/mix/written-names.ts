import type { Checkpoint } from '../checkpoints/checkpoint.ts';
import { renamed } from '../checkpoints/renamed.ts';
import { filesOfMixture, type Mixture } from './mixture.ts';

/**
 * A soup's file under the soup's own names: files may be written under those that the first ingredient has, or with a prefix.
 * Anything else is left as it is, for the comparison to tell.
 */
export function underOwnNames(file: Checkpoint, wanted: readonly string[], mixture: Mixture): Checkpoint {
  if (file.tensors.size !== wanted.length || wanted.some((name) => file.tensors.has(name))) return file;
  const original = filesOfMixture(mixture)[0]?.reading?.names ?? {};
  const prefix = prefixOf(file, wanted[0] ?? '');
  const candidates = [(name: string) => original[name] ?? '', (name: string) => `${prefix}${name}`];
  const fits = candidates.find((nameOf) => wanted.every((name) => file.tensors.has(nameOf(name))));
  if (fits === undefined) return file;
  return renamed(file, Object.fromEntries(wanted.map((name) => [name, fits(name)])));
}

function prefixOf(file: Checkpoint, name: string): string {
  const full = [...file.tensors.keys()].find((other) => other.endsWith(name)) ?? '';
  return full.slice(0, full.length - name.length);
}
