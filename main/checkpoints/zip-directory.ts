import { StockpotError } from '../errors.ts';
import { type SourceFile, truncated } from './source-file.ts';

/** A record of a zip archive that is stored as it is. */
export interface StoredRecord {
  readonly name: string;
  readonly size: number;
  readonly crc: number;
  /** Where its bytes begin in the file. */
  readonly dataOffset: number;
}

/** A record that may be deflated: it then takes `storedSize` bytes in the file, and claims to have `size` once inflated. */
export interface PackedRecord extends StoredRecord {
  readonly storedSize: number;
  readonly deflated: boolean;
}

interface CentralHeader {
  readonly name: string;
  readonly nameBytes: Uint8Array;
  readonly size: number;
  readonly storedSize: number;
  readonly method: number;
  readonly crc: number;
  readonly headerOffset: number;
  /** Why it cannot be read, if so. */
  readonly refusal: StockpotError | undefined;
}

interface Directory {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
}

const LOCAL_SIGNATURE = 0x04034b50;
const CENTRAL_SIGNATURE = 0x02014b50;
const END_SIGNATURE = 0x06054b50;
const ZIP64_END_SIGNATURE = 0x06064b50;
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50;

const LOCAL_HEADER_BYTES = 30;
const CENTRAL_HEADER_BYTES = 46;
const END_BYTES = 22;
const ZIP64_END_BYTES = 56;
const ZIP64_LOCATOR_BYTES = 20;
const LONGEST_COMMENT = 0xffff;
const MAX_16 = 0xffff;
const MAX_32 = 0xffffffff;
const ZIP64_FIELD = 1;
const ENCRYPTED_FLAG = 1;
const STORED_METHOD = 0;
const DEFLATED_METHOD = 8;

/** DEFLATE can't do better than 258 bytes for two bits (RFC 1951, 3.2.5): a record that claims more lies about its size. */
const LARGEST_INFLATION = 1032;

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** About a million records. The directory is held in memory, so a hostile file must not choose its size. */
const LARGEST_DIRECTORY = 64 << 20;

/**
 * The records of a zip archive by name (PKWARE's APPNOTE.TXT 6.3.10, zip64 included), for reading at any offset. Compressed and
 * encrypted records are refused: PyTorch stores tensors as they are, and nothing here can grow when it is read.
 * @param recognize is given the names before anything is refused, and may throw a better explanation
 * @param isRead tells the records that will be read; the others are left out, and may be compressed
 * @throws StockpotError `checkpoint/truncated` (no directory at the end), `checkpoint/malformed-archive`,
 * `checkpoint/compressed-record`, `checkpoint/encrypted-record`, `checkpoint/io`
 */
export function readZipDirectory(
  file: SourceFile,
  recognize: (names: readonly string[]) => void = () => {},
  isRead: (name: string) => boolean = () => true,
): ReadonlyMap<string, StoredRecord> {
  const directory = findDirectory(file);
  const headers = readCentralHeaders(file, directory, [STORED_METHOD]);
  recognize(headers.map(({ name }) => name));
  return locateAll(file, directory, headers, isRead);
}

/**
 * As `readZipDirectory`, of an archive whose records may be deflated (RFC 1951). They are not inflated here; none can claim to grow
 * beyond what DEFLATE is able to.
 * @throws StockpotError as `readZipDirectory`; `checkpoint/compressed-record` for other methods
 */
export function readPackedZipDirectory(
  file: SourceFile,
  isRead: (name: string) => boolean = () => true,
): ReadonlyMap<string, PackedRecord> {
  const directory = findDirectory(file);
  return locateAll(file, directory, readCentralHeaders(file, directory, [STORED_METHOD, DEFLATED_METHOD]), isRead);
}

/**
 * Names of all records, whatever was done to them, in the directory's order.
 * @throws StockpotError `checkpoint/truncated`, `checkpoint/malformed-archive`, `checkpoint/io`
 */
export function listZipNames(file: SourceFile): readonly string[] {
  return readCentralHeaders(file, findDirectory(file), []).map(({ name }) => name);
}

function locateAll(
  file: SourceFile,
  directory: Directory,
  headers: readonly CentralHeader[],
  isRead: (name: string) => boolean,
): ReadonlyMap<string, PackedRecord> {
  for (const { refusal, name } of headers) if (refusal !== undefined && isRead(name)) throw refusal;
  const inOrder = headers.toSorted((a, b) => a.headerOffset - b.headerOffset);
  const records = new Map<CentralHeader, PackedRecord>();
  inOrder.forEach((header, index) => {
    const limit = inOrder[index + 1]?.headerOffset ?? directory.offset;
    if (isRead(header.name)) records.set(header, locate(file, header, limit));
    // A damaged name must not make a record one of those that are left out.
    else localHeader(file, header, limit);
  });
  return new Map(headers.flatMap((header) => (records.has(header) ? [[header.name, records.get(header)!]] : [])));
}

