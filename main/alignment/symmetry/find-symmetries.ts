import type { Graph, GraphNode, GraphTensor } from '../../architectures/onnx/graph.ts';
import { isFloating } from '../../checkpoints/checkpoint.ts';
import { toFloat64 } from '../../checkpoints/convert.ts';
import type { Obstacle, Symmetries } from '../symmetries.ts';
import { Channels, segmentOf, unify } from './channels.ts';
import { describeSymmetries } from './describe-symmetries.ts';
import type { GroupedWeight } from './rule.ts';
import { RULES } from './rules/index.ts';
import { axisOf, fixedAxis, fixValue, isFree, OPAQUE, type Value } from './value.ts';

/**
 * The permutations of hidden channels under which a network computes the same, from its ONNX graph.
 *
 * Every axis of every initializer starts as channels of its own, free to change places. Operators then tie axes to one another (a
 * convolution's outputs to its BatchNorm's parameters and to the next one's inputs, both sides of a residual sum), take them apart
 * (Concat, grouped convolutions) or widen them (Flatten). The graph's inputs and outputs stay as they are, and so does whatever
 * goes through an operator that is not known: the result is then less free than it could be, never wrong.
 *
 * The idea of axes tied by permutations: Ainsworth, Hayase & Srinivasa, "Git Re-Basin" (2022), arXiv 2209.04836, section 3; there the
 * ties are written down for each model by hand.
 * @param movable names of initializers that can be rearranged; others, such as constants of the graph, stay
 */
export function findSymmetries(graph: Graph, movable: ReadonlySet<string>): Symmetries {
  return new SymmetrySearch(graph, movable).run();
}

class SymmetrySearch {
  readonly #graph: Graph;
  readonly #values = new Map<string, Value>();
  readonly #grouped = new Map<string, readonly GroupedWeight[]>();
  readonly #obstacles: Obstacle[] = [];

  constructor(graph: Graph, movable: ReadonlySet<string>) {
    this.#graph = graph;
    for (const tensor of graph.initializers.values()) this.#values.set(tensor.name, initial(tensor, movable));
    for (const { name, shape } of graph.inputs) {
      this.#values.set(name, { axes: shape.map((size) => fixedAxis(typeof size === 'number' ? size : undefined)) });
    }
  }

  run(): Symmetries {
    for (const node of this.#graph.nodes) this.#pass(node);
    for (const { name } of this.#graph.outputs) fixValue(this.#values.get(name) ?? OPAQUE);
    const layouts = [...this.#graph.initializers.values()].map(({ name, shape }) => ({
      name,
      shape,
      axes: this.#values.get(name)!.axes!.map(({ layout }) => layout),
      grouped: this.#grouped.get(name) ?? [],
    }));
    return { ...describeSymmetries(layouts), obstacles: this.#obstacles };
  }

  #pass(node: GraphNode): void {
    if (node.op === 'Constant') {
      this.#values.set(node.outputs[0]!, constant(node));
      return;
    }
    const inputs = node.inputs.map((name) => (name === '' ? undefined : (this.#values.get(name) ?? OPAQUE)));
    const outputs = RULES.get(node.op)?.({
      node,
      inputs,
      addGrouped: (weight, parts) => this.#addGrouped(weight, parts),
      obstacle: (why) => this.#note(node, why),
    });
    if (outputs === undefined) this.#fixAll(node, inputs);
    for (const [index, name] of node.outputs.entries()) this.#values.set(name, outputs?.[index] ?? OPAQUE);
  }

  #fixAll(node: GraphNode, inputs: readonly (Value | undefined)[]): void {
    const held = inputs.some((input) => input?.axes?.some(isFree));
    if (held)
      this.#note(
        node,
        RULES.has(node.op) ? 'what it does to channels is not known beforehand' : 'the operator is not known',
      );
    for (const input of inputs) if (input !== undefined) fixValue(input);
  }

  #note(node: GraphNode, why: string): void {
    this.#obstacles.push({ node: node.name || (node.outputs[0] ?? ''), operator: node.op, why });
  }

  /** A weight that several convolutions share must see the same channels in all of them. */
  #addGrouped(weight: string, parts: readonly GroupedWeight[]): boolean {
    const known = this.#grouped.get(weight);
    if (known === undefined) {
      this.#grouped.set(weight, parts);
      return true;
    }
    if (known.length !== parts.length || known.some(({ start }, index) => start !== parts[index]!.start)) return false;
    return known.every(
      ({ inputs, outputs }, index) =>
        unify([segmentOf(inputs)], [segmentOf(parts[index]!.inputs)]) &&
        unify([segmentOf(outputs)], [segmentOf(parts[index]!.outputs)]),
    );
  }
}

function initial(tensor: GraphTensor, movable: ReadonlySet<string>): Value {
  const isMovable = movable.has(tensor.name) && isFloating(tensor.dtype);
  const axes = tensor.shape.map((size) =>
    isMovable && size > 1 ? axisOf([segmentOf(new Channels(size))]) : fixedAxis(size),
  );
  return { axes, numbers: numbersOf(tensor), initializer: tensor.name };
}

function constant(node: GraphNode): Value {
  const attribute = [...node.attributes.values()][0];
  switch (attribute?.kind) {
    case 'tensor':
      return { axes: attribute.value.shape.map(fixedAxis), numbers: numbersOf(attribute.value) };
    case 'int':
      return { axes: [], numbers: [attribute.value] };
    case 'ints':
      return { axes: [fixedAxis(attribute.value.length)], numbers: attribute.value };
    case 'float':
      return { axes: [] };
    case 'floats':
      return { axes: [fixedAxis(attribute.value.length)] };
    default:
      return OPAQUE;
  }
}

/** Shapes, axes and indices are short; scales of Resize are floating-point. */
const MOST_NUMBERS = 64;

function numbersOf({ dtype, bytes, shape }: GraphTensor): readonly number[] | undefined {
  const count = shape.reduce((product, size) => product * size, 1);
  return bytes === undefined || count > MOST_NUMBERS ? undefined : [...toFloat64(dtype, bytes)];
}
