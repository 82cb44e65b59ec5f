import { StockpotError } from '../errors.ts';
import type { Checkpoint, TensorInfo } from './checkpoint.ts';
import { refuseExpansion } from './expansion.ts';
import { ForwardReader } from './forward-reader.ts';
import { ExternalFiles } from './onnx-external.ts';
import { readOnnxContent } from './onnx-initializers.ts';
import { countTyped, decodeTyped, plainPart, type TensorFacts } from './onnx-tensor.ts';
import { dtypeOfOnnxType, ONNX_STRING, onnxTypeName } from './onnx-types.ts';
import { WireReader } from './protobuf-wire.ts';
import type { SourceFile } from './source-file.ts';
import { summarize } from './summarize.ts';
import { tensorInfo, tensorToRead } from './tensor-size.ts';

type ReadBytes = (byteOffset: number, target: Uint8Array) => void;

interface Initializer extends TensorInfo {
  /** Makes the way to its bytes. */
  readonly open: () => ReadBytes;
}

/**
 * The initializers of an ONNX model (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), in the file itself or as external data in its
 * folder. The file is walked, not loaded. It is closed when it turns out to be wrong.
 * @throws StockpotError as `readOnnxContent`; `checkpoint/no-tensors`, `checkpoint/unsupported-dtype`, `checkpoint/outside-folder`,
 * `checkpoint/missing-data-file`, `checkpoint/overlapping-tensors`, `checkpoint/expands`
 */
export function openOnnx(file: SourceFile): Checkpoint {
  const external = new ExternalFiles(file.path);
  try {
    return new OnnxCheckpoint(file, external);
  } catch (thrown) {
    external.close();
    file.close();
    throw thrown;
  }
}

class OnnxCheckpoint implements Checkpoint {
  readonly path: string;
  readonly format = 'onnx';
  readonly files: readonly string[];
  readonly tensors: ReadonlyMap<string, Initializer>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly remarks: readonly string[];
  readonly #file: SourceFile;
  readonly #external: ExternalFiles;
  /** The tensor read last: reading goes on where it stopped. */
  #latest: { readonly name: string; readonly read: ReadBytes } | undefined;

  constructor(file: SourceFile, external: ExternalFiles) {
    this.path = file.path;
    this.#file = file;
    this.#external = external;
    const wire = new WireReader(file);
    const { initializers, metadata, remarks } = readOnnxContent(wire);
    const texts: string[] = [];
    const tensors = new Map<string, Initializer>();
    for (const [name, facts] of initializers) {
      if (facts.type === ONNX_STRING) texts.push(name);
      else tensors.set(name, describe(wire, external, name, facts));
    }
    if (tensors.size === 0) throw noTensors(file.path);
    external.refuseOverlaps();
    refuseExpansion([...tensors.values()], file.size + external.size, file.path);
    this.tensors = tensors;
    this.files = [file.path, ...external.paths];
    this.metadata = metadata;
    this.remarks = texts.length === 0 ? remarks : [...remarks, `Left out, as they hold texts: ${summarize(texts)}.`];
  }

  read(name: string, byteOffset: number, target: Uint8Array): void {
    tensorToRead(this, name, byteOffset, target.length);
    if (target.length === 0) return;
    if (this.#latest?.name !== name) this.#latest = { name, read: this.tensors.get(name)!.open() };
    this.#latest.read(byteOffset, target);
  }

  close(): void {
    this.#latest = undefined;
    this.#external.close();
    this.#file.close();
  }
}

function describe(wire: WireReader, external: ExternalFiles, name: string, facts: TensorFacts): Initializer {
  const dtype = dtypeOfOnnxType(facts.type);
  if (dtype === undefined) throw unsupportedType(wire.file.path, name, facts.type);
  const info = tensorInfo(name, dtype, facts.shape);
  if (info === undefined) throw wire.malformed(`the shape of '${name}' has no size`);
  return { ...info, open: opener(wire, external, info, facts) };
}

/** Elements are external, raw, or in a field for their type; none at all stand for an empty tensor. */
function opener(wire: WireReader, external: ExternalFiles, info: TensorInfo, facts: TensorFacts): () => ReadBytes {
  const { name, dtype, byteLength, elementCount } = info;
  const { raw, parts } = facts;
  const hasRaw = raw !== undefined && raw.length > 0;
  if ([facts.external !== undefined, hasRaw, parts.length > 0].filter(Boolean).length > 1) {
    throw wire.malformed(`'${name}' has its elements twice`);
  }
  if (facts.external !== undefined) return external.opener(info, facts.external);
  if (hasRaw && raw.length !== byteLength) {
    throw wire.malformed(`'${name}' has ${raw.length} bytes where its shape asks for ${byteLength}`);
  }
  const typed = hasRaw ? elementCount : countTyped(wire, parts, dtype);
  if (typed !== elementCount) {
    throw wire.malformed(`'${name}' has ${typed} elements where its shape asks for ${elementCount}`);
  }
  const plain = hasRaw ? raw : plainPart(parts, dtype);
  if (plain !== undefined) return () => (byteOffset, target) => wire.file.read(plain.offset + byteOffset, target);
  return () => {
    const onShort = (): Error => wire.malformed(`the elements of '${name}' end too early`);
    const reader = new ForwardReader(() => decodeTyped(wire, parts, dtype), onShort);
    return (byteOffset, target) => reader.read(byteOffset, target);
  };
}

function unsupportedType(path: string, name: string, type: number): StockpotError {
  return new StockpotError({
    code: 'checkpoint/unsupported-dtype',
    what: `The initializer '${name}' is of type ${onnxTypeName(type)}, which is not supported`,
    where: path,
    remedy: 'Export the model with floating-point weights, before it is quantized.',
  });
}

function noTensors(path: string): StockpotError {
  return new StockpotError({
    code: 'checkpoint/no-tensors',
    what: 'The model has no initializers, so no weights; constants of its graph are none',
    where: path,
    remedy: 'Export it with its weights as initializers (in PyTorch: without constant folding).',
  });
}
