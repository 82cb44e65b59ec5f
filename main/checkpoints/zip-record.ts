import { Inflate } from 'fflate';
import { ForwardReader, type Pieces } from './forward-reader.ts';
import { RunningChecksum } from './running-checksum.ts';
import type { SourceFile } from './source-file.ts';
import { malformedArchive, type PackedRecord } from './zip-directory.ts';

/** Inflated at once: no more than 16 MiB can come of it. */
const PACKED_BYTES = 16 << 10;

/**
 * Reads a zip archive's record, stored or deflated, at any offset. What is read from the beginning to the end is compared with the
 * record's checksum; a deflated record is inflated in small pieces and never beyond the size that it claims.
 */
export class ZipRecordReader {
  readonly #file: SourceFile;
  readonly #record: PackedRecord;
  readonly #inflated: ForwardReader | undefined;
  readonly #checksum: RunningChecksum;

  constructor(file: SourceFile, record: PackedRecord) {
    this.#file = file;
    this.#record = record;
    this.#checksum = new RunningChecksum(record.size, record.crc, file.path);
    const onShort = (at: number): Error =>
      malformedArchive(file.path, `'${record.name}' inflates to ${at} of ${record.size} bytes`);
    if (record.deflated) this.#inflated = new ForwardReader(() => inflate(file, record), onShort);
  }

  /**
   * The caller keeps within the record's size.
   * @throws StockpotError `checkpoint/wrong-checksum`, `checkpoint/malformed-archive`, `checkpoint/truncated`, `checkpoint/io`
   */
  read(byteOffset: number, target: Uint8Array): void {
    if (this.#inflated !== undefined) this.#inflated.read(byteOffset, target);
    else this.#file.read(this.#record.dataOffset + byteOffset, target);
    this.#checksum.add(byteOffset, target);
  }
}

function* inflate(file: SourceFile, record: PackedRecord): Pieces {
  const pieces: Uint8Array[] = [];
  const stream = new Inflate((piece) => pieces.push(piece));
  let produced = 0;
  for (let at = 0; at < record.storedSize; at += PACKED_BYTES) {
    const packed = file.bytes(record.dataOffset + at, Math.min(PACKED_BYTES, record.storedSize - at));
    push(stream, packed, at + packed.length === record.storedSize, file, record);
    produced += pieces.reduce((sum, { length }) => sum + length, 0);
    if (produced > record.size) {
      throw malformedArchive(file.path, `'${record.name}' inflates to more than the ${record.size} bytes it claims`);
    }
    yield* pieces.splice(0);
  }
}

function push(stream: Inflate, packed: Uint8Array, isLast: boolean, file: SourceFile, record: PackedRecord): void {
  try {
    stream.push(packed, isLast);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw malformedArchive(file.path, `'${record.name}' cannot be inflated (${reason})`);
  }
}
