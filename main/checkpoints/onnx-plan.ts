import { StockpotError } from '../errors.ts';
import type { TensorInfo } from './checkpoint.ts';
import { withCasts } from './onnx-casts.ts';
import { ONNX_TYPES, onnxTypeName } from './onnx-types.ts';
import type { OutputOptions, OutputPlace, OutputPlan } from './output-plan.ts';
import { type ByteField, bytesField, bytesFieldStart, fieldsOf, varintField, varintsOf } from './protobuf-bytes.ts';

/** Protobuf's own limit of a message. */
const LARGEST_MODEL = 2 ** 31 - 1;

/** External data can be mapped from a page's beginning. */
const PAGE_BYTES = 4096;

/** Numbers of fields (onnx.proto). */
const MODEL = { graph: 7, metadata: 14 } as const;
const GRAPH_INITIALIZER = 5;
const TENSOR = { dims: 1, type: 2, name: 8, raw: 9, external: 13, location: 14 } as const;
const ENTRY = { key: 1, value: 2 } as const;
const EXTERNAL = 1;

/** An initializer that the graph declares. */
interface Declared {
  readonly name: string;
  readonly type: number;
  readonly shape: readonly number[];
  readonly isExternal: boolean;
  readonly whole: Uint8Array;
}

/** The architecture without its initializers. */
interface Architecture {
  readonly modelFields: readonly Uint8Array[];
  readonly graphFields: readonly Uint8Array[];
  readonly declared: readonly Declared[];
}

/**
 * The layout of an ONNX model: the architecture in `options.graph`, the tensors as its initializers, and the metadata as its properties.
 * Tensors that the graph has no use for (counters of BatchNorm) are initializers, too, so that the file holds the whole state dict.
 * F16 and BF16 tensors of a float32 graph are cast to float32 before they are used (`withCasts`).
 * Beyond `inlineLimit` the elements lie in a second file, `<name>.data`, as ONNX's external data.
 * @throws StockpotError `checkpoint/malformed-graph`, `checkpoint/missing-tensor`,
 * `checkpoint/unlike-graph`, `checkpoint/unwritable-name`
 */
export function planOnnx(
  tensors: readonly TensorInfo[],
  options: OutputOptions,
  inlineLimit: number = LARGEST_MODEL,
): OutputPlan {
  const architecture = readArchitecture(options.graph ?? new Uint8Array(), options.name);
  checkTensors(tensors, architecture, options.name);
  const metadata = Object.entries(options.metadata).map(([key, value]) => entryField(MODEL.metadata, key, value));
  const around: Architecture = {
    ...architecture,
    modelFields: [...architecture.modelFields, ...metadata],
    graphFields: withCasts(architecture.graphFields, narrowedTypes(tensors, architecture)),
  };
  return planInline(tensors, around, options.name, inlineLimit) ?? planExternal(tensors, around, options.name);
}

/** Undefined when the model would be too large for one file. */
function planInline(
  tensors: readonly TensorInfo[],
  architecture: Architecture,
  name: string,
  limit: number,
): OutputPlan | undefined {
  const starts = tensors.map((tensor) => {
    const facts = Buffer.concat([tensorFacts(tensor), bytesFieldStart(TENSOR.raw, tensor.byteLength)]);
    return Buffer.concat([bytesFieldStart(GRAPH_INITIALIZER, facts.length + tensor.byteLength), facts]);
  });
  const kept = keptFields(tensors, architecture);
  const graphLength = lengthOf(kept) + lengthOf(starts) + tensors.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const head = Buffer.concat([...architecture.modelFields, bytesFieldStart(MODEL.graph, graphLength), ...kept]);
  const size = head.length - lengthOf(kept) + graphLength;
  if (size > limit) return undefined;
  const parts: { readonly offset: number; readonly bytes: Uint8Array }[] = [{ offset: 0, bytes: head }];
  const places = new Map<string, OutputPlace>();
  let at = head.length;
  for (const [index, { name: tensor, byteLength }] of tensors.entries()) {
    const bytes = starts[index]!;
    parts.push({ offset: at, bytes });
    places.set(tensor, { file: 0, offset: at + bytes.length });
    at += bytes.length + byteLength;
  }
  const surroundings = parts.map((part) => ({ file: 0, ...part }));
  return { format: 'onnx', files: [{ name, size }], places, needsChecksums: false, surroundings: () => surroundings };
}

function planExternal(tensors: readonly TensorInfo[], architecture: Architecture, name: string): OutputPlan {
  const location = `${name}.data`;
  const places = new Map<string, OutputPlace>();
  const initializers: Uint8Array[] = [];
  let end = 0;
  for (const tensor of tensors) {
    const offset = Math.ceil(end / PAGE_BYTES) * PAGE_BYTES;
    places.set(tensor.name, { file: 0, offset });
    end = offset + tensor.byteLength;
    const facts = [
      tensorFacts(tensor),
      entryField(TENSOR.external, 'location', location),
      entryField(TENSOR.external, 'offset', String(offset)),
      entryField(TENSOR.external, 'length', String(tensor.byteLength)),
      varintField(TENSOR.location, EXTERNAL),
    ];
    initializers.push(bytesField(GRAPH_INITIALIZER, Buffer.concat(facts)));
  }
  const graph = Buffer.concat([...keptFields(tensors, architecture), ...initializers]);
  const bytes = Buffer.concat([...architecture.modelFields, bytesField(MODEL.graph, graph)]);
  return {
    format: 'onnx',
    files: [
      { name: location, size: end },
      { name, size: bytes.length },
    ],
    places,
    needsChecksums: false,
    surroundings: () => [{ file: 1, offset: 0, bytes }],
  };
}