export function malformedArchive(path: string, what: string): StockpotError {
  return new StockpotError({
    code: 'checkpoint/malformed-archive',
    what: `The zip archive is damaged: ${what}`,
    where: path,
    remedy: 'Get the file again, or save it again with torch.save.',
  });
}

function findDirectory(file: SourceFile): Directory {
  const tailLength = Math.min(file.size, END_BYTES + LONGEST_COMMENT);
  const tailOffset = file.size - tailLength;
  const tail = file.bytes(tailOffset, tailLength);
  const view = new DataView(tail.buffer);
  for (let at = tailLength - END_BYTES; at >= 0; at -= 1) {
    if (view.getUint32(at, true) !== END_SIGNATURE) continue;
    if (at + END_BYTES + view.getUint16(at + 20, true) !== tailLength) continue;
    return checkDirectory(file, readEnd(file, view, at, tailOffset + at), tailOffset + at);
  }
  throw truncated(file.path, 'the zip archive has no directory at its end');
}

function readEnd(file: SourceFile, view: DataView, at: number, endOffset: number): Directory {
  const count = view.getUint16(at + 10, true);
  const size = view.getUint32(at + 12, true);
  const offset = view.getUint32(at + 16, true);
  if (count !== MAX_16 && size !== MAX_32 && offset !== MAX_32) return { count, size, offset };
  return readZip64End(file, endOffset);
}

function readZip64End(file: SourceFile, endOffset: number): Directory {
  const locatorOffset = endOffset - ZIP64_LOCATOR_BYTES;
  if (locatorOffset < 0) throw malformedArchive(file.path, 'its zip64 end record is missing');
  const locator = viewOf(file.bytes(locatorOffset, ZIP64_LOCATOR_BYTES));
  const recordOffset = readCount(file, locator, 8);
  if (locator.getUint32(0, true) !== ZIP64_LOCATOR_SIGNATURE || recordOffset + ZIP64_END_BYTES > locatorOffset) {
    throw malformedArchive(file.path, 'its zip64 end record is missing');
  }
  const record = viewOf(file.bytes(recordOffset, ZIP64_END_BYTES));
  if (record.getUint32(0, true) !== ZIP64_END_SIGNATURE) {
    throw malformedArchive(file.path, 'its zip64 end record is missing');
  }
  return { count: readCount(file, record, 32), size: readCount(file, record, 40), offset: readCount(file, record, 48) };
}

function checkDirectory(file: SourceFile, directory: Directory, endOffset: number): Directory {
  if (directory.offset + directory.size > endOffset) {
    throw malformedArchive(file.path, 'its directory lies outside the file');
  }
  if (directory.size > LARGEST_DIRECTORY) throw malformedArchive(file.path, 'its directory is unreasonably large');
  if (directory.count * CENTRAL_HEADER_BYTES > directory.size) {
    throw malformedArchive(file.path, `its directory is too short for ${directory.count} records`);
  }
  return directory;
}

function readCentralHeaders(
  file: SourceFile,
  directory: Directory,
  methods: readonly number[],
): readonly CentralHeader[] {
  const bytes = file.bytes(directory.offset, directory.size);
  const names = new Set<string>();
  const headers: CentralHeader[] = [];
  let at = 0;
  for (let index = 0; index < directory.count; index += 1) {
    const { header, next } = parseCentralHeader(file, bytes, at, methods);
    if (names.has(header.name)) throw malformedArchive(file.path, `the record '${header.name}' occurs twice`);
    names.add(header.name);
    headers.push(header);
    at = next;
  }
  if (at !== bytes.length) throw malformedArchive(file.path, 'its directory holds more than it says');
  return headers;
}

function parseCentralHeader(
  file: SourceFile,
  bytes: Uint8Array,
  at: number,
  methods: readonly number[],
): { header: CentralHeader; next: number } {
  const view = viewOf(bytes);
  if (at + CENTRAL_HEADER_BYTES > bytes.length || view.getUint32(at, true) !== CENTRAL_SIGNATURE) {
    throw malformedArchive(file.path, 'its directory is garbled');
  }
  const nameEnd = at + CENTRAL_HEADER_BYTES + view.getUint16(at + 28, true);
  const extraEnd = nameEnd + view.getUint16(at + 30, true);
  const next = extraEnd + view.getUint16(at + 32, true);
  if (next > bytes.length) throw malformedArchive(file.path, 'its directory is garbled');
  const nameBytes = bytes.subarray(at + CENTRAL_HEADER_BYTES, nameEnd);
  const name = decodeName(file, nameBytes);
  const method = view.getUint16(at + 10, true);
  const refusal = transformation(file, name, view.getUint16(at + 8, true), method, methods);
  const narrow = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
  const [size, storedSize, headerOffset] = widen(file, name, narrow, bytes.subarray(nameEnd, extraEnd));
  if (refusal === undefined) checkSizes(file, name, method, size, storedSize);
  const crc = view.getUint32(at + 16, true);
  return { header: { name, nameBytes, size, storedSize, method, crc, headerOffset, refusal }, next };
}

