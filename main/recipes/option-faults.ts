import { StockpotError } from '../errors.ts';
import type { OptionFault, Recipe } from './recipe.ts';

/** Where an option stands, for messages: `recipe.yml, line 4`. */
export type PlaceOf = (option: readonly PropertyKey[]) => string;

/**
 * Refuses options that have faults.
 * @throws StockpotError `recipe/bad-option` or the fault's own code, the first fault with its place, all of them in the details where there are several
 */
export function refuseFaults({ name }: Pick<Recipe, 'name'>, faults: readonly OptionFault[], placeOf?: PlaceOf): void {
  const [first] = faults;
  if (first === undefined) return;
  const option = first.option.length === 0 ? '' : `, option ${first.option.join('.')}`;
  const place = placeOf === undefined ? '' : `; ${placeOf(first.option)}`;
  const details = faults.map(
    (fault) => `${placeOf === undefined ? '' : `${placeOf(fault.option)}: `}${fault.option.join('.')}: ${fault.what}`,
  );
  throw new StockpotError({
    code: first.code ?? 'recipe/bad-option',
    what: first.what,
    where: `recipe ${name}${option}${place}`,
    ...(faults.length > 1 ? { details } : {}),
    ...(first.remedy === undefined ? {} : { remedy: first.remedy }),
  });
}
