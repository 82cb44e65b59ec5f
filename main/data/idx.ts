import { closeSync, createReadStream, fstatSync, openSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { StockpotError, throwIfCancelled } from '../errors.ts';
import { fileError, withFileErrors } from '../files/file-errors.ts';
import { readFully } from './read-fully.ts';

/**
 * The IDX format (Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", file formats): two zero bytes,
 * an element type, the number of dimensions, each dimension as a big-endian u32, then the elements, row-major.
 */
type IdxElement = 'U8' | 'I8' | 'I16' | 'I32' | 'F32' | 'F64';

const ELEMENTS: Readonly<Record<number, { readonly element: IdxElement; readonly bytes: number }>> = {
  8: { element: 'U8', bytes: 1 },
  9: { element: 'I8', bytes: 1 },
  11: { element: 'I16', bytes: 2 },
  12: { element: 'I32', bytes: 4 },
  13: { element: 'F32', bytes: 4 },
  14: { element: 'F64', bytes: 8 },
};

const LONGEST_HEADER = 4 + 4 * 255;

/** Compressed files are unpacked in memory. */
const LARGEST_UNPACKED = 2 ** 31;

export interface IdxHeader {
  readonly element: IdxElement;
  readonly bytesPerElement: number;
  readonly shape: readonly number[];
  /** Where the elements begin. */
  readonly dataOffset: number;
  /** All elements, in bytes. */
  readonly dataLength: number;
}

/** An IDX file opened for reading by rows (the first dimension). */
export interface IdxFile {
  readonly path: string;
  readonly header: IdxHeader;
  readonly rowCount: number;
  /** Bytes of one row: the product of the other dimensions times the size of an element. */
  readonly rowLength: number;
  /** Fills `target` (a whole number of rows) from row `first` on, as the file's own bytes. */
  readRows(first: number, target: Uint8Array): void;
  close(): void;
}

/**
 * @param start the file's first bytes, at least `4 + 4 · dimensions` of them
 * @throws StockpotError `data/truncated`, `data/not-idx`
 */
export function parseIdxHeader(start: Uint8Array, path: string): IdxHeader {
  if (start.length === 0) throw truncated(path, 'The file is empty');
  if (start.length < 4) throw truncated(path, `The file is ${start.length} bytes long, an IDX header is longer`);
  const type = ELEMENTS[start[2]!];
  const dimensions = start[3]!;
  if (start[0] !== 0 || start[1] !== 0 || type === undefined || dimensions === 0) throw notIdx(path, start);
  const dataOffset = 4 + 4 * dimensions;
  if (start.length < dataOffset) throw truncated(path, `The header ends before its ${dimensions} dimensions`);
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const shape = Array.from({ length: dimensions }, (_, axis) => view.getUint32(4 + 4 * axis));
  const dataLength = shape.reduce((product, extent) => product * extent, type.bytes);
  if (!Number.isSafeInteger(dataLength)) throw notIdx(path, start);
  return { element: type.element, bytesPerElement: type.bytes, shape, dataOffset, dataLength };
}

/**
 * Opens an IDX file, plain or compressed by gzip (recognised by its first bytes, whatever its name). A plain file is read
 * at positions; a compressed one is unpacked in memory.
 * @throws StockpotError `data/truncated`, `data/not-idx`, `data/trailing-bytes`, `data/too-large`, `file/not-found`, …
 */
export async function openIdx(path: string, signal?: AbortSignal): Promise<IdxFile> {
  const descriptor = withFileErrors(path, () => openSync(path, 'r'));
  let kept = false;
  try {
    const { size } = fstatSync(descriptor);
    const start = new Uint8Array(Math.min(size, LONGEST_HEADER));
    readFully(descriptor, start, 0, path);
    if (start[0] === 0x1f && start[1] === 0x8b) return inMemory(path, await unpack(path, signal));
    const header = parseIdxHeader(start, path);
    checkLength(path, header, size);
    kept = true;
    return onDisk(path, header, descriptor);
  } catch (thrown) {
    throw fileError(thrown, path);
  } finally {
    if (!kept) closeSync(descriptor);
  }
}

function onDisk(path: string, header: IdxHeader, descriptor: number): IdxFile {
  const rowLength = rowLengthOf(header);
  return {
    path,
    header,
    rowCount: header.shape[0]!,
    rowLength,
    readRows: (first, target) => readFully(descriptor, target, header.dataOffset + first * rowLength, path),
    close: () => closeSync(descriptor),
  };
}

function inMemory(path: string, bytes: Uint8Array): IdxFile {
  const header = parseIdxHeader(bytes, path);
  const rowLength = rowLengthOf(header);
  return {
    path,
    header,
    rowCount: header.shape[0]!,
    rowLength,
    readRows(first, target) {
      const begin = header.dataOffset + first * rowLength;
      target.set(bytes.subarray(begin, begin + target.length));
    },
    close() {},
  };
}

/** The unpacked file, no longer than its own header announces: an archive can't expand without bound. */
async function unpack(path: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const source = createReadStream(path);
  const gunzip = createGunzip();
  source.on('error', (thrown) => gunzip.destroy(thrown));
  source.pipe(gunzip);
  const chunks: Uint8Array[] = [];
  let length = 0;
  let header: IdxHeader | undefined;
  try {
    for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
      throwIfCancelled(signal);
      chunks.push(chunk);
      length += chunk.length;
      if (header === undefined && length >= LONGEST_HEADER) {
        header = parseIdxHeader(Buffer.concat(chunks), path);
        refuseHuge(path, header);
      }
      if (header !== undefined && length > header.dataOffset + header.dataLength) break;
    }
  } catch (thrown) {
    throw unpackingError(thrown, path);
  } finally {
    source.destroy();
    gunzip.destroy();
  }
  const bytes = Buffer.concat(chunks);
  checkLength(path, header ?? parseIdxHeader(bytes, path), bytes.length);
  return bytes;
}

