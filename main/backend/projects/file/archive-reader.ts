import { closeSync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { crc32, gunzip } from 'node:zlib';
import { SourceFile } from '../../../checkpoints/source-file.ts';
import { readZipDirectory, type StoredRecord } from '../../../checkpoints/zip-directory.ts';
import { StockpotError, throwIfCancelled } from '../../../errors.ts';
import { reserve, writeFully } from '../../../files/atomic-file.ts';
import { withFileErrors } from '../../../files/file-errors.ts';
import { malformed, type ProjectRecord, recordOf } from './layout.ts';

const CHUNK_BYTES = 4 << 20;

/** What one record may hold before it is unpacked in memory. */
const LARGEST_PACKED = 256 << 20;

const unpack = promisify(gunzip);

/**
 * A project file opened for reading. Its records are stored as they are, so nothing in it can grow but what is unpacked with a
 * limit; a name that no project file has is refused before anything is read.
 */
export class ProjectArchive {
  readonly path: string;
  readonly records: ReadonlyMap<string, ProjectRecord>;
  readonly #file: SourceFile;
  readonly #stored: ReadonlyMap<string, StoredRecord>;

  private constructor(file: SourceFile, stored: ReadonlyMap<string, StoredRecord>) {
    this.path = file.path;
    this.#file = file;
    this.#stored = stored;
    this.records = new Map(
      [...stored.keys()].map((name) => {
        const record = recordOf(name);
        if (record === undefined)
          throw malformed(file.path, `it holds a foreign record, ${JSON.stringify(name.slice(0, 120))}`);
        return [name, record];
      }),
    );
  }

  /** @throws StockpotError `projects/not-a-project-file`, `projects/malformed-file`, `projects/no-such-file` */
  static open(path: string): ProjectArchive {
    const file = openFile(path);
    try {
      return new ProjectArchive(file, directoryOf(file));
    } catch (thrown) {
      file.close();
      throw thrown;
    }
  }

  /** All of a record's bytes, checked; undefined when there is none of that name. */
  bytes(name: string, limit = LARGEST_PACKED): Uint8Array | undefined {
    const record = this.#stored.get(name);
    if (record === undefined) return undefined;
    if (record.size > limit) throw malformed(this.path, `${name} is too large`);
    const bytes = this.#file.bytes(record.dataOffset, record.size);
    if (crc32(bytes) !== record.crc) throw malformed(this.path, `${name} is damaged`);
    return bytes;
  }

  /** The same, unpacked; no more than `limit` bytes come out of it. */
  async unpacked(name: string, limit: number): Promise<Uint8Array | undefined> {
    const bytes = this.bytes(name);
    if (bytes === undefined) return undefined;
    try {
      return await unpack(bytes, { maxOutputLength: Math.max(1, limit) });
    } catch (thrown) {
      throw malformed(this.path, `${name} cannot be unpacked, or is larger than it may be`, thrown);
    }
  }

  /** Copies a record to a new file, chunk by chunk, checked. The caller sees to it that the disk has it, and removes it when this throws. */
  async copy(name: string, target: string, signal: AbortSignal | undefined): Promise<void> {
    const { dataOffset, size, crc: expected } = this.#stored.get(name)!;
    const descriptor = withFileErrors(target, () => openSync(target, 'wx'));
    try {
      withFileErrors(target, () => reserve(descriptor, target, size));
      const chunk = new Uint8Array(Math.max(1, Math.min(CHUNK_BYTES, size)));
      let crc = 0;
      for (let done = 0; done < size; done += chunk.length) {
        throwIfCancelled(signal);
        const part = chunk.subarray(0, Math.min(chunk.length, size - done));
        this.#file.read(dataOffset + done, part);
        withFileErrors(target, () => writeFully(descriptor, part, done));
        crc = crc32(part, crc);
        // Lets the service answer others between two chunks.
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      if (crc !== expected) throw malformed(this.path, `${name} is damaged`);
    } finally {
      closeSync(descriptor);
    }
  }

  close(): void {
    this.#file.close();
  }
}

function openFile(path: string): SourceFile {
  try {
    return SourceFile.open(path);
  } catch (thrown) {
    if (!(thrown instanceof StockpotError)) throw thrown;
    throw new StockpotError({
      code: 'projects/no-such-file',
      what: thrown.what,
      where: path,
      remedy: 'Choose a project file that Stockpot exported.',
    });
  }
}

function directoryOf(file: SourceFile): ReadonlyMap<string, StoredRecord> {
  try {
    return readZipDirectory(file);
  } catch (thrown) {
    if (!(thrown instanceof StockpotError)) throw thrown;
    throw new StockpotError({
      code: 'projects/not-a-project-file',
      what: 'This is not a project file, or it is incomplete',
      where: file.path,
      details: [thrown.what],
      remedy: 'Choose a file that Stockpot exported, or export the project again.',
    });
  }
}
