import { crc32 } from 'node:zlib';
import { StockpotError } from '../errors.ts';
import type { DType, TensorInfo } from './checkpoint.ts';
import { joinedCrc32 } from './crc32.ts';
import { encodeNpyHeader } from './npy-header.ts';
import { type OutputOptions, type OutputPlan, singleFile } from './output-plan.ts';
import { centralDirectory, centralDirectoryBytes, localHeader, type PlacedRecord, placeRecords } from './zip-layout.ts';

/** NumPy's headers end at a multiple of this, so that the elements can be mapped; in the archive they then can, too. */
const ALIGNMENT = 64;

const SUFFIX = '.npy';

/** A zip archive's field for a name's length has 16 bits. */
const LONGEST_NAME_BYTES = 0xffff - SUFFIX.length;

/** NumPy's element types. bfloat16 is raw data of two bytes, as `numpy.save` writes that of ml_dtypes. */
const DESCRIPTIONS: Readonly<Partial<Record<DType, string>>> = {
  BOOL: '|b1',
  U8: '|u1',
  I8: '|i1',
  U16: '<u2',
  I16: '<i2',
  F16: '<f2',
  BF16: '<V2',
  U32: '<u4',
  I32: '<i4',
  F32: '<f4',
  U64: '<u8',
  I64: '<i8',
  F64: '<f8',
};

/**
 * The layout of an archive that `numpy.load(allow_pickle=False)` opens: as `numpy.savez` writes it, stored, with every array's elements at a
 * multiple of 64 bytes. There is no room for metadata.
 * @throws StockpotError `checkpoint/unwritable-name`, `checkpoint/unwritable-dtype`
 */
export function planNumpyArchive(tensors: readonly TensorInfo[], { name: fileName }: OutputOptions): OutputPlan {
  refuseNames(tensors);
  const headers = tensors.map((tensor) => encodeNpyHeader(descriptionOf(tensor), tensor.shape));
  const placed = placeRecords(
    tensors.map(({ name, byteLength }, index) => ({
      name: `${name}${SUFFIX}`,
      size: headers[index]!.length + byteLength,
    })),
    ALIGNMENT,
  );
  const last = placed.at(-1);
  const directoryOffset = last === undefined ? 0 : last.dataOffset + last.size;
  const offsets = tensors.map(({ name }, index) => [name, placed[index]!.dataOffset + headers[index]!.length] as const);
  return {
    format: 'numpy-archive',
    ...singleFile(fileName, directoryOffset + centralDirectoryBytes(placed), new Map(offsets)),
    needsChecksums: true,
    surroundings: (checksums) => {
      const crcs = new Map<PlacedRecord, number>();
      const starts = placed.map((record, index) => {
        const { name, byteLength } = tensors[index]!;
        const crc = joinedCrc32(crc32(headers[index]!), checksums.get(name)!, byteLength);
        crcs.set(record, crc);
        return { offset: record.headerOffset, bytes: Buffer.concat([localHeader(record, crc), headers[index]!]) };
      });
      const directory = centralDirectory(placed, (record) => crcs.get(record)!, directoryOffset);
      return [...starts, { offset: directoryOffset, bytes: directory }].map((part) => ({ file: 0, ...part }));
    },
  };
}

function descriptionOf({ name, dtype }: TensorInfo): string {
  const description = DESCRIPTIONS[dtype];
  if (description !== undefined) return description;
  throw new StockpotError({
    code: 'checkpoint/unwritable-dtype',
    what: `'${name}' is ${dtype}, which NumPy has no type for`,
    remedy: 'Write it as float16 or float32, or in another format.',
  });
}

/** NumPy takes the suffix away, and a zero byte ends a name in Python's zip archives. */
function refuseNames(tensors: readonly TensorInfo[]): void {
  const taken = new Set<string>();
  for (const { name } of tensors) {
    if (taken.has(name)) throw unwritableName(`Two tensors are named '${name}'`);
    taken.add(name);
  }
  for (const name of taken) {
    if (name.includes('\0'))
      throw unwritableName(`${JSON.stringify(name)} holds a zero byte, which ends a name in zip archives`);
    if (Buffer.byteLength(name) > LONGEST_NAME_BYTES)
      throw unwritableName(`'${name.slice(0, 100)}…' is too long a name for a zip archive`);
    if (name.endsWith(SUFFIX) && taken.has(name.slice(0, -SUFFIX.length))) {
      throw unwritableName(`NumPy cannot tell '${name}' from '${name.slice(0, -SUFFIX.length)}'`);
    }
  }
}

function unwritableName(what: string): StockpotError {
  return new StockpotError({
    code: 'checkpoint/unwritable-name',
    what,
    remedy: 'Rename it, or choose another format.',
  });
}
