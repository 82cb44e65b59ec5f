import { malformedPickle } from './pickle-reader.ts';
import { PickleCall, PickleDict, PickleList, PickleTuple, type PickleValue } from './pickle-values.ts';

export type Mapping = ReadonlyMap<PickleValue, PickleValue>;

const DICTIONARY_CLASSES: ReadonlySet<string> = new Set(['collections.OrderedDict', 'collections.defaultdict']);

/**
 * Entries looked at in all. A pickle may refer to one dictionary from many others, which refer to each other: a few hundred bytes then
 * lead along more ways than there is time for.
 */
const MOST_ENTRIES = 4_000_000;

/** Looks into a pickle's dictionaries and objects, for as long as that is reasonable. */
export class PickleMappings {
  readonly #where: string;
  #seen = 0;

  /** @param where for error messages */
  constructor(where: string) {
    this.#where = where;
  }

  /**
   * A dictionary's items, or undefined for any other value; an `OrderedDict` may also be given its items as a list of pairs when it
   * is made.
   * @throws StockpotError `checkpoint/malformed-pickle` when too much has been looked at
   */
  itemsOf(value: PickleValue | undefined): Mapping | undefined {
    if (value instanceof PickleDict) return this.#counted(value.items);
    if (!(value instanceof PickleCall) || !DICTIONARY_CLASSES.has(value.callee.fullName)) return undefined;
    const pairs = value.args.find((argument) => argument instanceof PickleList);
    if (pairs === undefined) return this.#counted(value.items);
    this.#count(pairs.items.length);
    return this.#counted(new Map([...pairs.items.flatMap(asPair), ...value.items]));
  }

  /** An object's attributes, as `BUILD` would have set them: a dictionary, or a pair of one and the values of its slots. */
  attributesOf(value: PickleValue | undefined): Mapping | undefined {
    if (!(value instanceof PickleCall)) return undefined;
    const { state } = value;
    return this.itemsOf(state instanceof PickleTuple && state.items.length === 2 ? state.items[0] : state);
  }

  /** Entries and attributes of a foreign object, which may be a dictionary with attributes. */
  contentOf(value: PickleCall): Mapping {
    const attributes = this.attributesOf(value);
    if (value.items.size === 0) return attributes ?? value.items;
    this.#count(value.items.size);
    return attributes === undefined ? value.items : new Map([...attributes, ...value.items]);
  }

  #counted(mapping: Mapping): Mapping {
    this.#count(mapping.size);
    return mapping;
  }

  #count(entries: number): void {
    this.#seen += 1 + entries;
    if (this.#seen > MOST_ENTRIES)
      throw malformedPickle(this.#where, 'its dictionaries lead to each other without end');
  }
}

function asPair(value: PickleValue): readonly (readonly [PickleValue, PickleValue])[] {
  if (!(value instanceof PickleList || value instanceof PickleTuple) || value.items.length !== 2) return [];
  return [[value.items[0]!, value.items[1]!]];
}
