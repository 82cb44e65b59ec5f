import type { Random } from '../../main/random.ts';
import { mendZip, type ZipRecord } from './zip-records.ts';

/** Sizes and counts that a careless reader trips over, as signed 64-bit integers. */
const ODD_NUMBERS = [
  0n,
  1n,
  -1n,
  0x7fn,
  0xffn,
  0x7fffn,
  0xffffn,
  0x7fff_ffffn,
  0xffff_ffffn,
  0x8000_0000n,
  2n ** 53n,
  2n ** 63n - 1n,
  -(2n ** 63n),
];

const ODD_TEXTS = [
  '0',
  '-1',
  '1e9',
  '4294967296',
  '9007199254740993',
  '18446744073709551615',
  'NaN',
  '[[[[',
  '"',
  '\0',
];

type Change = (bytes: Buffer, random: Random, donor: Uint8Array) => Buffer;

const flipBits: Change = (bytes, random) => {
  for (let left = 1 + random.integer(4); left > 0; left -= 1) {
    const offset = random.integer(bytes.length);
    bytes[offset] = bytes[offset]! ^ (1 << random.integer(8));
  }
  return bytes;
};

const changeBytes: Change = (bytes, random) => {
  for (let left = 1 + random.integer(4); left > 0; left -= 1) bytes[random.integer(bytes.length)] = random.integer(256);
  return bytes;
};

const truncate: Change = (bytes, random) => bytes.subarray(0, random.integer(bytes.length));

/** A piece of the file over another piece of it. */
const copyWithin: Change = (bytes, random) => {
  const from = random.integer(bytes.length);
  bytes.copyWithin(random.integer(bytes.length), from, from + 1 + random.integer(64));
  return bytes;
};

/** A piece of the file repeated, or taken out: everything behind it moves. */
const shift: Change = (bytes, random) => {
  const from = random.integer(bytes.length);
  const length = 1 + random.integer(32);
  const rest = random.integer(2) === 0 ? from : from + length;
  return Buffer.concat([bytes.subarray(0, random.integer(2) === 0 ? from : from + length), bytes.subarray(rest)]);
};

/** A piece of another checkpoint. */
const splice: Change = (bytes, random, donor) => {
  const from = random.integer(donor.length);
  bytes.set(
    donor.subarray(from, from + 1 + random.integer(256)).subarray(0, bytes.length),
    random.integer(Math.max(1, bytes.length - 256)) % Math.max(1, bytes.length - Math.min(256, bytes.length) + 1),
  );
  return bytes;
};

/** An odd number where a length, a count or an offset may stand, in either byte order. */
const writeNumber: Change = (bytes, random) => {
  const scratch = Buffer.alloc(8);
  const size = [2, 4, 8][random.integer(3)]!;
  const near = BigInt(bytes.length + random.integer(5) - 2);
  const number = random.integer(4) === 0 ? near : ODD_NUMBERS[random.integer(ODD_NUMBERS.length)]!;
  scratch.writeBigInt64LE(BigInt.asIntN(64, number));
  const written = scratch.subarray(0, size);
  if (random.integer(3) === 0) written.reverse();
  written.copy(bytes, random.integer(bytes.length));
  return bytes;
};

/** Digits replaced: lengths, shapes and offsets in JSON, Python literals and text headers. */
const writeDigits: Change = (bytes, random) => {
  const start = random.integer(bytes.length);
  const isDigit = (index: number): boolean => bytes[index]! >= 0x30 && bytes[index]! <= 0x39;
  let first = start;
  while (first < bytes.length && !isDigit(first)) first += 1;
  let end = first;
  while (end < bytes.length && isDigit(end)) end += 1;
  const text = Buffer.from(ODD_TEXTS[random.integer(ODD_TEXTS.length)]!);
  return Buffer.concat([bytes.subarray(0, first), text, bytes.subarray(end)]);
};

const CHANGES: readonly Change[] = [
  flipBits,
  changeBytes,
  truncate,
  copyWithin,
  shift,
  splice,
  writeNumber,
  writeDigits,
];

/** Changes that keep the size, so that a record of an archive stays in its place. */
const SAME_SIZE: readonly Change[] = [flipBits, changeBytes, copyWithin, splice, writeNumber];

export interface Mutation {
  readonly bytes: Buffer;
  /** True when checksums were made to agree with what was changed, as an attacker would. */
  readonly mended: boolean;
}

/**
 * A damaged copy. Half of the archives have one record changed and its checksum mended, as readers would otherwise refuse
 * nearly all of them before they looked inside.
 * @param records the archive's stored records; none for other files
 * @param donor a file to take pieces from
 */
export function mutate(whole: Uint8Array, records: readonly ZipRecord[], donor: Uint8Array, random: Random): Mutation {
  if (records.length > 0 && random.integer(2) === 0) return mutateRecord(whole, records, donor, random);
  let bytes: Buffer = Buffer.from(whole);
  for (let left = 1 + random.integer(2); left > 0 && bytes.length > 0; left -= 1) {
    bytes = CHANGES[random.integer(CHANGES.length)]!(bytes, random, donor);
  }
  return { bytes, mended: false };
}

function mutateRecord(whole: Uint8Array, records: readonly ZipRecord[], donor: Uint8Array, random: Random): Mutation {
  const bytes = Buffer.from(whole);
  const record = records[random.integer(records.length)]!;
  const inside = bytes.subarray(record.dataOffset, record.dataOffset + record.size);
  SAME_SIZE[random.integer(SAME_SIZE.length)]!(inside, random, donor);
  mendZip(bytes, record);
  return { bytes, mended: true };
}
