import type { Mapping, PickleMappings } from './pickle-mapping.ts';
import { malformedPickle } from './pickle-reader.ts';
import { PickleCall, PickleSet, type PickleValue } from './pickle-values.ts';
import { isTensorCall } from './pytorch-builders.ts';

/** Modules inside modules; real ones stay below twenty. */
const DEEPEST_MODULE = 100;
const LONGEST_NAME = 4096;

/** A module's tensors under the names that `state_dict()` gives them. */
export interface ModuleTensors {
  readonly tensors: ReadonlyMap<string, PickleCall>;
  /** Tensors that are no parameters or buffers, by name. */
  readonly leftOut: readonly string[];
}

/** What `torch.compile` makes of a module; its pickle calls this with the module (torch/_dynamo/eval_frame.py, `__reduce__`). */
const COMPILED_MODULE = 'torch._dynamo.eval_frame.OptimizedModule';
const COMPILED_PREFIX = '_orig_mod.';

/** The module that was compiled; undefined for any other value. */
export function compiledModule(value: PickleValue | undefined): PickleValue | undefined {
  return value instanceof PickleCall && value.callee.fullName === COMPILED_MODULE ? value.args[0] : undefined;
}

/** True for a pickled `torch.nn.Module`: an object with parameters and modules among its attributes. */
export function isModule(attributes: Mapping | undefined): boolean {
  return attributes?.has('_parameters') === true && attributes.has('_modules');
}

/**
 * Parameters and persistent buffers of a pickled `torch.nn.Module` and its submodules (torch/nn/modules/module.py, `state_dict`).
 * @throws StockpotError `checkpoint/malformed-pickle` when modules contain each other
 */
export function moduleTensors(module: PickleValue, mappings: PickleMappings, path: string): ModuleTensors {
  const tensors = new Map<string, PickleCall>();
  const visit = (value: PickleValue | undefined, prefix: string, depth: number): void => {
    checkDepth(prefix, depth, path);
    const compiled = compiledModule(value);
    if (compiled !== undefined) visit(compiled, prefix + COMPILED_PREFIX, depth + 1);
    const attributes = mappings.attributesOf(value);
    if (attributes === undefined) return;
    for (const name of ['_parameters', '_buffers']) {
      const unsaved = name === '_buffers' ? attributes.get('_non_persistent_buffers_set') : undefined;
      for (const [key, tensor] of mappings.itemsOf(attributes.get(name)) ?? []) {
        if (typeof key !== 'string' || !isTensorCall(tensor) || holds(unsaved, key)) continue;
        tensors.set(prefix + key, tensor);
      }
    }
    for (const [key, child] of mappings.itemsOf(attributes.get('_modules')) ?? []) {
      if (typeof key === 'string') visit(child, `${prefix}${key}.`, depth + 1);
    }
  };
  visit(module, '', 0);
  return { tensors, leftOut: [] };
}

/**
 * Parameters and buffers of a TorchScript module. They stand before its other attributes, the first of which is `training`
 * (torch/jit/_recursive.py, `infer_concrete_type_builder`); tensors behind that are plain attributes. Modules without
 * `training` below one that has it are objects of other kinds.
 * @throws StockpotError `checkpoint/malformed-pickle` when modules contain each other
 */
export function scriptTensors(module: PickleValue, mappings: PickleMappings, path: string): ModuleTensors {
  const tensors = new Map<string, PickleCall>();
  const leftOut: string[] = [];
  const marked = mappings.attributesOf(module)?.has('training') === true;
  const visit = (attributes: Mapping, prefix: string, depth: number): void => {
    checkDepth(prefix, depth, path);
    let isParameter = true;
    for (const [key, value] of attributes) {
      if (typeof key !== 'string') continue;
      if (key === 'training') isParameter = false;
      else if (!isTensorCall(value)) visitChild(value, `${prefix}${key}.`, depth);
      else if (isParameter) tensors.set(prefix + key, value);
      else leftOut.push(prefix + key);
    }
  };
  const visitChild = (value: PickleValue, prefix: string, depth: number): void => {
    if (!(value instanceof PickleCall)) return;
    const attributes = mappings.attributesOf(value);
    if (attributes !== undefined && attributes.has('training') === marked) visit(attributes, prefix, depth + 1);
  };
  visit(mappings.attributesOf(module) ?? new Map(), '', 0);
  return { tensors, leftOut };
}

function holds(set: PickleValue | undefined, key: string): boolean {
  if (set instanceof PickleSet) return set.items.includes(key);
  // Before protocol 4, a set is made from a list.
  const items = set instanceof PickleCall ? set.args[0] : undefined;
  return items !== undefined &&
    items !== null &&
    typeof items === 'object' &&
    'items' in items &&
    Array.isArray(items.items)
    ? items.items.includes(key)
    : false;
}

function checkDepth(prefix: string, depth: number, path: string): void {
  if (depth > DEEPEST_MODULE) throw malformedPickle(path, 'its modules are nested too deeply');
  if (prefix.length > LONGEST_NAME) throw malformedPickle(path, 'its modules have unreasonably long names');
}
