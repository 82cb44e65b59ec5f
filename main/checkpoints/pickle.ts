import { PickleMachine, type PicklePolicy } from './pickle-machine.ts';
import type { PickleReader } from './pickle-reader.ts';
import { PickleDict, PickleList, PickleSet, PickleTuple, type PickleValue } from './pickle-values.ts';

/**
 * Reads a pickle as data: an interpreter of the opcodes of protocols 2 to 5 (CPython's Lib/pickletools.py) that calls, imports and
 * executes nothing. Classes and functions are only names, and names that the policy refuses end the reading.
 * @throws StockpotError `checkpoint/unsafe-pickle` (names the class or function), `checkpoint/malformed-pickle`,
 * `checkpoint/unsupported-pickle`, and what the reader and the policy throw
 */
export function parsePickle(reader: PickleReader, policy: PicklePolicy): PickleValue {
  const machine = new PickleMachine(reader, policy);
  for (;;) {
    const opcode = reader.uint8();
    if (opcode === STOP) return machine.result();
    const step = STEPS.get(opcode);
    if (step === undefined) throw machine.unsupported(`it uses opcode 0x${opcode.toString(16).padStart(2, '0')}`);
    step(machine, reader);
  }
}

type Step = (machine: PickleMachine, reader: PickleReader) => void;

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
  [0x52, (machine) => machine.call('function')],
  [0x81, (machine) => machine.call('class')],
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
