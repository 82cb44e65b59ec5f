import { StockpotError } from '../errors.ts';
import type { DType } from './checkpoint.ts';
import { type PythonLiteral, parsePythonLiteral } from './python-literal.ts';
import { truncated } from './source-file.ts';
import { isCount } from './tensor-size.ts';

/**
 * The layout of NumPy's array files (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): magic, version, length of the
 * header, a Python dictionary as text, elements.
 */
const MAGIC = '\x93NUMPY';
const VERSION_END = MAGIC.length + 2;
const HEADER_ALIGNMENT = 64;

/** NumPy itself stops at 10,000 unless told otherwise; only records with very many fields come near. */
const LONGEST_HEADER = 1 << 16;

/** NumPy allows 64. */
const MOST_DIMENSIONS = 64;

/** Element types by NumPy's kind and bytes per element. */
const DTYPE_OF: Readonly<Record<string, DType>> = {
  b1: 'BOOL',
  u1: 'U8',
  i1: 'I8',
  u2: 'U16',
  i2: 'I16',
  u4: 'U32',
  i4: 'I32',
  u8: 'U64',
  i8: 'I64',
  f2: 'F16',
  f4: 'F32',
  f8: 'F64',
  // The types of ml_dtypes, as NumPy names them: only one has the name f1, and only bfloat16 is two bytes wide.
  f1: 'F8_E5M2',
  V2: 'BF16',
};

/** Elements that are no numbers, by NumPy's kind. */
const NO_NUMBERS: Readonly<Record<string, string>> = {
  O: 'Python objects, which are pickled and never read',
  U: 'texts',
  S: 'byte strings',
  a: 'byte strings',
  M: 'dates',
  m: 'time spans',
};

const DESCRIPTION = /^(?<order>[<>|=]?)(?<kind>[a-zA-Z])(?<width>\d*)(?:\[[^\]]*\])?$/;

/** Elements that a checkpoint can hold, or what they are instead. `isNumeric` tells whether they may be weights all the same. */
export type NpyElements =
  | { readonly kind: 'known'; readonly dtype: DType; readonly bigEndian: boolean; readonly isRaw: boolean }
  | { readonly kind: 'foreign'; readonly description: string; readonly isNumeric: boolean };

export interface NpyHeader {
  readonly elements: NpyElements;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the elements begin. */
  readonly dataOffset: number;
}

/**
 * @param size of the array's file or record
 * @param read gives `length` bytes from `offset` on
 * @param where file and, in an archive, record
 * @throws StockpotError `checkpoint/malformed-header`, `checkpoint/truncated`
 */
export function readNpyHeader(
  size: number,
  read: (offset: number, length: number) => Uint8Array,
  where: string,
): NpyHeader {
  if (size < VERSION_END + 4) throw truncated(where, `it has ${size} bytes, fewer than any array of NumPy`);
  const start = Buffer.from(read(0, VERSION_END + 4));
  if (start.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw malformedNpy(where, 'it does not begin as an array of NumPy does');
  }
  const version = start[MAGIC.length]!;
  if (version < 1 || version > 3) throw malformedNpy(where, `its version is ${version}, which is unknown`);
  const length = version === 1 ? start.readUInt16LE(VERSION_END) : start.readUInt32LE(VERSION_END);
  const begin = VERSION_END + (version === 1 ? 2 : 4);
  if (length > LONGEST_HEADER) throw malformedNpy(where, `it claims a header of ${length} bytes`);
  if (begin + length > size) throw truncated(where, `its header needs ${length} bytes, ${size - begin} are there`);
  const text = Buffer.from(read(begin, length)).toString(version === 3 ? 'utf8' : 'latin1');
  return { ...parseHeader(text, where), dataOffset: begin + length };
}

/** The header of an array in C order, as NumPy writes it: its end, and so the data, lies at a multiple of 64. */
export function encodeNpyHeader(description: string, shape: readonly number[]): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${description}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const begin = VERSION_END + 2;
  const length = Math.ceil((begin + text.length + 1) / HEADER_ALIGNMENT) * HEADER_ALIGNMENT - begin;
  const bytes = Buffer.alloc(begin + length, ' ');
  bytes.write(MAGIC, 'latin1');
  bytes[MAGIC.length] = 1;
  bytes[MAGIC.length + 1] = 0;
  bytes.writeUInt16LE(length, VERSION_END);
  bytes.write(text, begin, 'latin1');
  bytes[bytes.length - 1] = 0x0a;
  return bytes;
}

function parseHeader(text: string, where: string): Omit<NpyHeader, 'dataOffset'> {
  const parsed = parsePythonLiteral(text);
  if ('fault' in parsed) throw malformedNpy(where, parsed.fault);
  const { value } = parsed;
  if (!(value instanceof Map) || value.size !== 3) throw malformedNpy(where, 'it is no dictionary of three entries');
  const [descr, fortranOrder, shape] = ['descr', 'fortran_order', 'shape'].map((key) => value.get(key));
  if (descr === undefined) throw malformedNpy(where, 'it has no element type');
  if (typeof fortranOrder !== 'boolean') throw malformedNpy(where, 'it does not say in which order the elements are');
  if (!isShape(shape)) throw malformedNpy(where, 'its shape is none');
  return { elements: elementsOf(descr, where), fortranOrder, shape };
}

function isShape(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length <= MOST_DIMENSIONS && value.every(isCount);
}

function elementsOf(descr: PythonLiteral, where: string): NpyElements {
  if (typeof descr !== 'string') {
    return { kind: 'foreign', description: 'records with fields (a structured type)', isNumeric: true };
  }
  const { order, kind, width } = DESCRIPTION.exec(descr)?.groups ?? {};
  if (kind === undefined) throw malformedNpy(where, `its element type '${descr.slice(0, 40)}' is none`);
  const dtype = DTYPE_OF[`${kind}${width}`];
  const isRaw = kind === 'V';
  if (dtype !== undefined && !(isRaw && order === '>'))
    return { kind: 'known', dtype, bigEndian: order === '>', isRaw };
  const noNumbers = NO_NUMBERS[kind];
  if (noNumbers !== undefined) return { kind: 'foreign', description: noNumbers, isNumeric: false };
  return { kind: 'foreign', description: `elements of type '${descr}'`, isNumeric: true };
}

export function malformedNpy(where: string, what: string): StockpotError {
  return new StockpotError({
    code: 'checkpoint/malformed-header',
    what: `The header of the NumPy array is wrong: ${what}`,
    where,
    remedy: 'Save it again with numpy.save or numpy.savez.',
  });
}
