import { describe, expect, it } from 'vitest';
import { parsePickle } from '../../main/checkpoints/pickle.ts';
import { PickleReader } from '../../main/checkpoints/pickle-reader.ts';
import {
  PersistentReference,
  PickleCall,
  type PickleDict,
  type PickleGlobal,
  type PickleList,
  type PickleTuple,
  type PickleValue,
} from '../../main/checkpoints/pickle-values.ts';
import { errorOf } from './fixtures.ts';

/** Opcodes and their arguments, byte for byte in Latin-1. */
function parse(pickle: string, allowed: readonly string[] = []): PickleValue {
  return parsePickle(PickleReader.of(Buffer.from(pickle, 'latin1'), 'here'), {
    kindOfGlobal: (module, name) => (allowed.includes(`${module}.${name}`) ? 'known' : 'refused'),
    persistent: (id) => new PersistentReference(id),
  });
}

describe('the pickle interpreter reads', () => {
  it.each<readonly [string, PickleValue]>([
    ['N.', null],
    ['\x88.', true],
    ['\x89.', false],
    ['K\xff.', 255],
    ['M\xff\xff.', 65535],
    ['J\xff\xff\xff\xff.', -1],
    ['\x8a\x00.', 0],
    ['\x8a\x01\x80.', -128],
    ['\x8a\x02\x80\x00.', 128],
    ['\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x01.', 2n ** 64n],
    ['\x8b\x01\x00\x00\x00\x05.', 5],
    ['G\x3f\xf8\x00\x00\x00\x00\x00\x00.', 1.5],
    ['X\x03\x00\x00\x00\xe2\x82\xac.', '€'],
    ['\x8c\x01a.', 'a'],
    ['\x8d\x01\x00\x00\x00\x00\x00\x00\x00a.', 'a'],
    ['U\x01\xe9.', 'é'],
  ])('%j as a value', (pickle, value) => {
    expect(parse(`\x80\x02${pickle}`)).toBe(value);
  });

  it('bytes', () => {
    expect([...(parse('\x80\x03C\x02\x00\xff.') as Uint8Array)]).toEqual([0, 255]);
  });

  it.each([
    [').', []],
    ['K\x01\x85.', [1]],
    ['K\x01K\x02\x86.', [1, 2]],
    ['K\x01K\x02K\x03\x87.', [1, 2, 3]],
    ['(K\x01K\x02K\x03K\x04t.', [1, 2, 3, 4]],
    ['(t.', []],
  ])('%j as a tuple', (pickle, items) => {
    expect((parse(pickle) as PickleTuple).items).toEqual(items);
  });

  it('lists and dictionaries, and what is put into them later', () => {
    const list = parse(']q\x00K\x01a(K\x02K\x03e.') as PickleList;
    expect(list.items).toEqual([1, 2, 3]);
    const dictionary = parse('}(X\x01\x00\x00\x00aK\x01uX\x01\x00\x00\x00bK\x02s.') as PickleDict;
    expect([...dictionary.items]).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });

  it('the same value again through the memo, by every opcode', () => {
    const tuple = parse(']\x94h\x00j\x00\x00\x00\x00\x87.') as PickleTuple;
    expect(tuple.items[1]).toBe(tuple.items[0]);
    expect(tuple.items[2]).toBe(tuple.items[0]);
    expect((parse('Nq\x05r\x06\x00\x00\x00h\x05\x86.') as PickleTuple).items).toEqual([null, null]);
  });

  it('a list that holds itself', () => {
    const list = parse(']q\x00h\x00a.') as PickleList;
    expect(list.items[0]).toBe(list);
  });

  it('calls as names and arguments', () => {
    const call = parse('ccollections\nOrderedDict\n)R(K\x01K\x02u}b.', ['collections.OrderedDict']) as PickleCall;
    expect(call).toBeInstanceOf(PickleCall);
    expect(call.callee.fullName).toBe('collections.OrderedDict');
    expect([...call.items]).toEqual([[1, 2]]);
    const named = parse('\x80\x04\x8c\x01a\x8c\x01b\x93.', ['a.b']) as PickleGlobal;
    expect(named.fullName).toBe('a.b');
  });

  it('persistent references', () => {
    const reference = parse('K\x07Q.');
    expect(reference).toBeInstanceOf(PersistentReference);
    expect((reference as PersistentReference).id).toBe(7);
  });
});

