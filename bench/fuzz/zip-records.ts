import { crc32 } from 'node:zlib';

/** A stored (uncompressed) record of an intact archive. */
export interface ZipRecord {
  readonly dataOffset: number;
  readonly size: number;
  /** Where its CRC-32 stands: in the local header and in the directory. */
  readonly checksumOffsets: readonly number[];
}

const DIRECTORY_ENTRY = Buffer.from('PK\x01\x02', 'latin1');
const LOCAL_HEADER = 0x04034b50;

/** Stored, non-empty records of an archive; none for a file that is no archive. Offsets as in PKWARE's APPNOTE 4.3.7 and 4.3.12. */
export function storedRecords(bytes: Buffer): readonly ZipRecord[] {
  if (bytes.length < 4 || bytes.readUInt32LE(0) !== LOCAL_HEADER) return [];
  const records: ZipRecord[] = [];
  for (let entry = bytes.indexOf(DIRECTORY_ENTRY); entry >= 0; entry = bytes.indexOf(DIRECTORY_ENTRY, entry + 4)) {
    const local = bytes.readUInt32LE(entry + 42);
    const size = bytes.readUInt32LE(entry + 20);
    if (bytes.readUInt16LE(entry + 10) !== 0 || size === 0 || bytes.readUInt32LE(local) !== LOCAL_HEADER) continue;
    const dataOffset = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    records.push({ dataOffset, size, checksumOffsets: checksumOffsets(bytes, entry, local, dataOffset + size) });
  }
  return records;
}

/** A streamed record has its checksum behind its data, and zeros in its header. */
function checksumOffsets(bytes: Buffer, entry: number, local: number, end: number): readonly number[] {
  const streamed = (bytes.readUInt16LE(local + 6) & 8) !== 0;
  return [entry + 16, streamed ? end + 4 : local + 14];
}

/** Makes a record's checksum agree with its data again. */
export function mendZip(bytes: Buffer, { dataOffset, size, checksumOffsets: offsets }: ZipRecord): void {
  const checksum = crc32(bytes.subarray(dataOffset, dataOffset + size));
  for (const offset of offsets) bytes.writeUInt32LE(checksum, offset);
}