function refuseHuge(path: string, header: IdxHeader): void {
  if (header.dataLength <= LARGEST_UNPACKED) return;
  throw new StockpotError({
    code: 'data/too-large',
    what: `The compressed file announces ${header.dataLength} bytes, more than the ${LARGEST_UNPACKED} unpacked in memory`,
    where: path,
    remedy: 'Unpack it first (gunzip) and name the unpacked file.',
  });
}

function unpackingError(thrown: unknown, path: string): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  if (code === 'Z_BUF_ERROR') return truncated(path, 'The compressed file ends too early');
  if (typeof code === 'string' && code.startsWith('Z_')) {
    return new StockpotError({
      code: 'data/damaged-archive',
      what: 'The compressed file is damaged',
      where: path,
      remedy: 'Download or copy it again.',
      cause: thrown,
    });
  }
  return thrown;
}

function rowLengthOf(header: IdxHeader): number {
  return header.shape.slice(1).reduce((product, extent) => product * extent, header.bytesPerElement);
}

function checkLength(path: string, header: IdxHeader, size: number): void {
  const expected = header.dataOffset + header.dataLength;
  const facts = `its header announces [${header.shape.join(', ')}] ${header.element}, so ${expected} bytes; it has ${size}`;
  if (size < expected) throw truncated(path, `The file is incomplete: ${facts}`);
  if (size > expected) {
    throw new StockpotError({
      code: 'data/trailing-bytes',
      what: `The file is longer than it should be: ${facts}`,
      where: path,
      remedy: 'Check that the file is what its name says; download or copy it again.',
    });
  }
}

function truncated(path: string, what: string): StockpotError {
  return new StockpotError({
    code: 'data/truncated',
    what,
    where: path,
    remedy: 'Download or copy the file again.',
  });
}

function notIdx(path: string, start: Uint8Array): StockpotError {
  const magic = [...start.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return new StockpotError({
    code: 'data/not-idx',
    what: `This is not an IDX file: it begins with ${magic}`,
    where: path,
    remedy: 'An IDX file begins with 00 00, an element type (08 for bytes) and the number of dimensions.',
  });
}
