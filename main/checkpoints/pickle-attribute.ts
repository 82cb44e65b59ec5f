import { type PickleAttribute, PickleCall, type PickleValue } from './pickle-values.ts';

const LONGEST_NAME = 200;
const NAME = /^[A-Za-z_]\w*$/;
/** What leads from any object to the interpreter's insides: `__class__`, `__globals__`, …. */
const DUNDER = /^__\w*__$/;

/**
 * What `getattr(object, 'name')` is about, in the one form that pickles of whole models have it in: Python writes an object's method
 * down so. Undefined for every other form, such as an attribute of a module or of what an earlier `getattr` gave.
 */
export function attributeAsked(
  args: readonly PickleValue[],
  isStranger: (value: PickleCall) => boolean,
): Pick<PickleAttribute, 'of' | 'name'> | undefined {
  const [of, name, ...others] = args;
  if (!(of instanceof PickleCall) || !isStranger(of)) return undefined;
  if (typeof name !== 'string' || others.length > 0) return undefined;
  if (name.length > LONGEST_NAME || !NAME.test(name) || DUNDER.test(name)) return undefined;
  return { of, name };
}
