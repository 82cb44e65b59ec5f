import { StockpotError } from '../errors.ts';
import { attributeAsked } from './pickle-attribute.ts';
import { PickleMemo } from './pickle-memo.ts';
import { malformedPickle, type PickleReader } from './pickle-reader.ts';
import {
  PickleAttribute,
  PickleCall,
  PickleDict,
  PickleGlobal,
  PickleList,
  PickleSet,
  PickleTuple,
  type PickleValue,
} from './pickle-values.ts';

const MOST_VALUES_ON_STACK = 1 << 20;
const DEEPEST_NESTING = 1000;
const NEWEST_PROTOCOL = 5;

/**
 * Memory that a pickle's values may take, by a rough count; a hundred thousand tensors need a third of it. Without it, a hundred
 * megabytes of opcodes could ask for a hundred million dictionaries.
 */
const MOST_MEMORY_BYTES = 1 << 29;
const BYTES_PER_REFERENCE = 16;
const BYTES_PER_OBJECT = 96;
const BYTES_PER_MAP = 320;
const BYTES_PER_MEMO = 48;

/**
 * What a class or function is to a checkpoint: part of it, a stranger that becomes a placeholder, what asks for a stranger's attribute
 * and has no other use, or something to refuse.
 */
export type GlobalKind = 'known' | 'foreign' | 'attribute' | 'refused';

export interface PicklePolicy {
  readonly kindOfGlobal: (module: string, name: string) => GlobalKind;
  /** What stands for something kept outside the pickle. It may throw; without it, nothing may be kept outside. */
  readonly persistent?: (id: PickleValue) => PickleValue;
}

/** The state that a pickle's opcodes work on: a stack of inert values. */
export class PickleMachine {
  #stack: PickleValue[] = [];
  /** Stacks set aside at each mark. */
  readonly #marked: PickleValue[][] = [];
  readonly #memo = new PickleMemo();
  readonly #reader: PickleReader;
  readonly #policy: PicklePolicy;
  #memoryBytes = 0;
  /** Mentioned, but not used so far: to be refused. */
  #unusedGetter: PickleGlobal | undefined;

  constructor(reader: PickleReader, policy: PicklePolicy) {
    this.#reader = reader;
    this.#policy = policy;
  }

  /** What the pickle is of, once it has ended. */
  result(): PickleValue {
    if (this.#unusedGetter !== undefined) throw this.#unsafe(this.#unusedGetter);
    const result = this.pop();
    if (this.#stack.length > 0 || this.#marked.length > 0) throw this.malformed('values are left over at its end');
    return result;
  }

  malformed(what: string): StockpotError {
    return malformedPickle(this.#reader.where, `${what} (byte ${this.#reader.position})`);
  }

  protocol(version: number): void {
    if (version > NEWEST_PROTOCOL) throw this.unsupported(`it is written in protocol ${version}`);
  }

  push(value: PickleValue): void {
    if (this.#stack.length >= MOST_VALUES_ON_STACK) throw this.malformed('it holds too many values at once');
    this.#spend(BYTES_PER_REFERENCE);
    this.#stack.push(value);
  }

  /** Pushes a value that takes memory of its own. */
  make(value: PickleValue): void {
    const length = typeof value === 'string' ? value.length : 0;
    this.#spend(value instanceof PickleDict ? BYTES_PER_MAP : BYTES_PER_OBJECT + length);
    this.push(value);
  }

  #spend(bytes: number): void {
    this.#memoryBytes += bytes;
    if (this.#memoryBytes > MOST_MEMORY_BYTES) throw this.malformed('its values would take too much memory');
  }

  pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined) throw this.malformed('a value is missing');
    return value;
  }

  top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined) throw this.malformed('a value is missing');
    return value;
  }