/** What the graph holds beside the tensors: nodes, inputs, outputs, and constants of its own. */
function keptFields(tensors: readonly TensorInfo[], { graphFields, declared }: Architecture): readonly Uint8Array[] {
  const written = new Set(tensors.map(({ name }) => name));
  return [...graphFields, ...declared.filter(({ name }) => !written.has(name)).map(({ whole }) => whole)];
}

function tensorFacts({ name, dtype, shape }: TensorInfo): Uint8Array {
  const dims = shape.map((size) => varintField(TENSOR.dims, size));
  return Buffer.concat([...dims, varintField(TENSOR.type, ONNX_TYPES[dtype].number), bytesField(TENSOR.name, name)]);
}

function entryField(number: number, key: string, value: string): Uint8Array {
  return bytesField(number, Buffer.concat([bytesField(ENTRY.key, key), bytesField(ENTRY.value, value)]));
}

function readArchitecture(model: Uint8Array, where: string): Architecture {
  try {
    const fields = [...fieldsOf(model)];
    const graph = fields.find(({ number }) => number === MODEL.graph);
    if (graph === undefined) throw new RangeError('it has no graph');
    const parts = [...fieldsOf(graph.payload)];
    return {
      modelFields: fields.filter(({ number }) => number !== MODEL.graph).map(({ whole }) => whole),
      graphFields: parts.filter(({ number }) => number !== GRAPH_INITIALIZER).map(({ whole }) => whole),
      declared: parts.filter(({ number }) => number === GRAPH_INITIALIZER).map(readDeclared),
    };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new StockpotError({
      code: 'checkpoint/malformed-graph',
      what: `The architecture is no ONNX model: ${cause.message}`,
      where,
      remedy: 'Export the architecture to ONNX again.',
    });
  }
}

function readDeclared({ payload, whole }: ByteField): Declared {
  const fields = [...fieldsOf(payload)];
  const last = (wanted: number): ByteField | undefined => fields.findLast(({ number }) => number === wanted);
  return {
    name: Buffer.from(last(TENSOR.name)?.payload ?? []).toString('utf8'),
    type: Number(last(TENSOR.type)?.value ?? 0n),
    shape: fields
      .filter(({ number }) => number === TENSOR.dims)
      .flatMap((field) => varintsOf(field.payload).map(Number)),
    isExternal: last(TENSOR.location)?.value === BigInt(EXTERNAL),
    whole,
  };
}

/** A graph runs only on what it declares. */
function checkTensors(tensors: readonly TensorInfo[], { declared }: Architecture, where: string): void {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  if (byName.size < tensors.length) {
    throw new StockpotError({ code: 'checkpoint/unwritable-name', what: 'Two tensors have the same name', where });
  }
  const missing = declared.filter(({ name, isExternal }) => isExternal && !byName.has(name)).map(({ name }) => name);
  if (missing.length > 0) {
    throw new StockpotError({
      code: 'checkpoint/missing-tensor',
      what: `The architecture needs ${missing.length} tensors that the weights do not have`,
      where,
      details: missing.slice(0, 20),
    });
  }
  for (const { name, type, shape } of declared) {
    const tensor = byName.get(name);
    if (tensor === undefined) continue;
    const hasShape = String(shape) === String(tensor.shape);
    if (hasShape && (ONNX_TYPES[tensor.dtype].number === type || isNarrowed(tensor, type))) continue;
    throw new StockpotError({
      code: 'checkpoint/unlike-graph',
      what: `'${name}' is ${tensor.dtype} [${tensor.shape.join(', ')}], and the architecture takes ${onnxTypeName(type)} [${shape.join(', ')}]`,
      where,
      remedy: 'Write it with the element type that the architecture has (--dtype f32), or as f16 or bf16.',
    });
  }
}

/** Whether a tensor is written in a narrower type than the graph's own, which is float32. */
function isNarrowed({ dtype }: TensorInfo, type: number): boolean {
  return type === ONNX_TYPES.F32.number && (dtype === 'F16' || dtype === 'BF16');
}

/** ONNX's numbers of the types of narrowed tensors, by name. */
function narrowedTypes(tensors: readonly TensorInfo[], { declared }: Architecture): ReadonlyMap<string, number> {
  const types = new Map(declared.map(({ name, type }) => [name, type]));
  return new Map(
    tensors
      .filter((tensor) => isNarrowed(tensor, types.get(tensor.name) ?? 0))
      .map(({ name, dtype }) => [name, ONNX_TYPES[dtype].number]),
  );
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
