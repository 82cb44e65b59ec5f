import type { Graph, GraphNode } from './onnx/graph.ts';
import { attributeOf } from './onnx/graph.ts';

/** What the part of a network that a tensor belongs to does. */
export type LayerKind =
  | 'embedding'
  | 'convolution'
  | 'normalization'
  | 'attention'
  | 'mlp'
  | 'recurrent'
  | 'head'
  | 'other';

/** A node that multiplies by weights, looks up or scales, with its bias and the normalisation that follows it. */
export interface GraphLayer {
  /** Of the tensors that the graph gives it, in the order in which they are used. */
  readonly tensors: readonly { readonly name: string; readonly kind: LayerKind }[];
  readonly kind: LayerKind;
  /** Index of the node. */
  readonly node: number;
  /** How often height and width have been divided before or in it; undefined once they are gone. */
  readonly reductions: number | undefined;
  /** Layers between which everything passes through a single value are in different segments; counted from 0. */
  readonly segment: number;
}

const WEIGHTED = new Set(['Conv', 'ConvTranspose', 'ConvInteger', 'Gemm', 'MatMul', 'MatMulInteger', 'Einsum']);
const NORMALIZATIONS = /(?:Batch|Layer|Instance|Group|RMS|LayerNorm|Lp)Normalization$/;
const RECURRENT = new Set(['LSTM', 'GRU', 'RNN']);
/** Whose output is the input seen in another way. */
const VIEWS = new Set([
  'Identity',
  'Cast',
  'Reshape',
  'Transpose',
  'Squeeze',
  'Unsqueeze',
  'Dropout',
  'QuantizeLinear',
]);
const POOLS = new Set(['MaxPool', 'AveragePool', 'LpPool']);
const FLATTENING = new Set(['Flatten', 'GlobalAveragePool', 'GlobalMaxPool', 'GlobalLpPool', 'ReduceMean']);
/** What they tell of a value is its size, not its numbers. */
const SIZES = new Set(['Shape', 'Size', 'ConstantOfShape']);

/** What is known of a value while the graph is walked. */
interface Flow {
  /** The tensors that it is made of; undefined for what depends on the network's input. */
  readonly tensors: ReadonlySet<string> | undefined;
  /** The layer that has just computed it, which a bias or a normalisation joins. */
  readonly open: number | undefined;
  readonly reductions: number | undefined;
  /** Whether weights have had a part in it. */
  readonly weighted: boolean;
}

interface DraftLayer {
  readonly tensors: { name: string; kind: LayerKind }[];
  readonly kind: LayerKind;
  readonly node: number;
  readonly reductions: number | undefined;
}

/**
 * The layers of a network in the order of its graph; every tensor is in the one that uses it first. Those that the graph does not use
 * are in none.
 * @param isTensor tells the initializers that a checkpoint holds from constants
 */
export function graphLayers(graph: Graph, isTensor: (name: string) => boolean): readonly GraphLayer[] {
  const walk = new LayerWalk(graph, isTensor);
  for (const [index, node] of graph.nodes.entries()) walk.visit(node, index);
  return walk.finish();
}

class LayerWalk {
  readonly #graph: Graph;
  readonly #flows = new Map<string, Flow>();
  readonly #layers: DraftLayer[] = [];
  readonly #placed = new Set<string>();

  constructor(graph: Graph, isTensor: (name: string) => boolean) {
    this.#graph = graph;
    for (const name of graph.initializers.keys()) {
      const tensors = new Set(isTensor(name) ? [name] : []);
      this.#flows.set(name, { tensors, open: undefined, reductions: undefined, weighted: false });
    }
    for (const { name, shape } of graph.inputs) {
      const reductions = shape.length >= 4 ? 0 : undefined;
      this.#flows.set(name, { tensors: undefined, open: undefined, reductions, weighted: false });
    }
  }

