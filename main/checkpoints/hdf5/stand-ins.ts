import { randomUUID } from 'node:crypto';
import type { DType } from '../checkpoint.ts';
import { TYPE_CLASS, type WrittenMetadata } from './library.ts';

/**
 * Types of elements that the library's binding cannot make, as a file describes them (HDF5 File Format Specification 3.0, IV.A.2.d,
 * "The Datatype Message"): IEEE 754's binary16, little-endian, and NumPy's booleans as h5py writes them, which are 8-bit integers of two
 * names.
 */
const DESCRIPTIONS: Readonly<Partial<Record<DType, Uint8Array>>> = {
  F16: Buffer.from('11200f00' + '02000000' + '00001000' + '0a05000a' + '0f000000', 'hex'),
  BOOL: Buffer.concat([
    Buffer.from('18020000' + '01000000' + '10080000' + '01000000' + '00000800', 'hex'),
    Buffer.from('FALSE\0\0\0TRUE\0\0\0\0\0\x01', 'latin1'),
  ]),
};

/** Of a compound's description, before and behind its one member's name. */
const HEADER_BYTES = 8;
const MEMBER_BYTES = 32 + 12;

/** Whether a type is described here, in place of the library. */
export function hasOwnType(dtype: DType): boolean {
  return DESCRIPTIONS[dtype] !== undefined;
}

/**
 * For each such type another one that the library can make, of the same size: a compound with one member, whose name cannot occur by
 * chance. Elements pass the library unchanged. Where the compound's description goes into the file, the wanted one takes its place, which
 * is shorter; what remains behind it is not looked at. Object headers of the format's oldest form have no checksum.
 */
export class StandIns {
  readonly #names = new Map<DType, Buffer>();

  for(dtype: DType, size: number): Omit<WrittenMetadata, 'shape' | 'vlen'> {
    const name = this.#names.get(dtype) ?? Buffer.from(randomUUID());
    this.#names.set(dtype, name);
    const byte = { type: TYPE_CLASS.integer, size: 1, signed: false, vlen: false };
    const members = [{ ...byte, name: name.toString(), offset: 0 }];
    return { type: TYPE_CLASS.compound, size, signed: false, compound_type: { nmembers: 1, members } };
  }

  /** @returns the bytes with every stand-in's description replaced; the same ones when there is none */
  replaceIn(bytes: Uint8Array): Uint8Array {
    let result = bytes;
    for (const [dtype, name] of this.#names) {
      const view = Buffer.from(result.buffer, result.byteOffset, result.byteLength);
      for (let at = view.indexOf(name); at !== -1; at = view.indexOf(name, at + name.length)) {
        // The library's own memory stays as it is.
        if (result === bytes) result = Uint8Array.from(bytes);
        const begin = at - HEADER_BYTES;
        // A name ends with a zero and is padded to a multiple of eight.
        const nameBytes = (Math.floor(name.length / 8) + 1) * 8;
        result.fill(0, begin, at + nameBytes + MEMBER_BYTES);
        result.set(DESCRIPTIONS[dtype]!, begin);
      }
    }
    return result;
  }
}