function checkSizes(file: SourceFile, name: string, method: number, size: number, storedSize: number): void {
  if (method === STORED_METHOD && storedSize !== size) {
    throw malformedArchive(file.path, `the record '${name}' has two sizes`);
  }
  if (size > storedSize * LARGEST_INFLATION) {
    throw malformedArchive(file.path, `${storedSize} bytes of '${name}' claim to inflate to ${size}`);
  }
}

/** Values that did not fit 32 bits stand in the zip64 field, in this order: size, stored size, offset (4.5.3). */
function widen(
  file: SourceFile,
  name: string,
  narrow: readonly number[],
  extra: Uint8Array,
): readonly [number, number, number] {
  const field = findExtra(extra, ZIP64_FIELD);
  let at = 0;
  const [size, stored, headerOffset] = narrow.map((value) => {
    if (value !== MAX_32) return value;
    if (field === undefined || at + 8 > field.byteLength) {
      throw malformedArchive(file.path, `the zip64 sizes of '${name}' are missing`);
    }
    at += 8;
    return readCount(file, field, at - 8);
  }) as [number, number, number];
  return [size, stored, headerOffset];
}

function findExtra(extra: Uint8Array, id: number): DataView | undefined {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = view.getUint16(at + 2, true);
    if (at + 4 + length > extra.length) return undefined;
    if (view.getUint16(at, true) === id) return viewOf(extra.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return undefined;
}

/** What was done to a record's bytes, as the reason for refusing it. */
function transformation(
  file: SourceFile,
  name: string,
  flags: number,
  method: number,
  methods: readonly number[],
): StockpotError | undefined {
  if ((flags & ENCRYPTED_FLAG) !== 0) {
    return new StockpotError({
      code: 'checkpoint/encrypted-record',
      what: `The record '${name}' is encrypted`,
      where: file.path,
    });
  }
  if (methods.includes(method)) return undefined;
  const mayDeflate = methods.includes(DEFLATED_METHOD);
  return new StockpotError({
    code: 'checkpoint/compressed-record',
    what: mayDeflate
      ? `The record '${name}' is compressed by another method than DEFLATE`
      : `The record '${name}' is compressed, which PyTorch never does`,
    where: file.path,
    remedy: mayDeflate
      ? 'Unpack the archive and pack it again without compression.'
      : 'Save the checkpoint again with torch.save.',
  });
}

/** A record's own header, which has to name it as the directory does. */
function localHeader(file: SourceFile, header: CentralHeader, limit: number): DataView {
  const nameOffset = header.headerOffset + LOCAL_HEADER_BYTES;
  if (nameOffset + header.nameBytes.length > limit) {
    throw malformedArchive(file.path, `the record '${header.name}' overlaps another or lies outside the file`);
  }
  const local = file.bytes(header.headerOffset, LOCAL_HEADER_BYTES + header.nameBytes.length);
  const view = viewOf(local);
  const sameName = Buffer.compare(local.subarray(LOCAL_HEADER_BYTES), header.nameBytes) === 0;
  if (
    view.getUint32(0, true) !== LOCAL_SIGNATURE ||
    view.getUint16(26, true) !== header.nameBytes.length ||
    !sameName
  ) {
    throw malformedArchive(file.path, `the record '${header.name}' is not where the directory says`);
  }
  return view;
}

/** The data begins where the local header ends, and must end before the next record begins. */
function locate(file: SourceFile, header: CentralHeader, limit: number): PackedRecord {
  const view = localHeader(file, header, limit);
  const refusal = transformation(file, header.name, view.getUint16(6, true), view.getUint16(8, true), [header.method]);
  if (refusal !== undefined) throw refusal;
  const dataOffset = header.headerOffset + LOCAL_HEADER_BYTES + header.nameBytes.length + view.getUint16(28, true);
  if (dataOffset + header.storedSize > limit) {
    throw malformedArchive(file.path, `the record '${header.name}' overlaps another or lies outside the file`);
  }
  const { name, size, storedSize, crc, method } = header;
  return { name, size, storedSize, crc, dataOffset, deflated: method === DEFLATED_METHOD };
}

function decodeName(file: SourceFile, bytes: Uint8Array): string {
  try {
    return UTF_8.decode(bytes);
  } catch {
    throw malformedArchive(file.path, 'a name in its directory is not UTF-8');
  }
}

/** A 64-bit size or offset. */
function readCount(file: SourceFile, view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw malformedArchive(file.path, 'it claims to be larger than any file');
  return Number(value);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
