import { StockpotError } from '../../errors.ts';

/**
 * @param file with the hash that a recipe has of it, where it has one
 * @param found its hash now
 * @throws StockpotError `ingredients/changed`
 */
export function refuseChanged(
  { path, sha256: expected }: { readonly path: string; readonly sha256?: string },
  found: string,
): void {
  if (expected === undefined || expected === found) return;
  throw new StockpotError({
    code: 'ingredients/changed',
    what: 'This is not the checkpoint that the recipe names',
    where: path,
    details: [`SHA-256 expected: ${expected}`, `SHA-256 found: ${found}`],
    remedy: 'Put the original file back, or take sha256 out of the recipe to use this one.',
  });
}
