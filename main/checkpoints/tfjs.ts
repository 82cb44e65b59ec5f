import { StockpotError } from '../errors.ts';
import { BYTES_PER_ELEMENT, type Checkpoint, type DType, type TensorInfo } from './checkpoint.ts';
import { refuseExpansion } from './expansion.ts';
import { FileSequence } from './file-sequence.ts';
import { isJsonObject } from './json-object.ts';
import { malformedIndex, shardPath } from './shard-index.ts';
import { truncated } from './source-file.ts';
import { tensorInfo, tensorToRead } from './tensor-size.ts';
import { type ManifestGroup, type ManifestWeight, parseManifest, type Quantization } from './tfjs-manifest.ts';
import { dequantize, QUANTIZED_BYTES } from './tfjs-quantization.ts';

const DTYPES: Readonly<Record<string, DType>> = {
  float32: 'F32',
  float16: 'F16',
  int32: 'I32',
  uint16: 'U16',
  uint8: 'U8',
  bool: 'BOOL',
};

/** Two floats each; not read. */
const COMPLEX_BYTES = 8;

/** Before each text stands its length. */
const LENGTH_BYTES = 4;
const MOST_TEXTS = 1_000_000;

/** Elements that are dequantized at once. */
const PIECE_ELEMENTS = 1 << 18;

interface LocatedWeight extends TensorInfo {
  readonly sequence: FileSequence;
  /** Where it begins in the sequence. */
  readonly begin: number;
  readonly quantization: Quantization | undefined;
}

/**
 * Weights of TensorFlow.js: a `model.json`, of layers or of a graph, or a manifest alone, and the files beside it that it names.
 * Quantized weights are read as the numbers that they stand for.
 * @param json what the file at `path` holds
 * @throws StockpotError `checkpoint/malformed-index`, `checkpoint/outside-folder`, `checkpoint/missing-shard`,
 * `checkpoint/truncated`, `checkpoint/unsupported-dtype`, `checkpoint/expands`, `checkpoint/io`
 */
export function openTfjs(path: string, json: unknown, manifest: readonly unknown[]): Checkpoint {
  const groups = parseManifest(manifest, path);
  const sequences: FileSequence[] = [];
  try {
    for (const { paths } of groups) sequences.push(FileSequence.open(paths.map((name) => shardPath(path, name))));
    return new TfjsCheckpoint(path, json, groups, sequences);
  } catch (thrown) {
    for (const sequence of sequences) sequence.close();
    throw thrown;
  }
}

class TfjsCheckpoint implements Checkpoint {
  readonly path: string;
  readonly format = 'tfjs';
  readonly files: readonly string[];
  readonly tensors: ReadonlyMap<string, LocatedWeight>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly remarks: readonly string[];
  readonly #sequences: readonly FileSequence[];

  constructor(path: string, json: unknown, groups: readonly ManifestGroup[], sequences: readonly FileSequence[]) {
    this.path = path;
    this.files = [path, ...sequences.flatMap(({ paths }) => paths)];
    this.metadata = metadataOf(json);
    this.#sequences = sequences;
    const located = groups.map((group, index) => locate(path, group, sequences[index]!));
    this.tensors = new Map(located.flatMap(({ weights }) => weights.map((weight) => [weight.name, weight])));
    this.remarks = located.flatMap(({ leftOut }) => leftOut);
    const stored = sequences.reduce((sum, { size }) => sum + size, 0);
    refuseExpansion([...this.tensors.values()], stored, path);
  }

  read(name: string, byteOffset: number, target: Uint8Array): void {
    const weight = tensorToRead(this, name, byteOffset, target.length) as LocatedWeight;
    if (weight.quantization === undefined) weight.sequence.read(weight.begin + byteOffset, target);
    else readQuantized(weight, weight.quantization, byteOffset, target);
  }

