import { StockpotError } from '../errors.ts';
import { type SourceFile, truncated } from './source-file.ts';

/** A file in a tar archive: its bytes lie from `offset` to `end`. */
export interface TarMember {
  readonly offset: number;
  readonly end: number;
}

const BLOCK_BYTES = 512;
const MOST_MEMBERS = 1000;
const LARGEST_EXTENSION = 1 << 20;
const REGULAR: ReadonlySet<string> = new Set(['0', '\0', '7']);

/**
 * The regular files of a tar archive by name (POSIX.1-2008, pax: "ustar Interchange Format"), with the sizes of extended headers.
 * @throws StockpotError `checkpoint/malformed-archive`, `checkpoint/truncated`, `checkpoint/io`
 */
export function readTarMembers(file: SourceFile): ReadonlyMap<string, TarMember> {
  const members = new Map<string, TarMember>();
  let extendedSize: number | undefined;
  for (let at = 0; at + BLOCK_BYTES <= file.size; ) {
    const header = file.bytes(at, BLOCK_BYTES);
    if (header.every((byte) => byte === 0)) return members;
    checkSum(header, file.path);
    const type = latin1(header, 156, 157);
    const size = (type === 'x' ? undefined : extendedSize) ?? sizeOf(header, file.path);
    const offset = at + BLOCK_BYTES;
    if (size > file.size - offset) throw truncated(file.path, 'a file in the tar archive goes on beyond its end');
    if (REGULAR.has(type)) add(members, nameOf(header), { offset, end: offset + size }, file.path);
    extendedSize = type === 'x' ? sizeInExtension(file, offset, size) : undefined;
    at = offset + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
  }
  throw truncated(file.path, 'the tar archive has no end');
}

function add(members: Map<string, TarMember>, name: string, member: TarMember, path: string): void {
  if (members.has(name)) throw malformedTar(path, `it holds '${name}' twice`);
  if (members.size >= MOST_MEMBERS) throw malformedTar(path, `it holds more than ${MOST_MEMBERS} files`);
  members.set(name, member);
}

/** The sum of all bytes, with the sum's own taken as blanks. */
function checkSum(header: Uint8Array, path: string): void {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  if (octal(latin1(header, 148, 156)) !== sum) throw malformedTar(path, 'a header has a wrong checksum');
}

function nameOf(header: Uint8Array): string {
  const [name, prefix] = [text(header, 0, 100), text(header, 345, 500)];
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Octal digits, or a binary number where those don't suffice. */
function sizeOf(header: Uint8Array, path: string): number {
  const isBinary = header[124] === 0x80;
  const size = isBinary ? Number(viewOf(header).getBigUint64(128, false)) : octal(latin1(header, 124, 136));
  if (size === undefined || !Number.isSafeInteger(size)) throw malformedTar(path, 'a header has no size');
  return size;
}

/** Records of "length key=value\n". */
function sizeInExtension(file: SourceFile, offset: number, length: number): number | undefined {
  if (length > LARGEST_EXTENSION) throw malformedTar(file.path, 'an extended header is unreasonably large');
  const records = Buffer.from(file.bytes(offset, length)).toString('utf8');
  const size = /(?:^|\n)\d+ size=(\d{1,15})\n/.exec(records)?.[1];
  return size === undefined ? undefined : Number(size);
}

function octal(digits: string): number | undefined {
  const trimmed = digits.replace(/[\0 ]+$/, '').trimStart();
  return /^[0-7]+$/.test(trimmed) ? Number.parseInt(trimmed, 8) : undefined;
}

function text(header: Uint8Array, start: number, end: number): string {
  return latin1(header, start, end).split('\0', 1)[0]!;
}

function latin1(header: Uint8Array, start: number, end: number): string {
  return Buffer.from(header.subarray(start, end)).toString('latin1');
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function malformedTar(path: string, what: string): StockpotError {
  return new StockpotError({
    code: 'checkpoint/malformed-archive',
    what: `The tar archive is damaged: ${what}`,
    where: path,
    remedy: 'Get the file again, or save it again with torch.save.',
  });
}
