import { StockpotError } from '../errors.ts';
import { malformedPickle, PickleReader } from './pickle-reader.ts';
import {
  PersistentReference,
  PickleCall,
  PickleDict,
  PickleGlobal,
  PickleList,
  PickleSet,
  PickleTuple,
  type PickleValue,
} from './pickle-values.ts';

/** The descriptions of a hundred thousand tensors take a fifth of this. */
export const LARGEST_PICKLE = 100 << 20;

const MOST_VALUES_ON_STACK = 1 << 20;
const DEEPEST_NESTING = 1000;
const NEWEST_PROTOCOL = 5;

export type AllowGlobal = (module: string, name: string) => boolean;

/**
 * Reads a pickle as data: an interpreter of the opcodes of protocols 2 to 5 (CPython's Lib/pickletools.py) that calls, imports and
 * executes nothing. Classes and functions are only names, and names that `allow` does not know are refused.
 * @param where for error messages
 * @throws StockpotError `checkpoint/unsafe-pickle` (names the class or function), `checkpoint/malformed-pickle`,
 * `checkpoint/unsupported-pickle`
 */
export function parsePickle(bytes: Uint8Array, allow: AllowGlobal, where: string): PickleValue {
  if (bytes.length > LARGEST_PICKLE) throw malformedPickle(where, `it has ${bytes.length} bytes`);
  return new PickleMachine(new PickleReader(bytes, where), allow).run();
}

type Step = (machine: PickleMachine, reader: PickleReader) => void;

class PickleMachine {
  #stack: PickleValue[] = [];
  /** Stacks set aside at each mark. */
  readonly #marked: PickleValue[][] = [];
  readonly #memo = new Map<number, PickleValue>();
  readonly #reader: PickleReader;
  readonly #allow: AllowGlobal;

  constructor(reader: PickleReader, allow: AllowGlobal) {
    this.#reader = reader;
    this.#allow = allow;
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
    this.#stack.push(value);
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
    if (this.#allow(module, name)) return new PickleGlobal(module, name);
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
    this.push(this.global(module, name));
  }

  call(): void {
    const [callee, args] = this.popMany(2);
    if (!(callee instanceof PickleGlobal)) throw this.malformed('it calls something that is not a function');
    if (!(args instanceof PickleTuple)) throw this.malformed('the arguments of a call are not a tuple');
    this.push(new PickleCall(callee, args.items));
  }

  /** `NEWOBJ_EX`: keyword arguments have no meaning for anything that is allowed. */
  callWithKeywords(): void {
    const keywords = this.pop();
    if (!(keywords instanceof PickleDict) || keywords.items.size > 0)
      throw this.#unsupported('it uses keyword arguments');
    this.call();
  }

  append(values: readonly PickleValue[]): void {
    const target = this.top();
    if (!(target instanceof PickleList || target instanceof PickleSet)) throw this.malformed('it appends to no list');
    for (const value of values) target.items.push(value);
  }

  setItems(keysAndValues: readonly PickleValue[]): void {
    const target = this.top();
    if (!(target instanceof PickleDict || target instanceof PickleCall)) throw this.malformed('it fills no dictionary');
    if (keysAndValues.length % 2 !== 0) throw this.malformed('a key has no value');
    for (let index = 0; index < keysAndValues.length; index += 2) {
      target.items.set(keysAndValues[index]!, keysAndValues[index + 1]!);
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
  [0x8a, (machine, reader) => machine.push(reader.integer(reader.uint8()))],
  [0x8b, (machine, reader) => machine.push(reader.integer(reader.uint32()))],
  [0x47, (machine, reader) => machine.push(reader.float64())],
  // SHORT_BINUNICODE, BINUNICODE, BINUNICODE8, SHORT_BINSTRING, BINSTRING
  [0x8c, (machine, reader) => machine.push(reader.text(reader.uint8()))],
  [0x58, (machine, reader) => machine.push(reader.text(reader.uint32()))],
  [0x8d, (machine, reader) => machine.push(reader.text(reader.length8()))],
  [0x55, (machine, reader) => machine.push(reader.latin1(reader.uint8()))],
  [0x54, (machine, reader) => machine.push(reader.latin1(reader.uint32()))],
  // SHORT_BINBYTES, BINBYTES, BINBYTES8, BYTEARRAY8
  [0x43, (machine, reader) => machine.push(reader.bytes(reader.uint8()))],
  [0x42, (machine, reader) => machine.push(reader.bytes(reader.uint32()))],
  [0x8e, (machine, reader) => machine.push(reader.bytes(reader.length8()))],
  [0x96, (machine, reader) => machine.push(reader.bytes(reader.length8()))],
  // EMPTY_TUPLE, TUPLE1, TUPLE2, TUPLE3, TUPLE
  [0x29, (machine) => machine.push(new PickleTuple([]))],
  [0x85, (machine) => machine.push(new PickleTuple(machine.popMany(1)))],
  [0x86, (machine) => machine.push(new PickleTuple(machine.popMany(2)))],
  [0x87, (machine) => machine.push(new PickleTuple(machine.popMany(3)))],
  [0x74, (machine) => machine.push(new PickleTuple(machine.popToMark()))],
  // EMPTY_LIST, APPEND, APPENDS
  [0x5d, (machine) => machine.push(new PickleList())],
  [0x61, (machine) => machine.append(machine.popMany(1))],
  [0x65, (machine) => machine.append(machine.popToMark())],
  // EMPTY_DICT, SETITEM, SETITEMS
  [0x7d, (machine) => machine.push(new PickleDict())],
  [0x73, (machine) => machine.setItems(machine.popMany(2))],
  [0x75, (machine) => machine.setItems(machine.popToMark())],
  // EMPTY_SET, ADDITEMS, FROZENSET
  [0x8f, (machine) => machine.push(new PickleSet())],
  [0x90, (machine) => machine.append(machine.popToMark())],
  [0x91, (machine) => machine.push(new PickleTuple(machine.popToMark()))],
  // GLOBAL, STACK_GLOBAL, INST
  [0x63, (machine, reader) => machine.push(machine.global(reader.line(), reader.line()))],
  [0x93, (machine) => machine.globalFromStack()],
  [0x69, (machine) => machine.refuseInstance()],
  // REDUCE, NEWOBJ, NEWOBJ_EX
  [0x52, (machine) => machine.call()],
  [0x81, (machine) => machine.call()],
  [0x92, (machine) => machine.callWithKeywords()],
  // BUILD: the state of an object tells nothing about tensors
  [0x62, (machine) => void machine.popMany(1)],
  // BINPERSID
  [0x51, (machine) => machine.push(new PersistentReference(machine.pop()))],
  // BINGET, LONG_BINGET, BINPUT, LONG_BINPUT, MEMOIZE
  [0x68, (machine, reader) => machine.recall(reader.uint8())],
  [0x6a, (machine, reader) => machine.recall(reader.uint32())],
  [0x71, (machine, reader) => machine.remember(reader.uint8())],
  [0x72, (machine, reader) => machine.remember(reader.uint32())],
  [0x94, (machine) => machine.memoize()],
]);
