/** What the kitchen starts with; in the address, so that a recipe at hand can be kept as a bookmark. */
export interface KitchenSearch {
  /** A run whose recipe is taken up again. */
  readonly from?: number;
  /** A soup's file whose recipe is taken up again, and where its ingredients are looked for. */
  readonly soup?: string;
  readonly folder?: string;
  /** The recipe to begin with. */
  readonly recipe?: string;
  /** Recipes shown: words that they say. */
  readonly find?: string;
  /** Ingredients shown. */
  readonly q?: string;
  /** A sweep that is looked at or, with the number of one of its points, whose recipe is taken up there. */
  readonly sweep?: number;
  readonly point?: number;
  /** The job that is being watched. */
  readonly job?: number;
}

export function validateKitchenSearch(search: Record<string, unknown>): KitchenSearch {
  return {
    ...(isId(search.from) ? { from: search.from } : {}),
    ...(typeof search.soup === 'string' && search.soup !== '' ? { soup: search.soup } : {}),
    ...(typeof search.folder === 'string' && search.folder !== '' ? { folder: search.folder } : {}),
    ...(typeof search.recipe === 'string' && search.recipe !== '' ? { recipe: search.recipe } : {}),
    ...(typeof search.find === 'string' && search.find !== '' ? { find: search.find } : {}),
    ...(typeof search.q === 'string' && search.q !== '' ? { q: search.q } : {}),
    ...(isId(search.sweep) ? { sweep: search.sweep } : {}),
    ...(isId(search.sweep) && (search.point === 0 || isId(search.point)) ? { point: search.point } : {}),
    ...(isId(search.job) ? { job: search.job } : {}),
  };
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}