describe('the pickle interpreter refuses', () => {
  it.each([
    ['a class that is not allowed', 'cos\nsystem\n.', 'checkpoint/unsafe-pickle'],
    ['one named on the stack', '\x8c\x05posix\x8c\x06system\x93.', 'checkpoint/unsafe-pickle'],
    ['one of the oldest protocol', 'ios\nsystem\n.', 'checkpoint/unsafe-pickle'],
    ['a pickle that stops early', 'K', 'checkpoint/malformed-pickle'],
    ['an empty pickle', '', 'checkpoint/malformed-pickle'],
    ['a string longer than the pickle', 'X\xff\xff\xff\x7fa.', 'checkpoint/malformed-pickle'],
    ['a string of astronomic length', '\x8d\xff\xff\xff\xff\xff\xff\xff\xffa.', 'checkpoint/malformed-pickle'],
    ['bytes longer than the pickle', 'B\xff\xff\xff\xff.', 'checkpoint/malformed-pickle'],
    ['an integer of great length', '\x8b\xff\xff\x00\x00.', 'checkpoint/malformed-pickle'],
    ['text that is not UTF-8', 'X\x01\x00\x00\x00\xff.', 'checkpoint/malformed-pickle'],
    ['a name that does not end', 'cos', 'checkpoint/malformed-pickle'],
    ['a value that was never kept', 'h\x00.', 'checkpoint/malformed-pickle'],
    ['a result that is not there', '.', 'checkpoint/malformed-pickle'],
    ['values left over', 'NN.', 'checkpoint/malformed-pickle'],
    ['a mark left over', 'N(N.', 'checkpoint/malformed-pickle'],
    ['a tuple without a mark', 'Nt.', 'checkpoint/malformed-pickle'],
    ['a call of a number', 'K\x01)R.', 'checkpoint/malformed-pickle'],
    ['arguments that are no tuple', 'ca\nb\nNR.', 'checkpoint/malformed-pickle'],
    ['keyword arguments', 'ca\nb\n)}K\x01K\x02s\x92.', 'checkpoint/unsupported-pickle'],
    ['items put into a number', 'K\x01K\x02K\x03s.', 'checkpoint/malformed-pickle'],
    ['an element put into a number', 'K\x01K\x02a.', 'checkpoint/malformed-pickle'],
    ['a key without a value', '}(K\x01u.', 'checkpoint/malformed-pickle'],
    ['a class named by a number', 'K\x01K\x02\x93.', 'checkpoint/malformed-pickle'],
    ['an unknown opcode', '\xff.', 'checkpoint/unsupported-pickle'],
    ['an opcode of protocol 0', 'I1\n.', 'checkpoint/unsupported-pickle'],
    ['a protocol to come', '\x80\x06N.', 'checkpoint/unsupported-pickle'],
    ['endless nesting', `${'('.repeat(5000)}.`, 'checkpoint/malformed-pickle'],
    ['too many values', `${'N'.repeat(1_100_000)}.`, 'checkpoint/malformed-pickle'],
  ])('%s', (_, pickle, code) => {
    expect(errorOf(() => parse(pickle, ['a.b'])).code).toBe(code);
  });

  it('names that hide behind allowed ones', () => {
    expect(errorOf(() => parse('ccollections\nOrderedDict.__class__\n.', ['collections.OrderedDict'])).code).toBe(
      'checkpoint/unsafe-pickle',
    );
  });
});
