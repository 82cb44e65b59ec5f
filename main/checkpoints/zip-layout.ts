/**
 * Where the records of an uncompressed zip archive go, and the headers around them, after PKWARE's APPNOTE.TXT 6.3.10
 * (4.3.7 local header, 4.3.12 central directory, 4.3.14–16 end records, 4.5.3 zip64 fields).
 */

export interface ZipRecord {
  readonly name: string;
  readonly size: number;
}

export interface PlacedRecord extends ZipRecord {
  /** Offset of the local header. */
  readonly headerOffset: number;
  readonly dataOffset: number;
}

const LOCAL_HEADER_BYTES = 30;
const CENTRAL_HEADER_BYTES = 46;
const EXTRA_HEADER_BYTES = 4;
const ZIP64_END_BYTES = 56;
const ZIP64_LOCATOR_BYTES = 20;
const END_BYTES = 22;

const ZIP64_FIELD = 1;
/** A private extra field that only moves the data to an aligned offset. */
const PADDING_FIELD = 0x5053;

/** Names are UTF-8. */
const UTF8_FLAG = 0x0800;
/** 1 January 1980, the earliest there is: the same weights give the same bytes whenever they are written. */
const DOS_DATE = 0x0021;
/** 4.5: what a reader needs for zip64. */
const VERSION = 45;
const MAX_16 = 0xffff;
const MAX_32 = 0xffffffff;

/** Lays records out one after the other, each record's data at a multiple of `alignment` bytes. */
export function placeRecords(records: readonly ZipRecord[], alignment: number): readonly PlacedRecord[] {
  let offset = 0;
  return records.map((record) => {
    const headerOffset = offset;
    const bare = headerOffset + LOCAL_HEADER_BYTES + nameBytes(record.name).length + zip64LocalBytes(record.size);
    const dataOffset = Math.ceil((bare + EXTRA_HEADER_BYTES) / alignment) * alignment;
    offset = dataOffset + record.size;
    return { ...record, headerOffset, dataOffset };
  });
}

/** The local header of a record, which ends where the record's data begins. */
export function localHeader(record: PlacedRecord, crc: number): Uint8Array {
  const name = nameBytes(record.name);
  const bytes = new Uint8Array(record.dataOffset - record.headerOffset);
  const view = new DataView(bytes.buffer);
  const large = record.size >= MAX_32;
  view.setUint32(0, 0x04034b50, true);
  view.setUint16(4, VERSION, true);
  view.setUint16(6, UTF8_FLAG, true);
  view.setUint16(12, DOS_DATE, true);
  view.setUint32(14, crc, true);
  view.setUint32(18, large ? MAX_32 : record.size, true);
  view.setUint32(22, large ? MAX_32 : record.size, true);
  view.setUint16(26, name.length, true);
  bytes.set(name, LOCAL_HEADER_BYTES);
  let at = LOCAL_HEADER_BYTES + name.length;
  view.setUint16(28, bytes.length - at, true);
  if (large) at = writeZip64(view, at, [record.size, record.size]);
  view.setUint16(at, PADDING_FIELD, true);
  view.setUint16(at + 2, bytes.length - at - EXTRA_HEADER_BYTES, true);
  return bytes;
}

/** Length in bytes of what `centralDirectory` returns. */
export function centralDirectoryBytes(records: readonly PlacedRecord[]): number {
  let length = ZIP64_END_BYTES + ZIP64_LOCATOR_BYTES + END_BYTES;
  for (const record of records) length += centralHeaderBytes(record);
  return length;
}

/** The central directory and the end records, to be written at `offset`, where the last record's data ends. */
export function centralDirectory(
  records: readonly PlacedRecord[],
  crcOf: (record: PlacedRecord) => number,
  offset: number,
): Uint8Array {
  const bytes = new Uint8Array(centralDirectoryBytes(records));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const record of records) {
    writeCentralHeader(view, at, record, crcOf(record));
    at += centralHeaderBytes(record);
  }
  writeEnd(view, at, records.length, offset);
  return bytes;
}

function writeCentralHeader(view: DataView, at: number, record: PlacedRecord, crc: number): void {
  const name = nameBytes(record.name);
  const wide = zip64Values(record);
  view.setUint32(at, 0x02014b50, true);
  view.setUint16(at + 4, VERSION, true);
  view.setUint16(at + 6, VERSION, true);
  view.setUint16(at + 8, UTF8_FLAG, true);
  view.setUint16(at + 14, DOS_DATE, true);
  view.setUint32(at + 16, crc, true);
  view.setUint32(at + 20, Math.min(record.size, MAX_32), true);
  view.setUint32(at + 24, Math.min(record.size, MAX_32), true);
  view.setUint16(at + 28, name.length, true);
  view.setUint16(at + 30, wide.length === 0 ? 0 : EXTRA_HEADER_BYTES + wide.length * 8, true);
  view.setUint32(at + 42, Math.min(record.headerOffset, MAX_32), true);
  new Uint8Array(view.buffer).set(name, at + CENTRAL_HEADER_BYTES);
  if (wide.length > 0) writeZip64(view, at + CENTRAL_HEADER_BYTES + name.length, wide);
}

function writeEnd(view: DataView, at: number, count: number, directoryOffset: number): void {
  view.setUint32(at, 0x06064b50, true);
  view.setBigUint64(at + 4, BigInt(ZIP64_END_BYTES - 12), true);
  view.setUint16(at + 12, VERSION, true);
  view.setUint16(at + 14, VERSION, true);
  view.setBigUint64(at + 24, BigInt(count), true);
  view.setBigUint64(at + 32, BigInt(count), true);
  view.setBigUint64(at + 40, BigInt(at), true);
  view.setBigUint64(at + 48, BigInt(directoryOffset), true);
  const locator = at + ZIP64_END_BYTES;
  view.setUint32(locator, 0x07064b50, true);
  view.setBigUint64(locator + 8, BigInt(directoryOffset + at), true);
  view.setUint32(locator + 16, 1, true);
  const end = locator + ZIP64_LOCATOR_BYTES;
  view.setUint32(end, 0x06054b50, true);
  view.setUint16(end + 8, Math.min(count, MAX_16), true);
  view.setUint16(end + 10, Math.min(count, MAX_16), true);
  view.setUint32(end + 12, Math.min(at, MAX_32), true);
  view.setUint32(end + 16, Math.min(directoryOffset, MAX_32), true);
}

function writeZip64(view: DataView, at: number, values: readonly number[]): number {
  view.setUint16(at, ZIP64_FIELD, true);
  view.setUint16(at + 2, values.length * 8, true);
  values.forEach((value, index) => {
    view.setBigUint64(at + EXTRA_HEADER_BYTES + index * 8, BigInt(value), true);
  });
  return at + EXTRA_HEADER_BYTES + values.length * 8;
}

/** What does not fit the central header's 32-bit fields, in the order that 4.5.3 asks for. */
function zip64Values(record: PlacedRecord): readonly number[] {
  const sizes = record.size >= MAX_32 ? [record.size, record.size] : [];
  return record.headerOffset >= MAX_32 ? [...sizes, record.headerOffset] : sizes;
}

function zip64LocalBytes(size: number): number {
  return size >= MAX_32 ? EXTRA_HEADER_BYTES + 16 : 0;
}

function centralHeaderBytes(record: PlacedRecord): number {
  const wide = zip64Values(record).length;
  return CENTRAL_HEADER_BYTES + nameBytes(record.name).length + (wide === 0 ? 0 : EXTRA_HEADER_BYTES + wide * 8);
}

function nameBytes(name: string): Uint8Array {
  return new TextEncoder().encode(name);
}
