import { StockpotError } from '../errors.ts';
import { readTensorFacts, readTexts, type TensorFacts } from './onnx-tensor.ts';
import { BYTES, type Span, type WireField, type WireReader } from './protobuf-wire.ts';

const LONGEST_TEXT = 16 << 20;
const MOST_METADATA_BYTES = 64 << 20;
const LONGEST_NAME = 1 << 16;
const DEEPEST = 32;
const MOST_TENSORS = 1 << 18;

/** Numbers of the fields that lead to initializers (onnx.proto). */
const MODEL = { graph: 7, metadata: 14, training: 20, functions: 25 } as const;
const GRAPH = { node: 1, initializer: 5, sparseInitializer: 15 } as const;
const NODE = { name: 3, attribute: 5 } as const;
const ATTRIBUTE = { name: 1, graph: 6, graphs: 11 } as const;
const FUNCTION = { node: 7 } as const;

export interface OnnxContent {
  /** By name: the graph's own, then those of the graphs within its nodes. */
  readonly initializers: ReadonlyMap<string, TensorFacts>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly remarks: readonly string[];
}

/** An initializer, and the nodes and attributes whose graph it is in. */
interface Found {
  readonly scope: readonly string[];
  readonly tensor: TensorFacts;
}

/**
 * Walks a ModelProto for its initializers, those of graphs within nodes included. Constant nodes are part of the architecture, not
 * weights.
 * @throws StockpotError `checkpoint/malformed-protobuf`, `checkpoint/unsupported-tensor`, `checkpoint/too-many-tensors`,
 * `checkpoint/truncated`, `checkpoint/io`
 */
export function readOnnxContent(wire: WireReader): OnnxContent {
  const walk = new ModelWalk(wire);
  return walk.run();
}

class ModelWalk {
  readonly #wire: WireReader;
  readonly #found: Found[] = [];
  readonly #metadata = new Map<string, string>();
  #metadataBytes = 0;

  constructor(wire: WireReader) {
    this.#wire = wire;
  }

  run(): OnnxContent {
    let [graphs, isTraining] = [0, false];
    for (const field of this.#wire.fields({ offset: 0, length: this.#wire.file.size })) {
      if (field.number === MODEL.graph) {
        this.#graph(message(field, this.#wire), []);
        graphs += 1;
      } else if (field.number === MODEL.metadata) this.#readMetadata(message(field, this.#wire));
      else if (field.number === MODEL.functions) this.#function(message(field, this.#wire));
      else if (field.number === MODEL.training) isTraining = true;
    }
    if (graphs !== 1) throw this.#wire.malformed(graphs === 0 ? 'the model has no graph' : 'the model has two graphs');
    return {
      initializers: this.#byName(),
      metadata: Object.fromEntries(this.#metadata),
      remarks: isTraining ? ['The state of training that the model holds beside its weights is left out.'] : [],
    };
  }

  #graph(graph: Span, scope: readonly string[]): void {
    if (scope.length > DEEPEST) throw this.#wire.malformed(`its graphs are nested more than ${DEEPEST} deep`);
    for (const field of this.#wire.fields(graph)) {
      if (field.number === GRAPH.node) this.#node(message(field, this.#wire), scope);
      else if (field.number === GRAPH.initializer) this.#initializer(message(field, this.#wire), scope);
      else if (field.number === GRAPH.sparseInitializer) throw sparse(this.#wire.file.path);
    }
  }

  #function(span: Span): void {
    for (const field of this.#wire.fields(span)) {
      if (field.number === FUNCTION.node) this.#node(message(field, this.#wire), ['function']);
    }
  }

  /** A node's name stands before its attributes, where it has one. */
  #node(span: Span, scope: readonly string[]): void {
    let name = 'node';
    for (const field of this.#wire.fields(span)) {
      if (field.number === NODE.name) name = this.#wire.text(field, LONGEST_NAME);
      else if (field.number === NODE.attribute) this.#attribute(message(field, this.#wire), [...scope, name]);
    }
  }

  #attribute(span: Span, scope: readonly string[]): void {
    let name = 'graph';
    for (const field of this.#wire.fields(span)) {
      if (field.number === ATTRIBUTE.name) name = this.#wire.text(field, LONGEST_NAME);
      else if (field.number === ATTRIBUTE.graph || field.number === ATTRIBUTE.graphs)
        this.#graph(message(field, this.#wire), [...scope.slice(0, -1), `${scope.at(-1)}.${name}`]);
    }
  }

  #initializer(span: Span, scope: readonly string[]): void {
    this.#found.push({ scope, tensor: readTensorFacts(this.#wire, span) });
    if (this.#found.length <= MOST_TENSORS) return;
    throw new StockpotError({
      code: 'checkpoint/too-many-tensors',
      what: `The model has more than ${MOST_TENSORS} initializers`,
      where: this.#wire.file.path,
    });
  }

  #readMetadata(span: Span): void {
    this.#metadataBytes += span.length;
    if (this.#metadataBytes > MOST_METADATA_BYTES) throw this.#wire.malformed('its metadata has no end');
    this.#metadata.set(...readTexts(this.#wire, span, LONGEST_TEXT));
  }

  /** Graphs of two branches may use the same name; the second tensor is then called by its place, too. */
  #byName(): ReadonlyMap<string, TensorFacts> {
    const initializers = new Map<string, TensorFacts>();
    for (const { scope, tensor } of this.#found.toSorted((a, b) => a.scope.length - b.scope.length)) {
      const name = initializers.has(tensor.name) ? [...scope, tensor.name].join('/') : tensor.name;
      if (initializers.has(name)) throw this.#wire.malformed(`two initializers are named '${name.slice(0, 100)}'`);
      initializers.set(name, tensor);
    }
    return initializers;
  }
}

function message(field: WireField, wire: WireReader): Span {
  if (field.type === BYTES) return field;
  throw wire.malformed(`field ${field.number} is no message`);
}

function sparse(path: string): StockpotError {
  return new StockpotError({
    code: 'checkpoint/unsupported-tensor',
    what: 'The model has sparse initializers, which are not read',
    where: path,
    remedy: 'Export it with dense ones.',
  });
}