  close(): void {
    for (const sequence of this.#sequences) sequence.close();
  }
}

/** Weights follow each other without gaps, and fill their group's files exactly. */
function locate(path: string, group: ManifestGroup, sequence: FileSequence) {
  const weights: LocatedWeight[] = [];
  const leftOut: string[] = [];
  let begin = 0;
  for (const weight of group.weights) {
    const info = infoOf(weight, path);
    if (info === undefined || weight.isOptimizer) leftOut.push(leftOutRemark(weight));
    else weights.push({ ...info, sequence, begin, quantization: weight.quantization });
    begin += info === undefined ? foreignBytes(weight, sequence, begin, path) : storedBytes(weight, info);
    if (begin > sequence.size) {
      throw truncated(path, `'${weight.name}' ends at byte ${begin} of its files, which have ${sequence.size}`);
    }
  }
  if (begin < sequence.size) {
    throw malformedIndex(path, `${sequence.size - begin} bytes of its files belong to no weight`);
  }
  return { weights, leftOut };
}

function infoOf({ name, dtype, shape }: ManifestWeight, path: string): TensorInfo | undefined {
  if (dtype === 'string' || dtype === 'complex64') return undefined;
  const known = Object.hasOwn(DTYPES, dtype) ? DTYPES[dtype] : undefined;
  if (known === undefined) {
    throw new StockpotError({
      code: 'checkpoint/unsupported-dtype',
      what: `The weight '${name}' has elements of type '${dtype}', which TensorFlow.js does not have`,
      where: path,
    });
  }
  const info = tensorInfo(name, known, shape);
  if (info === undefined) throw malformedIndex(path, `the weight '${name}' has an impossible shape`);
  return info;
}

function storedBytes({ quantization }: ManifestWeight, { elementCount, byteLength }: TensorInfo): number {
  return quantization === undefined ? byteLength : elementCount * QUANTIZED_BYTES[quantization.dtype];
}

/** Length of what is not read, so that what follows is found. */
function foreignBytes({ name, dtype, shape }: ManifestWeight, sequence: FileSequence, begin: number, path: string) {
  const count = shape.reduce((product, length) => product * length, 1);
  if (dtype === 'complex64') return count * COMPLEX_BYTES;
  if (count > MOST_TEXTS) throw malformedIndex(path, `the weight '${name}' holds more than ${MOST_TEXTS} texts`);
  let end = begin;
  for (let text = 0; text < count; text += 1) {
    if (end + LENGTH_BYTES > sequence.size) throw truncated(path, `a text of '${name}' lies behind the end`);
    const length = new Uint8Array(LENGTH_BYTES);
    sequence.read(end, length);
    end += LENGTH_BYTES + new DataView(length.buffer).getUint32(0, true);
  }
  return end - begin;
}

function leftOutRemark({ name, dtype, isOptimizer }: ManifestWeight): string {
  return isOptimizer
    ? `Left out, as it is the optimizer's: '${name}'.`
    : `Left out, as it is ${dtype === 'string' ? 'text' : 'complex'}: '${name}'.`;
}

function readQuantized(
  { dtype, sequence, begin }: LocatedWeight,
  quantization: Quantization,
  byteOffset: number,
  target: Uint8Array,
): void {
  const size = BYTES_PER_ELEMENT[dtype];
  const packedSize = QUANTIZED_BYTES[quantization.dtype];
  for (let done = 0; done < target.length; ) {
    const first = Math.floor((byteOffset + done) / size);
    const skipped = byteOffset + done - first * size;
    const count = Math.min(PIECE_ELEMENTS, Math.ceil((skipped + target.length - done) / size));
    const packed = new Uint8Array(count * packedSize);
    sequence.read(begin + first * packedSize, packed);
    const numbers = new Uint8Array(count * size);
    dequantize(packed, quantization, dtype === 'I32' ? 'I32' : 'F32', numbers);
    const part = numbers.subarray(skipped, skipped + target.length - done);
    target.set(part, done);
    done += part.length;
  }
}

/** What Stockpot wrote, and what a model says about itself. */
function metadataOf(json: unknown): Readonly<Record<string, string>> {
  if (!isJsonObject(json)) return {};
  const own = isJsonObject(json.userDefinedMetadata) ? Object.entries(json.userDefinedMetadata) : [];
  const texts = [...own, ['format', json.format], ['generatedBy', json.generatedBy], ['convertedBy', json.convertedBy]];
  return Object.fromEntries(texts.filter(([, value]) => typeof value === 'string'));
}
