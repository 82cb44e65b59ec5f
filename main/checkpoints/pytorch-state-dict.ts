import { StockpotError } from '../errors.ts';
import type { StateDictChoice } from './checkpoint.ts';
import { type Mapping, PickleMappings } from './pickle-mapping.ts';
import { PickleCall, PickleDict, PickleList, PickleTuple, type PickleValue } from './pickle-values.ts';
import { DEEPEST_WRAPPING, isTensorCall } from './pytorch-builders.ts';
import { compiledModule, isModule, moduleTensors } from './pytorch-modules.ts';
import { summarize } from './summarize.ts';

/** Where training scripts keep the weights, the usual places first. */
const USUAL_KEYS = [
  'state_dict',
  'model_state_dict',
  'model_state',
  'model',
  'module',
  'net',
  'network',
  'weights',
  'params',
  'generator',
  'netG',
  'teacher',
] as const;

/** Where they keep a moving average of the weights, or of their only ones. */
const AVERAGE_KEYS = [
  'state_dict_ema',
  'model_ema',
  'model_ema_state_dict',
  'params_ema',
  'ema_state_dict',
  'ema_model',
  'ema',
  'g_ema',
  'shadow',
  'shadow_params',
] as const;

/** Weights that stand at the top come after the usual places and before their averages. */
const RANK_OF_TOP = USUAL_KEYS.length;
const RANK_OF_OTHERS = RANK_OF_TOP + 1 + AVERAGE_KEYS.length;
const RANKS: ReadonlyMap<string, number> = new Map([
  ...USUAL_KEYS.map((key, index) => [key, index] as const),
  ...AVERAGE_KEYS.map((key, index) => [key, RANK_OF_TOP + 1 + index] as const),
]);

/** Keys that hold no weights: optimizers, schedules, random states, progress. */
const OTHER_STATES =
  /optimi[sz]er|(^|_)optims?(_|$)|schedul|(^|_)rng(_|$)|random_state|^(loops|grad_scaler|scaler|amp)$/i;

const DEEPEST_KEY = 8;
const LONGEST_KEY = 1000;
const MOST_CANDIDATES = 1000;
const MOST_LIST_ITEMS = 1000;

interface Candidate {
  /** Keys that lead to it, joined by dots. */
  readonly key: string;
  readonly ranks: readonly number[];
  /** Calls that build tensors, by name, in the file's order. */
  readonly tensors: ReadonlyMap<string, PickleCall>;
  readonly leftOut: readonly string[];
  /** The class, where the weights are those of a pickled module. */
  readonly moduleClass: string | undefined;
}

export interface StateDict {
  readonly tensors: ReadonlyMap<string, PickleCall>;
  readonly key: string;
  readonly choices: readonly StateDictChoice[];
  readonly remarks: readonly string[];
}

/**
 * Finds the named tensors in what a checkpoint's pickle holds. Every dictionary with tensors in it is a state dict, and so is every
 * pickled module; optimizers' are not looked at. Without a wish, the one under the most usual key is taken (`USUAL_KEYS`, then the
 * top itself, then `AVERAGE_KEYS`, then any other), of those the one with the most tensors, and of those the first.
 * @param wanted key of the state dict, when the user has chosen
 * @throws StockpotError `checkpoint/no-tensors`, `checkpoint/no-such-state-dict`, `checkpoint/malformed-pickle`
 */
export function findStateDict(root: PickleValue, path: string, wanted?: string): StateDict {
  const candidates = new Search(path).candidates(root);
  if (candidates.length === 0) throw noTensors(path, root);
  const choices = candidates.map(({ key, tensors }) => ({ key, tensorCount: tensors.size }));
  const chosen =
    wanted === undefined
      ? candidates.reduce((best, candidate) => (isBetter(candidate, best) ? candidate : best))
      : candidates.find(({ key }) => key === wanted);
  if (chosen === undefined) throw noSuchStateDict(path, wanted!, choices);
  return { tensors: chosen.tensors, key: chosen.key, choices, remarks: remarksOn(chosen, candidates, root) };
}

