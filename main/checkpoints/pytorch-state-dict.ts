import { StockpotError } from '../errors.ts';
import { PickleCall, PickleDict, PickleGlobal, PickleList, PickleTuple, type PickleValue } from './pickle-values.ts';

/** Where training scripts keep the weights, the usual places first. */
const WELL_KNOWN_KEYS = [
  'state_dict',
  'model_state_dict',
  'model_state',
  'model',
  'module',
  'net',
  'network',
  'weights',
  'params',
  'ema',
] as const;

const DICTIONARY_CLASSES: ReadonlySet<string> = new Set(['collections.OrderedDict', 'collections.defaultdict']);

type Mapping = ReadonlyMap<PickleValue, PickleValue>;

export interface StateDict {
  /** Calls that build tensors, by name, in the file's order. */
  readonly tensors: ReadonlyMap<string, PickleCall>;
  readonly remarks: readonly string[];
}

/**
 * Finds the named tensors in what a checkpoint's pickle holds: at the top, or under a well-known key, or under the only key that
 * leads to tensors.
 * @throws StockpotError `checkpoint/no-tensors`
 */
export function findStateDict(root: PickleValue, path: string): StateDict {
  const top = asMapping(root);
  if (top === undefined) throw noTensors(path, isTensorCall(root) ? 'a single tensor without a name' : 'no dictionary');
  const nested = [...top].filter(([, value]) => holdsTensors(asMapping(value)));
  const wellKnown = WELL_KNOWN_KEYS.find((key) => nested.some(([name]) => name === key));
  if (wellKnown !== undefined) return under(wellKnown, top);
  if (holdsTensors(top)) return collect(top, []);
  const only = nested.length === 1 ? nested[0]![0] : undefined;
  if (typeof only === 'string') return under(only, top);
  if (nested.length === 0) throw noTensors(path, 'no tensors');
  throw noTensors(path, `several state dicts, ${nested.map(([name]) => `'${name}'`).join(', ')}`);
}

/** True for what builds a tensor, whether or not it is of a supported kind. */
function isTensorCall(value: PickleValue): value is PickleCall {
  if (!(value instanceof PickleCall)) return false;
  const { module, name } = value.callee;
  return name.startsWith('_rebuild') && (module === 'torch._utils' || module === 'torch._tensor');
}

function under(key: string, top: Mapping): StateDict {
  const others = [...top.keys()].filter((name) => name !== key).map(String);
  const rest = others.length === 0 ? '' : `; left out: ${summarize(others)}`;
  return collect(asMapping(top.get(key)!)!, [`The weights were found under '${key}'${rest}.`]);
}

function collect(mapping: Mapping, remarks: readonly string[]): StateDict {
  const tensors = new Map<string, PickleCall>();
  const leftOut: string[] = [];
  for (const [name, value] of mapping) {
    if (typeof name === 'string' && isTensorCall(value)) tensors.set(name, value);
    else leftOut.push(typeof name === 'string' ? name : 'entries without a name');
  }
  if (leftOut.length === 0) return { tensors, remarks };
  return { tensors, remarks: [...remarks, `Left out, as they are no tensors: ${summarize(leftOut)}.`] };
}

function summarize(names: readonly string[]): string {
  const shown = names.slice(0, 10).map((name) => (name.length > 100 ? `${name.slice(0, 100)}…` : name));
  return names.length > shown.length ? `${shown.join(', ')} and ${names.length - shown.length} more` : shown.join(', ');
}

function holdsTensors(mapping: Mapping | undefined): boolean {
  if (mapping === undefined) return false;
  for (const value of mapping.values()) if (isTensorCall(value)) return true;
  return false;
}

/** A dictionary's items; an `OrderedDict` may also be given its items as a list of pairs when it is made. */
function asMapping(value: PickleValue): Mapping | undefined {
  if (value instanceof PickleDict) return value.items;
  if (!(value instanceof PickleCall) || !DICTIONARY_CLASSES.has(value.callee.fullName)) return undefined;
  const pairs = value.args.find((argument) => argument instanceof PickleList);
  if (pairs === undefined) return value.items;
  return new Map([...pairs.items.flatMap(asPair), ...value.items]);
}

function asPair(value: PickleValue): readonly (readonly [PickleValue, PickleValue])[] {
  if (!(value instanceof PickleList || value instanceof PickleTuple) || value.items.length !== 2) return [];
  return [[value.items[0]!, value.items[1]!]];
}

function noTensors(path: string, found: string): StockpotError {
  return new StockpotError({
    code: 'checkpoint/no-tensors',
    what: `There are no named tensors in this checkpoint; it holds ${found}`,
    where: path,
    remedy: 'Save the state dict: torch.save(model.state_dict(), …).',
  });
}

/** The name of a global, or undefined for any other value. */
export function globalName(value: PickleValue | undefined): string | undefined {
  return value instanceof PickleGlobal ? value.fullName : undefined;
}