  visit(node: GraphNode, index: number): void {
    const inputs = node.inputs.flatMap((name) => this.#flows.get(name) ?? []);
    const dynamic = inputs.filter(({ tensors }) => tensors === undefined);
    const own = new Set(inputs.flatMap(({ tensors }) => [...(tensors ?? [])]));
    if (dynamic.length === 0 || SIZES.has(node.op)) {
      this.#tell(node, {
        tensors: SIZES.has(node.op) ? new Set() : own,
        open: undefined,
        reductions: undefined,
        weighted: false,
      });
      return;
    }
    const reductions = this.#reductionsAfter(node, dynamic);
    const joined = own.size === 0 ? undefined : this.#place(node, index, dynamic, [...own], reductions);
    const open = own.size === 0 && VIEWS.has(node.op) && dynamic.length === 1 ? dynamic[0]!.open : joined;
    const weighted = own.size > 0 || dynamic.some((flow) => flow.weighted);
    this.#tell(node, { tensors: undefined, open, reductions, weighted });
  }

  finish(): readonly GraphLayer[] {
    const heads = headNodes(this.#graph, (name) => this.#isDynamic(name));
    const attending = attentionNodes(
      this.#graph,
      (name) => this.#isDynamic(name),
      (node) => this.#isWeighted(node),
    );
    const segments = this.#segments();
    return this.#layers.map((layer) => {
      const isWeighted = layer.kind === 'mlp' || layer.kind === 'convolution';
      const isHead = isWeighted && heads.has(layer.node);
      const kind = isHead ? 'head' : layer.kind === 'mlp' && attending.has(layer.node) ? 'attention' : layer.kind;
      const tensors = layer.tensors.map((tensor) => (tensor.kind === layer.kind ? { ...tensor, kind } : tensor));
      return { ...layer, kind, tensors, segment: segments[layer.node]! };
    });
  }

  /** Adds tensors to the layer that is open, or begins one. @returns the layer that is open behind the node */
  #place(
    node: GraphNode,
    index: number,
    dynamic: readonly Flow[],
    tensors: readonly string[],
    reductions: number | undefined,
  ): number | undefined {
    const kind = this.#kindOf(node, tensors);
    const open = dynamic.length === 1 ? dynamic[0]!.open : undefined;
    const joins = open !== undefined && (kind === 'normalization' || kind === 'bias');
    const ownKind = kind === 'bias' ? (joins ? this.#layers[open]!.kind : 'other') : kind;
    const fresh = tensors.filter((name) => !this.#placed.has(name));
    for (const name of fresh) this.#placed.add(name);
    if (joins) {
      this.#layers[open]!.tensors.push(...fresh.map((name) => ({ name, kind: ownKind })));
      return kind === 'bias' ? open : undefined;
    }
    if (fresh.length === 0) return undefined;
    this.#layers.push({
      tensors: fresh.map((name) => ({ name, kind: ownKind })),
      kind: ownKind,
      node: index,
      reductions,
    });
    return NORMALIZATIONS.test(node.op) || ownKind === 'embedding' ? undefined : this.#layers.length - 1;
  }

  #kindOf({ op }: GraphNode, tensors: readonly string[]): LayerKind | 'bias' {
    if (op.startsWith('Conv')) return 'convolution';
    if (WEIGHTED.has(op)) return 'mlp';
    if (NORMALIZATIONS.test(op)) return 'normalization';
    if (RECURRENT.has(op)) return 'recurrent';
    if (/Attention$/.test(op)) return 'attention';
    if (op === 'Gather' || op === 'Concat') return 'embedding';
    if (op === 'Add' || op === 'Sub' || op === 'PRelu')
      return tensors.some((name) => this.#isTable(name)) ? 'embedding' : 'bias';
    // A scale; in a normalisation that is written out, its weight.
    if (op === 'Mul' || op === 'Div') return 'normalization';
    return 'other';
  }

  /** More than one axis with more than one place: positions, not a bias. */
  #isTable(name: string): boolean {
    return (this.#graph.initializers.get(name)?.shape ?? []).filter((size) => size > 1).length > 1;
  }

  #reductionsAfter(node: GraphNode, dynamic: readonly Flow[]): number | undefined {
    const before = dynamic.flatMap(({ reductions }) => reductions ?? []);
    if (before.length === 0 || FLATTENING.has(node.op)) return undefined;
    const strided = node.op === 'Conv' || POOLS.has(node.op);
    const strides = strided ? attributeOf(node, 'strides', 'ints', []) : [];
    return Math.max(...before) + (strides.some((stride) => stride > 1) ? 1 : 0);
  }

  #tell(node: GraphNode, flow: Flow): void {
    for (const output of node.outputs) this.#flows.set(output, flow);
  }

  #isDynamic(name: string): boolean {
    const flow = this.#flows.get(name);
    return flow !== undefined && flow.tensors === undefined;
  }

  #isWeighted({ op, inputs }: GraphNode): boolean {
    return WEIGHTED.has(op) && inputs.some((name) => (this.#flows.get(name)?.tensors?.size ?? 0) > 0);
  }

  /** The segment of every node: a new one begins behind each node that leaves a single value to go on from. */
  #segments(): readonly number[] {
    const { nodes, outputs } = this.#graph;
    const lastUse = new Map(outputs.map(({ name }) => [name, nodes.length]));
    for (const [index, node] of nodes.entries()) {
      if (SIZES.has(node.op)) continue;
      for (const name of node.inputs) lastUse.set(name, Math.max(lastUse.get(name) ?? 0, index));
    }
    const layerNodes = new Set(this.#layers.map(({ node }) => node));
    const live = new Set<string>();
    let segment = 0;
    let hasLayer = false;
    return nodes.map((node, index) => {
      const own = segment;
      hasLayer ||= layerNodes.has(index);
      for (const name of node.outputs) {
        if (this.#flows.get(name)?.weighted === true && (lastUse.get(name) ?? 0) > index) live.add(name);
      }
      for (const name of node.inputs) if ((lastUse.get(name) ?? 0) <= index) live.delete(name);
      if (live.size === 1 && hasLayer) {
        segment += 1;
        hasLayer = false;
      }
      return own;
    });
  }
}

/** Nodes that the outputs come from with nothing else joining in between: whatever ends in a sum of branches has no head. */
function headNodes({ nodes, outputs }: Graph, isDynamic: (name: string) => boolean): ReadonlySet<number> {
  const producers = producersOf(nodes);
  const heads = new Set<number>();
  for (const { name } of outputs) {
    let value = name;
    for (;;) {
      const index = producers.get(value);
      if (index === undefined) break;
      const node = nodes[index]!;
      const dynamic = node.inputs.filter(isDynamic);
      if (WEIGHTED.has(node.op) && dynamic.length === 1) heads.add(index);
      if (dynamic.length !== 1 || WEIGHTED.has(node.op)) break;
      value = dynamic[0]!;
    }
  }
  return heads;
}

/**
 * Nodes whose outputs go into, or whose inputs come from, a product that attends: one of two computed values, before or behind a
 * softmax, with no other weights in between.
 */
function attentionNodes(
  { nodes }: Graph,
  isDynamic: (name: string) => boolean,
  isWeighted: (node: GraphNode) => boolean,
): ReadonlySet<number> {
  const producers = producersOf(nodes);
  const consumers = new Map<string, number[]>();
  for (const [index, node] of nodes.entries()) {
    for (const name of node.inputs) consumers.set(name, [...(consumers.get(name) ?? []), index]);
  }
  const before = (index: number): readonly number[] =>
    nodes[index]!.inputs.flatMap((name) => producers.get(name) ?? []);
  const behind = (index: number): readonly number[] =>
    nodes[index]!.outputs.flatMap((name) => consumers.get(name) ?? []);
  const isProduct = (index: number): boolean => {
    const { op, inputs } = nodes[index]!;
    return (op === 'MatMul' || op === 'Einsum') && inputs.filter(isDynamic).length > 1;
  };
  /** The first nodes that `wanted` fits, along every way; ways end at weights. */
  const reached = (
    from: number,
    next: (index: number) => readonly number[],
    wanted: (index: number) => boolean,
  ): readonly number[] => {
    const seen = new Set<number>();
    const found: number[] = [];
    const open = [...next(from)];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (seen.has(index)) continue;
      seen.add(index);
      if (wanted(index)) found.push(index);
      else if (!isWeighted(nodes[index]!)) open.push(...next(index));
    }
    return found;
  };
  const products = [...nodes.keys()]
    .filter((index) => nodes[index]!.op === 'Softmax')
    .flatMap((index) => [...reached(index, before, isProduct), ...reached(index, behind, isProduct)]);
  const weighted = (index: number): boolean => isWeighted(nodes[index]!);
  return new Set(
    products.flatMap((index) => [...reached(index, before, weighted), ...reached(index, behind, weighted)]),
  );
}

function producersOf(nodes: readonly GraphNode[]): ReadonlyMap<string, number> {
  return new Map(nodes.flatMap((node, index) => node.outputs.map((name) => [name, index] as const)));
}
