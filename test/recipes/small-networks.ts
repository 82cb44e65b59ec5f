import { readFileSync } from 'node:fs';
import type { LayerGroup } from '../../main/architectures/layer-groups.ts';
import type { Coefficients, Larder, SelectionOracle } from '../../main/recipes/recipe.ts';
import { larderOf, scoringOracle } from './kitchen.ts';

interface Reference {
  readonly network: {
    readonly shapes: Readonly<Record<string, readonly number[]>>;
    readonly layers: readonly LayerGroup[];
  };
  readonly cases: readonly {
    /** Row by row, five a sample. */
    readonly inputs: readonly number[];
    readonly labels: readonly number[];
    /** The tensors of each ingredient, one behind the other. */
    readonly models: readonly (readonly number[])[];
    readonly outcomes: readonly {
      readonly recipe: string;
      readonly options: Readonly<Record<string, unknown>>;
      /** Of each tensor the sum of its elements times 1, 2, 3, … */
      readonly fingerprint: readonly number[];
    }[];
  }[];
}

/** Made by `make_layers.py` beside it: real averages of small networks, searched by a second implementation. */
const { network, cases } = JSON.parse(
  readFileSync(new URL('../fixtures/recipes/layers.json', import.meta.url), 'utf8'),
) as Reference;

export type Tensors = ReadonlyMap<string, readonly number[]>;
type Case = Reference['cases'][number];

/** Names of the tensors, in the order of fingerprints. */
export const TENSORS = Object.keys(network.shapes);
const [INPUTS, WIDTH] = network.shapes['conv.weight'] as readonly [number, number];
const CLASSES = network.shapes['classifier.bias']![0]!;

function tensorsOf(values: readonly number[]): Tensors {
  let start = 0;
  return new Map(
    Object.entries(network.shapes).map(([name, shape]) => {
      const size = shape.reduce((product, length) => product * length, 1);
      start += size;
      return [name, values.slice(start - size, start)];
    }),
  );
}

/** What coefficients make of ingredients. */
export function mix(models: readonly Tensors[], { groups }: Coefficients): Tensors {
  return new Map(
    TENSORS.map((name) => {
      const { weights } = groups.find(({ tensors }) => tensors === 'rest' || tensors.includes(name))!;
      const sum = models[0]!
        .get(name)!
        .map((_, place) => weights.reduce((total, weight, i) => total + weight * models[i]!.get(name)![place]!, 0));
      return [name, sum];
    }),
  );
}

function product(row: readonly number[], matrix: readonly number[], columns: number): readonly number[] {
  return Array.from({ length: columns }, (_, column) =>
    row.reduce((sum, value, k) => sum + value * matrix[k * columns + column]!, 0),
  );
}

function logitsOf(model: Tensors, input: readonly number[]): readonly number[] {
  const of = (name: string): readonly number[] => model.get(name)!;
  const first = product(input, of('conv.weight'), WIDTH).map((value, i) =>
    Math.max(0, (value + of('conv.bias')[i]!) * of('bn.weight')[i]! + of('bn.bias')[i]!),
  );
  const second = product(first, of('fc.weight'), WIDTH).map(
    (value, i) => Math.max(0, value + of('fc.bias')[i]!) * of('fc_bn.weight')[i]!,
  );
  return product(second, of('classifier.weight'), CLASSES).map(
    (value, i) => (value + of('classifier.bias')[i]!) * of('scale')[i]!,
  );
}

function score(model: Tensors, { inputs, labels }: Case): { readonly correct: number; readonly loss: number } {
  let [correct, loss] = [0, 0];
  for (const [sample, label] of labels.entries()) {
    const logits = logitsOf(model, inputs.slice(sample * INPUTS, (sample + 1) * INPUTS));
    const highest = Math.max(...logits);
    if (logits[label] === highest) correct += 1;
    loss += highest + Math.log(logits.reduce((sum, value) => sum + Math.exp(value - highest), 0)) - logits[label]!;
  }
  return { correct, loss: loss / labels.length };
}

/** One of the reference's problems, ready to be cooked with. */
interface SmallNetworks {
  readonly models: readonly Tensors[];
  readonly larder: Larder;
  readonly oracle: SelectionOracle;
  readonly outcomes: Case['outcomes'];
}

export const SMALL_NETWORKS = cases.map((reference): SmallNetworks => {
  const models = reference.models.map(tensorsOf);
  const names = models.map((_, index) => `m${index}`);
  const oracle = scoringOracle(reference.labels.length, (candidate) => {
    const { correct, loss } = score(mix(models, candidate), reference);
    return { correct, loss, figures: { loss } };
  });
  const larder = { ...larderOf(names, { tensors: TENSORS, groups: { layer: network.layers } }), hasSelection: true };
  return { models, larder, oracle, outcomes: reference.outcomes };
});

/** Of each tensor the sum of its elements times 1, 2, 3, … */
export function fingerprintOf(model: Tensors): readonly number[] {
  return TENSORS.map((name) => model.get(name)!.reduce((sum, value, i) => sum + value * (i + 1), 0));
}
