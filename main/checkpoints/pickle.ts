import { StockpotError } from '../errors.ts';
import { PickleMemo } from './pickle-memo.ts';
import { malformedPickle, type PickleReader } from './pickle-reader.ts';
import {
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

/** What a class or function is to a checkpoint: part of it, a stranger that becomes a placeholder, or something to refuse. */
export type GlobalKind = 'known' | 'foreign' | 'refused';

export interface PicklePolicy {
  readonly kindOfGlobal: (module: string, name: string) => GlobalKind;
  /** What stands for something kept outside the pickle. It may throw; without it, nothing may be kept outside. */
  readonly persistent?: (id: PickleValue) => PickleValue;
}

/**
 * Reads a pickle as data: an interpreter of the opcodes of protocols 2 to 5 (CPython's Lib/pickletools.py) that calls, imports and
 * executes nothing. Classes and functions are only names, and names that the policy refuses end the reading.
 * @throws StockpotError `checkpoint/unsafe-pickle` (names the class or function), `checkpoint/malformed-pickle`,
 * `checkpoint/unsupported-pickle`, and what the reader and the policy throw
 */
export function parsePickle(reader: PickleReader, policy: PicklePolicy): PickleValue {
  return new PickleMachine(reader, policy).run();
}

type Step = (machine: PickleMachine, reader: PickleReader) => void;

class PickleMachine {
  #stack: PickleValue[] = [];
  /** Stacks set aside at each mark. */
  readonly #marked: PickleValue[][] = [];
  readonly #memo = new PickleMemo();
  readonly #reader: PickleReader;
  readonly #policy: PicklePolicy;
  #memoryBytes = 0;

  constructor(reader: PickleReader, policy: PicklePolicy) {
    this.#reader = reader;
    this.#policy = policy;
  }

  run(): PickleValue {
    for (;;) {
      const opcode = this.#reader.uint8();
      if (opcode === STOP) break;
      const step = STEPS.get(opcode);
      if (step === undefined) throw this.#unsupported(`it uses opcode 0x${opcode.toString(16).padStart(2, '0')}`);
      step(this, this.#reader);
    }
    const result = this.pop();
    if (this.#stack.length > 0 || this.#marked.length > 0) throw this.malformed('values are left over at its end');
    return result;
  }

  malformed(what: string): StockpotError {
    return malformedPickle(this.#reader.where, `${what} (byte ${this.#reader.position})`);
  }

  protocol(version: number): void {
    if (version > NEWEST_PROTOCOL) throw this.#unsupported(`it is written in protocol ${version}`);
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
    if (this.#policy.kindOfGlobal(module, name) !== 'refused') return new PickleGlobal(module, name);
    throw new StockpotError({
      code: 'checkpoint/unsafe-pickle',
      what: `The pickle wants to use ${module}.${name}, which has no place in a checkpoint; nothing was executed`,
      where: this.#reader.where,
      details: [`${module}.${name}`],
      remedy:
        'If you trust its origin, save only the state dict (torch.save(model.state_dict(), …)); if not, delete it.',
    });
  }

  /** `STACK_GLOBAL`: module and name come from the stack. */
  globalFromStack(): void {
    const [module, name] = this.popMany(2);
    if (typeof module !== 'string' || typeof name !== 'string') throw this.malformed('a name is not text');
    this.make(this.global(module, name));
  }

  call(): void {
    const [callee, args] = this.popMany(2);
    if (!(callee instanceof PickleGlobal)) throw this.malformed('it calls something that is not a function');
    if (!(args instanceof PickleTuple)) throw this.malformed('the arguments of a call are not a tuple');
    this.make(new PickleCall(callee, args.items));
  }

  /** `NEWOBJ_EX`: keyword arguments have no meaning for anything that a checkpoint is made of. */
  callWithKeywords(): void {
    const keywords = this.pop();
    const callee = this.#stack.at(-2);
    const known = callee instanceof PickleGlobal && this.#policy.kindOfGlobal(callee.module, callee.name) === 'known';
    if (!(keywords instanceof PickleDict) || (known && keywords.items.size > 0)) {
      throw this.#unsupported('it uses keyword arguments');
    }
    this.call();
  }

  append(values: readonly PickleValue[]): void {
    const target = this.top();
    // The elements of a foreign class that is a list: nothing here has a use for them.
    if (target instanceof PickleCall) return;
    if (!(target instanceof PickleList || target instanceof PickleSet)) throw this.malformed('it appends to no list');
    this.#spend(values.length * BYTES_PER_REFERENCE);
    for (const value of values) target.items.push(value);
  }

  /** `BUILD`: an object's attributes. Dictionaries and functions have none that matter. */
  build(): void {
    const state = this.pop();
    const target = this.top();
    if (target instanceof PickleCall) target.state = state;
  }

  persistent(): void {
    const { persistent } = this.#policy;
    if (persistent === undefined) throw this.#unsupported('it refers to something outside of it');
    this.make(persistent(this.pop()));
  }

  setItems(keysAndValues: readonly PickleValue[]): void {
    const target = this.top();
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
    throw this.#unsupported('it uses opcode INST');
  }

  #unsupported(how: string): StockpotError {
    return new StockpotError({
      code: 'checkpoint/unsupported-pickle',
      what: `The pickle cannot be read: ${how}`,
      where: this.#reader.where,
      remedy: 'Save the state dict again with torch.save and its default protocol.',
    });
  }
}

const STOP = 0x2e;

/** By opcode. What is not here is refused. */
const STEPS: ReadonlyMap<number, Step> = new Map<number, Step>([
  // PROTO, FRAME
  [0x80, (machine, reader) => machine.protocol(reader.uint8())],
  [0x95, (_machine, reader) => void reader.length8()],
  // MARK, POP, POP_MARK, DUP
  [0x28, (machine) => machine.mark()],
  [0x30, (machine) => machine.discard()],
  [0x31, (machine) => void machine.popToMark()],
  [0x32, (machine) => machine.push(machine.top())],
  // NONE, NEWTRUE, NEWFALSE
  [0x4e, (machine) => machine.push(null)],
  [0x88, (machine) => machine.push(true)],
  [0x89, (machine) => machine.push(false)],
  // BININT, BININT1, BININT2, LONG1, LONG4, BINFLOAT
  [0x4a, (machine, reader) => machine.push(reader.int32())],
  [0x4b, (machine, reader) => machine.push(reader.uint8())],
  [0x4d, (machine, reader) => machine.push(reader.uint16())],
  [0x8a, (machine, reader) => machine.make(reader.integer(reader.uint8()))],
  [0x8b, (machine, reader) => machine.make(reader.integer(reader.uint32()))],
  [0x47, (machine, reader) => machine.push(reader.float64())],
  // SHORT_BINUNICODE, BINUNICODE, BINUNICODE8, SHORT_BINSTRING, BINSTRING
  [0x8c, (machine, reader) => machine.make(reader.text(reader.uint8()))],
  [0x58, (machine, reader) => machine.make(reader.text(reader.uint32()))],
  [0x8d, (machine, reader) => machine.make(reader.text(reader.length8()))],
  [0x55, (machine, reader) => machine.make(reader.latin1(reader.uint8()))],
  [0x54, (machine, reader) => machine.make(reader.latin1(reader.uint32()))],
  // SHORT_BINBYTES, BINBYTES, BINBYTES8, BYTEARRAY8
  [0x43, (machine, reader) => machine.make(reader.bytes(reader.uint8()))],
  [0x42, (machine, reader) => machine.make(reader.bytes(reader.uint32()))],
  [0x8e, (machine, reader) => machine.make(reader.bytes(reader.length8()))],
  [0x96, (machine, reader) => machine.make(reader.bytes(reader.length8()))],
  // EMPTY_TUPLE, TUPLE1, TUPLE2, TUPLE3, TUPLE
  [0x29, (machine) => machine.make(new PickleTuple([]))],
  [0x85, (machine) => machine.make(new PickleTuple(machine.popMany(1)))],
  [0x86, (machine) => machine.make(new PickleTuple(machine.popMany(2)))],
  [0x87, (machine) => machine.make(new PickleTuple(machine.popMany(3)))],
  [0x74, (machine) => machine.make(new PickleTuple(machine.popToMark()))],
  // EMPTY_LIST, APPEND, APPENDS
  [0x5d, (machine) => machine.make(new PickleList())],
  [0x61, (machine) => machine.append(machine.popMany(1))],
  [0x65, (machine) => machine.append(machine.popToMark())],
  // EMPTY_DICT, SETITEM, SETITEMS
  [0x7d, (machine) => machine.make(new PickleDict())],
  [0x73, (machine) => machine.setItems(machine.popMany(2))],
  [0x75, (machine) => machine.setItems(machine.popToMark())],
  // EMPTY_SET, ADDITEMS, FROZENSET
  [0x8f, (machine) => machine.make(new PickleSet())],
  [0x90, (machine) => machine.append(machine.popToMark())],
  [0x91, (machine) => machine.make(new PickleTuple(machine.popToMark()))],
  // GLOBAL, STACK_GLOBAL, INST
  [0x63, (machine, reader) => machine.make(machine.global(reader.line(), reader.line()))],
  [0x93, (machine) => machine.globalFromStack()],
  [0x69, (machine) => machine.refuseInstance()],
  // REDUCE, NEWOBJ, NEWOBJ_EX
  [0x52, (machine) => machine.call()],
  [0x81, (machine) => machine.call()],
  [0x92, (machine) => machine.callWithKeywords()],
  // BUILD
  [0x62, (machine) => machine.build()],
  // BINPERSID
  [0x51, (machine) => machine.persistent()],
  // BINGET, LONG_BINGET, BINPUT, LONG_BINPUT, MEMOIZE
  [0x68, (machine, reader) => machine.recall(reader.uint8())],
  [0x6a, (machine, reader) => machine.recall(reader.uint32())],
  [0x71, (machine, reader) => machine.remember(reader.uint8())],
  [0x72, (machine, reader) => machine.remember(reader.uint32())],
  [0x94, (machine) => machine.memoize()],
]);