  /** `POP` also takes a mark away when it is topmost. */
  discard(): void {
    if (this.#stack.length > 0) this.#stack.pop();
    else this.popToMark();
  }

  mark(): void {
    if (this.#marked.length >= DEEPEST_NESTING) throw this.malformed('it is nested too deeply');
    this.#marked.push(this.#stack);
    this.#stack = [];
  }

  popToMark(): PickleValue[] {
    const before = this.#marked.pop();
    if (before === undefined) throw this.malformed('a mark is missing');
    const values = this.#stack;
    this.#stack = before;
    return values;
  }

  popMany(count: number): PickleValue[] {
    if (this.#stack.length < count) throw this.malformed('a value is missing');
    return this.#stack.splice(this.#stack.length - count, count);
  }

  remember(index: number): void {
    this.#spend(BYTES_PER_MEMO);
    this.#memo.set(index, this.top());
  }

  memoize(): void {
    this.remember(this.#memo.size);
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.malformed(`it refers to value ${index}, which it never kept`);
    this.push(value);
  }

  global(module: string, name: string): PickleGlobal {
    const global = new PickleGlobal(module, name);
    const kind = this.#policy.kindOfGlobal(module, name);
    if (kind === 'refused') throw this.#unsafe(global);
    if (kind === 'attribute') this.#unusedGetter = global;
    return global;
  }

  /** `STACK_GLOBAL`: module and name come from the stack. */
  globalFromStack(): void {
    const [module, name] = this.popMany(2);
    if (typeof module !== 'string' || typeof name !== 'string') throw this.malformed('a name is not text');
    this.make(this.global(module, name));
  }

  /** `REDUCE` calls a function; the others make an object of a class. */
  call(of: 'function' | 'class'): void {
    const [callee, args] = this.popMany(2);
    if (callee instanceof PickleAttribute) throw this.#unsafeAttribute(callee);
    if (!(callee instanceof PickleGlobal)) throw this.malformed('it calls something that is not a function');
    if (!(args instanceof PickleTuple)) throw this.malformed('the arguments of a call are not a tuple');
    if (!this.#isOf('attribute', callee)) this.make(new PickleCall(callee, args.items));
    else if (of === 'function') this.make(this.#attribute(callee, args));
    else throw this.#unsafe(callee);
  }

  #attribute(getter: PickleGlobal, { items }: PickleTuple): PickleAttribute {
    const asked = attributeAsked(items, ({ callee }) => this.#isOf('foreign', callee));
    if (asked === undefined) throw this.#unsafe(getter);
    this.#unusedGetter = undefined;
    return new PickleAttribute(asked.of, asked.name);
  }

  #isOf(kind: GlobalKind, { module, name }: PickleGlobal): boolean {
    return this.#policy.kindOfGlobal(module, name) === kind;
  }

  /** `NEWOBJ_EX`: keyword arguments have no meaning for anything that a checkpoint is made of. */
  callWithKeywords(): void {
    const keywords = this.pop();
    const callee = this.#stack.at(-2);
    const known = callee instanceof PickleGlobal && !this.#isOf('foreign', callee);
    if (!(keywords instanceof PickleDict) || (known && keywords.items.size > 0)) {
      throw this.unsupported('it uses keyword arguments');
    }
    this.call('class');
  }

  append(values: readonly PickleValue[]): void {
    const target = this.top();
    // The elements of a foreign class that is a list: nothing here has a use for them.
    if (target instanceof PickleCall) return;
    if (target instanceof PickleAttribute) throw this.#unsafeAttribute(target);
    if (!(target instanceof PickleList || target instanceof PickleSet)) throw this.malformed('it appends to no list');
    this.#spend(values.length * BYTES_PER_REFERENCE);
    for (const value of values) target.items.push(value);
  }

  /** `BUILD`: an object's attributes. Dictionaries and functions have none that matter. */
  build(): void {
    const state = this.pop();
    const target = this.top();
    if (target instanceof PickleCall) target.state = state;
    if (target instanceof PickleAttribute) throw this.#unsafeAttribute(target);
  }

  persistent(): void {
    const { persistent } = this.#policy;
    if (persistent === undefined) throw this.unsupported('it refers to something outside of it');
    this.make(persistent(this.pop()));
  }

  setItems(keysAndValues: readonly PickleValue[]): void {
    const target = this.top();
    if (target instanceof PickleAttribute) throw this.#unsafeAttribute(target);
    if (!(target instanceof PickleDict || target instanceof PickleCall)) throw this.malformed('it fills no dictionary');
    if (keysAndValues.length % 2 !== 0) throw this.malformed('a key has no value');
    this.#spend(keysAndValues.length * BYTES_PER_MEMO);
    for (let index = 0; index < keysAndValues.length; index += 2) {
      const [key, value] = [keysAndValues[index]!, keysAndValues[index + 1]!];
      if (target instanceof PickleCall) target.set(key, value);
      else target.items.set(key, value);
    }
  }

  /** `INST` names a class like `GLOBAL` does, in a way that no protocol from 2 on uses. */
  refuseInstance(): void {
    const module = this.#reader.line();
    this.global(module, this.#reader.line());
    throw this.unsupported('it uses opcode INST');
  }

  #unsafe({ fullName }: PickleGlobal): StockpotError {
    return new StockpotError({
      code: 'checkpoint/unsafe-pickle',
      what: `The pickle wants to use ${fullName}, which has no place in a checkpoint; nothing was executed`,
      where: this.#reader.where,
      details: [fullName],
      remedy:
        'If you trust its origin, save only the state dict (torch.save(model.state_dict(), …)); if not, delete it.',
    });
  }

  /** Python would call or change what it found under the attribute's name, which nothing here knows. */
  #unsafeAttribute({ of, name }: PickleAttribute): StockpotError {
    return this.#unsafe(new PickleGlobal(of.callee.fullName, name));
  }

  unsupported(how: string): StockpotError {
    return new StockpotError({
      code: 'checkpoint/unsupported-pickle',
      what: `The pickle cannot be read: ${how}`,
      where: this.#reader.where,
      remedy: 'Save the state dict again with torch.save and its default protocol.',
    });
  }
}
