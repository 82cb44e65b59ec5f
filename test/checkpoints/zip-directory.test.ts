import { mkdtempSync, openSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { SourceFile } from '../../main/checkpoints/source-file.ts';
import { readZipDirectory, type StoredRecord } from '../../main/checkpoints/zip-directory.ts';
import {
  centralDirectory,
  centralDirectoryBytes,
  localHeader,
  placeRecords,
} from '../../main/checkpoints/zip-layout.ts';
import { writeArchive } from './archives.ts';
import { codeOf, errorOf, rejectionOf } from './fixtures.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-zip-'));
  path = join(folder, 'archive.pt');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function read(): ReadonlyMap<string, StoredRecord> {
  const file = SourceFile.open(path);
  try {
    return readZipDirectory(file);
  } finally {
    file.close();
  }
}

/** Writes an archive with one record and changes it by hand. */
function tampered(change: (view: DataView, central: number, end: number) => void): void {
  writeArchive(path, { 'a/data.pkl': 'N.', 'a/data/0': 'abcd' });
  const bytes = readFileSync(path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const central = bytes.indexOf('PK\x01\x02', 0, 'latin1');
  change(view, central, bytes.length - 22);
  writeFileSync(path, bytes);
}

describe('a zip directory', () => {
  it('leads to the bytes of every record', () => {
    writeArchive(path, { 'a/one': 'first', 'a/zwei → two': 'second', 'a/empty': '' });
    const whole = readFileSync(path);
    const found = [...read().values()].map(({ name, dataOffset, size }) => [
      name,
      whole.toString('latin1', dataOffset, dataOffset + size),
    ]);
    expect(found).toEqual([
      ['a/one', 'first'],
      ['a/zwei → two', 'second'],
      ['a/empty', ''],
    ]);
  });

  it('of another writer is read, and so is one with a comment', () => {
    const zipped = zipSync({ 'a/one': new TextEncoder().encode('first') }, { level: 0, comment: 'about it' });
    writeFileSync(path, zipped);
    const record = read().get('a/one')!;
    expect(Buffer.from(zipped.subarray(record.dataOffset, record.dataOffset + record.size)).toString()).toBe('first');
  });

  it('finds records beyond four gigabytes, and those that are larger', () => {
    const size = 2 ** 32 + 10;
    const placed = placeRecords(
      [
        { name: 'a/large', size },
        { name: 'a/behind', size: 6 },
      ],
      64,
    );
    const [large, behind] = placed as [(typeof placed)[0], (typeof placed)[0]];
    const end = behind.dataOffset + behind.size;
    writeFileSync(path, '');
    truncateSync(path, end + centralDirectoryBytes(placed));
    const descriptor = openSync(path, 'r+');
    for (const record of placed) writeSync(descriptor, localHeader(record, 1), 0, undefined, record.headerOffset);
    writeSync(descriptor, Buffer.from('behind'), 0, 6, behind.dataOffset);
    writeSync(
      descriptor,
      centralDirectory(placed, () => 1, end),
      0,
      undefined,
      end,
    );
    const records = read();
    expect(records.get('a/large')).toEqual({
      name: 'a/large',
      size,
      storedSize: size,
      deflated: false,
      crc: 1,
      dataOffset: large.dataOffset,
    });
    expect(records.get('a/behind')!.dataOffset).toBe(behind.dataOffset);
  });
});

describe('a zip archive is refused when', () => {
  it('a record is compressed, however much it would grow', () => {
    writeFileSync(path, zipSync({ 'a/data.pkl': new Uint8Array(10_000_000) }, { level: 9 }));
    expect(readFileSync(path).length).toBeLessThan(20_000);
    expect(errorOf(read).code).toBe('checkpoint/compressed-record');
  });

  it.each<readonly [string, (view: DataView, central: number, end: number) => void, string]>([
    ['a record is encrypted', (view, central) => view.setUint16(central + 8, 1, true), 'checkpoint/encrypted-record'],
    [
      'a record lies outside',
      (view, central) => view.setUint32(central + 42, 0x7fffffff, true),
      'checkpoint/malformed-archive',
    ],
    [
      'two records overlap',
      (view, central) => view.setUint32(central + 42 + 46 + 10, 0, true),
      'checkpoint/malformed-archive',
    ],
    [
      'a record reaches into the next',
      (view, central) => {
        view.setUint32(central + 20, 5000, true);
        view.setUint32(central + 24, 5000, true);
      },
      'checkpoint/malformed-archive',
    ],
    ['its sizes disagree', (view, central) => view.setUint32(central + 20, 1, true), 'checkpoint/malformed-archive'],
    [
      'its zip64 sizes are missing',
      (view, central) => view.setUint32(central + 24, 0xffffffff, true),
      'checkpoint/malformed-archive',
    ],
    ['a name is not UTF-8', (view, central) => view.setUint8(central + 46, 0xff), 'checkpoint/malformed-archive'],
    ['a local header is missing', (view) => view.setUint32(0, 0, true), 'checkpoint/malformed-archive'],
    ['a local header has another name', (view) => view.setUint8(30, 0x62), 'checkpoint/malformed-archive'],
    [
      'the directory lies outside',
      (view, _, end) => view.setUint32(end + 16, 0x7fffffff, true),
      'checkpoint/malformed-archive',
    ],
    [
      'it counts more records than there are',
      (view, _, end) => view.setUint16(end + 10, 999, true),
      'checkpoint/malformed-archive',
    ],
    [
      'its zip64 end is garbled',
      (view, _, end) => {
        view.setUint16(end + 10, 0xffff, true);
        view.setUint32(end - 20, 0, true);
      },
      'checkpoint/malformed-archive',
    ],
    [
      'its zip64 end lies beyond any file',
      (view, _, end) => {
        view.setUint16(end + 10, 0xffff, true);
        view.setBigUint64(end - 12, 2n ** 63n, true);
      },
      'checkpoint/malformed-archive',
    ],
    ['its end is cut off', (view, _, end) => view.setUint32(end, 0, true), 'checkpoint/truncated'],
  ])('%s', (_, change, code) => {
    tampered(change);
    expect(codeOf(read)).toBe(code);
  });

  it('a record occurs twice', () => {
    writeArchive(path, { 'a/1': 'x', 'a/2': 'y' });
    writeFileSync(path, readFileSync(path).toString('latin1').replaceAll('a/2', 'a/1'), 'latin1');
    expect(codeOf(read)).toBe('checkpoint/malformed-archive');
  });
});

describe('a zip archive that programs could read in two ways', () => {
  it('is refused', async () => {
    writeArchive(path, { 'a/data.pkl': '}.', 'b/data.pkl': '}.' });
    const error = await rejectionOf(() => openCheckpoint(path));
    expect(error.code).toBe('checkpoint/malformed-archive');
    expect(error.what).toContain('more than one');
  });
});

describe('a zip archive that is no checkpoint is named:', () => {
  it.each([
    ['an archive of torch.export', { 'model/archive_format': 'pt2', 'model/models/model.json': '{}' }],
    ['an Office document', { '[Content_Types].xml': '<x/>' }],
    ["without 'data.pkl'", { 'readme.txt': 'hello' }],
  ])('%s', async (description, records) => {
    writeArchive(path, records as unknown as Record<string, string>);
    const error = await rejectionOf(() => openCheckpoint(path));
    expect(error.code).toBe('checkpoint/mislabelled');
    expect(error.what).toContain(description);
  });

  it('also when it is compressed', async () => {
    writeFileSync(path, zipSync({ '[Content_Types].xml': new Uint8Array(1000) }, { level: 9 }));
    expect((await rejectionOf(() => openCheckpoint(path))).what).toContain('an Office document');
  });
});