/** @throws StockpotError `checkpoint/no-such-state-dict`: this is it */
export function noSuchStateDict(path: string, wanted: string, choices: readonly StateDictChoice[]): StockpotError {
  return new StockpotError({
    code: 'checkpoint/no-such-state-dict',
    what: `The file has no state dict ${nameOf(wanted)}`,
    where: path,
    details: choices.slice(0, 50).map(({ key, tensorCount }) => `${nameOf(key)}: ${counted(tensorCount)}`),
    remedy: choices.length === 0 ? 'It holds one set of tensors: choose none.' : 'Choose one of those that it has.',
  });
}

function counted(tensors: number): string {
  return tensors === 1 ? '1 tensor' : `${tensors} tensors`;
}

function nameOf(key: string): string {
  return key === '' ? 'at its top' : `'${key}'`;
}

interface Place {
  readonly value: PickleValue;
  readonly keys: readonly string[];
}

class Search {
  readonly #path: string;
  readonly #mappings: PickleMappings;
  readonly #seen = new Set<PickleValue>();
  readonly #found = new Map<string, Candidate>();

  constructor(path: string) {
    this.#path = path;
    this.#mappings = new PickleMappings(path);
  }

  /** From the top downwards; each dictionary once, under the first key that leads to it. */
  candidates(root: PickleValue): readonly Candidate[] {
    this.#seen.add(root);
    let level: readonly Place[] = [{ value: root, keys: [] }];
    while (level.length > 0 && this.#found.size < MOST_CANDIDATES) {
      level = level.flatMap((place) => this.#visit(place));
    }
    const all = [...this.#found.values()];
    const real = all.filter(({ tensors }) => [...tensors.values()].some(hasDimensions));
    return real.length === 0 ? all : real;
  }

  #visit({ value, keys }: Place): readonly Place[] {
    if (keys.length > DEEPEST_KEY) return [];
    if (value instanceof PickleList || value instanceof PickleTuple) {
      return value.items.slice(0, MOST_LIST_ITEMS).flatMap((item, index) => this.#child(item, keys, `${index}`));
    }
    const mapping = this.#mappingOf(value);
    if (mapping === undefined) return [];
    if (mapping.has('param_groups') && mapping.has('state')) return [];
    if (isModule(mapping) || compiledModule(value) !== undefined) {
      const moduleClass = value instanceof PickleCall ? value.callee.fullName : undefined;
      this.#add({ keys, ...moduleTensors(value, this.#mappings, this.#path), moduleClass });
      return [];
    }
    this.#add({ keys, ...tensorsIn(mapping), moduleClass: undefined });
    return [...mapping].flatMap(([key, item]) => this.#child(item, keys, keyText(key)));
  }

  #child(value: PickleValue, keys: readonly string[], key: string | undefined): readonly Place[] {
    if (key === undefined || key.length > LONGEST_KEY || OTHER_STATES.test(key)) return [];
    if (!isContainer(value) || isTensorCall(value) || this.#seen.has(value)) return [];
    this.#seen.add(value);
    return [{ value, keys: [...keys, key] }];
  }

  /** Dictionaries, and objects of foreign classes with what they have. */
  #mappingOf(value: PickleValue): Mapping | undefined {
    const items = this.#mappings.itemsOf(value);
    if (items !== undefined) return items;
    return value instanceof PickleCall ? this.#mappings.contentOf(value) : undefined;
  }

  #add({ keys, ...candidate }: Omit<Candidate, 'key' | 'ranks'> & { readonly keys: readonly string[] }): void {
    const key = keys.join('.');
    if (candidate.tensors.size === 0 || this.#found.has(key) || this.#found.size >= MOST_CANDIDATES) return;
    this.#found.set(key, { key, ranks: keys.map((part) => RANKS.get(part) ?? RANK_OF_OTHERS), ...candidate });
  }
}

function isContainer(value: PickleValue): boolean {
  return (
    value instanceof PickleDict ||
    value instanceof PickleCall ||
    value instanceof PickleList ||
    value instanceof PickleTuple
  );
}

function keyText(key: PickleValue): string | undefined {
  return typeof key === 'string' || typeof key === 'number' ? String(key) : undefined;
}

function tensorsIn(mapping: Mapping): Pick<Candidate, 'tensors' | 'leftOut'> {
  const tensors = new Map<string, PickleCall>();
  const leftOut: string[] = [];
  for (const [name, value] of mapping) {
    if (typeof name === 'string' && isTensorCall(value)) tensors.set(name, value);
    else leftOut.push(typeof name === 'string' ? name : 'entries without a name');
  }
  return { tensors, leftOut };
}

/** A lone number, such as the best accuracy so far, makes no state dict beside a real one. */
function hasDimensions(call: PickleCall): boolean {
  let inner = call;
  for (let depth = 0; depth < DEEPEST_WRAPPING && isTensorCall(inner.args[0]); depth += 1) inner = inner.args[0];
  const shape = inner.args[2];
  return !(shape instanceof PickleTuple) || shape.items.length > 0;
}

function isBetter(candidate: Candidate, best: Candidate): boolean {
  const depth = Math.max(candidate.ranks.length, best.ranks.length);
  for (let at = 0; at < depth; at += 1) {
    const difference = (candidate.ranks[at] ?? RANK_OF_TOP) - (best.ranks[at] ?? RANK_OF_TOP);
    if (difference !== 0) return difference < 0;
  }
  return candidate.tensors.size > best.tensors.size;
}

function remarksOn(chosen: Candidate, candidates: readonly Candidate[], root: PickleValue): readonly string[] {
  const remarks: string[] = [];
  const others = candidates.filter((candidate) => candidate !== chosen);
  if (chosen.key !== '')
    remarks.push(`The weights were found under '${shorten(chosen.key)}'${restOf(root, chosen.key)}.`);
  if (others.length > 0) {
    const listed = others.map(
      ({ key, tensors }) => `${key === '' ? 'the top' : `'${key}'`} (${counted(tensors.size)})`,
    );
    remarks.push(`Other sets of weights in the file, which can be chosen instead: ${summarize(listed)}.`);
  }
  if (chosen.moduleClass !== undefined) {
    remarks.push(`The file holds a whole model of class ${shorten(chosen.moduleClass)}; only its weights are read.`);
  }
  // What is left out at the top beside a nested state dict has been said already.
  if (chosen.leftOut.length > 0) remarks.push(`Left out, as they are no tensors: ${summarize(chosen.leftOut)}.`);
  return remarks;
}

function restOf(root: PickleValue, chosen: string): string {
  const top = new PickleMappings('').itemsOf(root) ?? new Map<PickleValue, PickleValue>();
  const others = [...top.keys()].map((key) => keyText(key) ?? 'entries without a name');
  const rest = others.filter((key) => chosen !== key && !chosen.startsWith(`${key}.`));
  return rest.length === 0 ? '' : `; left out: ${summarize(rest)}`;
}

function shorten(text: string): string {
  return summarize([text]);
}

function noTensors(path: string, root: PickleValue): StockpotError {
  return new StockpotError({
    code: 'checkpoint/no-tensors',
    what: `There are no named tensors in this checkpoint; it holds ${descriptionOf(root)}`,
    where: path,
    remedy: 'Save the state dict: torch.save(model.state_dict(), …).',
  });
}

function descriptionOf(root: PickleValue): string {
  if (isTensorCall(root)) return 'a single tensor without a name';
  if (root instanceof PickleCall) return `an object of class ${shorten(root.callee.fullName)}`;
  return new PickleMappings('').itemsOf(root) === undefined ? 'no dictionary' : 'no tensors';
}
