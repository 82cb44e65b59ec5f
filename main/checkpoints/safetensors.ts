import { StockpotError } from '../errors.ts';
import { BYTES_PER_ELEMENT, type Checkpoint, type TensorInfo } from './checkpoint.ts';
import { type OutputOptions, type OutputPlan, singleFile } from './output-plan.ts';
import {
  checkDense,
  LARGEST_HEADER,
  type LocatedTensor,
  METADATA_KEY,
  malformedHeader,
  parseSafetensorsHeader,
} from './safetensors-header.ts';
import { type SourceFile, truncated } from './source-file.ts';
import { tensorToRead } from './tensor-size.ts';

/** The header's length as a 64-bit integer. */
const PREFIX_BYTES = 8;

/** Writers align the data, so that readers can map it. */
const HEADER_ALIGNMENT = 8;

/**
 * A safetensors file (https://github.com/huggingface/safetensors#format). The file is closed when it turns out to be wrong.
 * @throws StockpotError `checkpoint/truncated`, `checkpoint/malformed-header`, `checkpoint/unsupported-dtype`, `checkpoint/io`
 */
export function openSafetensors(file: SourceFile): Checkpoint {
  try {
    return new SafetensorsCheckpoint(file);
  } catch (thrown) {
    file.close();
    throw thrown;
  }
}

class SafetensorsCheckpoint implements Checkpoint {
  readonly path: string;
  readonly format = 'safetensors';
  readonly files: readonly string[];
  readonly tensors: ReadonlyMap<string, LocatedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly remarks: readonly string[] = [];
  readonly #file: SourceFile;
  readonly #dataStart: number;

  constructor(file: SourceFile) {
    this.path = file.path;
    this.files = [file.path];
    this.#file = file;
    const headerLength = readHeaderLength(file);
    this.#dataStart = PREFIX_BYTES + headerLength;
    const header = parseSafetensorsHeader(file.bytes(PREFIX_BYTES, headerLength), file.path);
    const needed = this.#dataStart + checkDense(header.tensors, file.path);
    if (needed > file.size) throw truncated(file.path, `${needed} bytes are needed, ${file.size} are there`);
    if (needed < file.size) {
      throw malformedHeader(file.path, `${file.size - needed} bytes at the end belong to no tensor`);
    }
    this.tensors = new Map(header.tensors.map((tensor) => [tensor.name, tensor]));
    this.metadata = header.metadata;
  }

  read(name: string, byteOffset: number, target: Uint8Array): void {
    const { begin } = tensorToRead(this, name, byteOffset, target.length) as LocatedTensor;
    this.#file.read(this.#dataStart + begin + byteOffset, target);
  }

  close(): void {
    this.#file.close();
  }
}

function readHeaderLength(file: SourceFile): number {
  if (file.size < PREFIX_BYTES) throw truncated(file.path, `it has ${file.size} bytes, fewer than any header`);
  const length = Number(new DataView(file.bytes(0, PREFIX_BYTES).buffer).getBigUint64(0, true));
  if (length > LARGEST_HEADER) {
    throw malformedHeader(file.path, `it claims ${length} bytes, more than ${LARGEST_HEADER} are not allowed`);
  }
  if (PREFIX_BYTES + length > file.size) {
    throw truncated(file.path, `its header needs ${length} bytes, ${file.size - PREFIX_BYTES} are there`);
  }
  return length;
}

/**
 * The layout of a safetensors file. Wide elements come first, so that every tensor is aligned to its element size.
 * @throws StockpotError `checkpoint/unwritable-name`, `checkpoint/too-many-tensors`
 */
export function planSafetensors(
  tensors: readonly TensorInfo[],
  { name: fileName, metadata }: OutputOptions,
): OutputPlan {
  const ordered = tensors.toSorted((a, b) => BYTES_PER_ELEMENT[b.dtype] - BYTES_PER_ELEMENT[a.dtype]);
  const members: string[] = [];
  if (Object.keys(metadata).length > 0) members.push(`${JSON.stringify(METADATA_KEY)}:${JSON.stringify(metadata)}`);
  const begins = new Map<string, number>();
  let end = 0;
  for (const { name, dtype, shape, byteLength } of ordered) {
    refuseName(name, begins);
    begins.set(name, end);
    const entry = { dtype, shape, data_offsets: [end, end + byteLength] };
    members.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    end += byteLength;
  }
  const header = encodeHeader(`{${members.join(',')}}`);
  return {
    format: 'safetensors',
    ...singleFile(
      fileName,
      header.length + end,
      new Map([...begins].map(([name, begin]) => [name, header.length + begin])),
    ),
    needsChecksums: false,
    surroundings: () => [{ file: 0, offset: 0, bytes: header }],
  };
}

function encodeHeader(json: string): Uint8Array {
  const text = new TextEncoder().encode(json);
  const length = Math.ceil(text.length / HEADER_ALIGNMENT) * HEADER_ALIGNMENT;
  if (length > LARGEST_HEADER) {
    throw new StockpotError({
      code: 'checkpoint/too-many-tensors',
      what: `The safetensors header would take ${length} bytes, ${LARGEST_HEADER} are allowed`,
    });
  }
  const header = new Uint8Array(PREFIX_BYTES + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(text, PREFIX_BYTES);
  return header;
}

function refuseName(name: string, taken: ReadonlyMap<string, unknown>): void {
  if (name !== METADATA_KEY && !taken.has(name)) return;
  const what = taken.has(name)
    ? `Two tensors are named '${name}'`
    : `A tensor cannot be named '${name}' in safetensors`;
  throw new StockpotError({ code: 'checkpoint/unwritable-name', what });
}
