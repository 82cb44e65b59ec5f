import { BYTES_PER_ELEMENT, type DType, isFloating, type TensorInfo } from '../checkpoints/checkpoint.ts';
import { StockpotError } from '../errors.ts';
import { checkSameTensors } from './compare-ingredients.ts';
import type { MethodParameters, TensorMethod } from './methods/tensor-method.ts';
import type { Mixture, TensorGroup } from './mixture.ts';
import { checkMethod, methodFor, parametersFor } from './plan-method.ts';

/** Something tensors are read from: an opened checkpoint, or one held in memory. */
export interface TensorSource {
  /** How messages call it: the file's path. */
  readonly path: string;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** Element types that `keep` means, where they are others than `tensors` says: those of what the tensors are computed from. */
  readonly ownTypes?: ReadonlyMap<string, DType> | undefined;
  /** As `Checkpoint.read`. */
  read(name: string, byteOffset: number, target: Uint8Array): void;
}

export interface Term {
  /** Index into the mixture's ingredients. */
  readonly ingredient: number;
  readonly dtype: DType;
  readonly weight: number;
}

interface StepFacts {
  /** The tensor as it will be written. */
  readonly output: TensorInfo;
  readonly terms: readonly Term[];
  /** Precision of the accumulators, or of what a method gets. Tensors with an F64 input or output are always summed in f64. */
  readonly accumulate: 'f32' | 'f64';
  /** Whether it is worth telling what the one rounding costs: to a narrow type, or to one that somebody chose. */
  readonly isMeasured: boolean;
}

interface PlainStep extends StepFacts {
  /** `copy`: the bytes of the only term; `sum`: Σ weight · term, in this order. */
  readonly kind: 'copy' | 'sum';
}

/** What a method makes of the terms. */
export interface MergeStep extends StepFacts {
  readonly kind: 'merge';
  readonly method: TensorMethod;
  /** For the terms, in their order. */
  readonly parameters: MethodParameters;
  /** All that its group's method merges, itself among them. */
  readonly together: readonly MergeStep[];
}

/** How one tensor of the soup comes about. */
export type TensorStep = PlainStep | MergeStep;

/** Whether a step's terms are read as f64. */
export function readsDoubles(step: TensorStep): boolean {
  return step.kind === 'merge' ? step.accumulate === 'f64' : step.terms.some((term) => term.dtype === 'F64');
}

/** Everything that is decided before the first element is read. */
export interface MixturePlan {
  /** In the first ingredient's order. */
  readonly steps: readonly TensorStep[];
  /** Bytes that will be read from the ingredients, all together. */
  readonly inputBytes: number;
}

const SUM_OUTPUTS: ReadonlySet<DType> = new Set(['F16', 'BF16', 'F32', 'F64']);

/**
 * Checks the ingredients against each other and the weights against the ingredients, and says what each tensor is made of.
 * @param sources one per ingredient of the mixture, in its order
 * @throws StockpotError `mix/no-ingredients`, `mix/mismatched-ingredients`, `mix/weight-count`, `mix/bad-weight`,
 *   `mix/all-weights-zero`, `mix/bad-groups`, `mix/bad-method`, `mix/unsupported-dtype`
 */
export function planMixture(mixture: Mixture, sources: readonly TensorSource[]): MixturePlan {
  const [first] = sources;
  if (first === undefined) throw noIngredients();
  checkSameTensors(sources);
  for (const group of mixture.groups) {
    checkWeights(group, sources.length);
    if (group.method !== undefined) checkMethod(group.name, group.method, sources.length);
  }
  const groupOf = resolveGroups(mixture.groups, first);
  const mergedBy = new Map<TensorGroup, MergeStep[]>(mixture.groups.map((group) => [group, []]));
  const steps = [...first.tensors.values()].map((tensor) => {
    const group = groupOf(tensor.name);
    const together = mergedBy.get(group)!;
    const step = planTensor(tensor, group, mixture, sources, together);
    refuseFloat8(step);
    if (step.kind === 'merge') together.push(step);
    return step;
  });
  return { steps, inputBytes: steps.reduce((sum, step) => sum + inputBytesOf(step, sources), 0) };
}

/** The index of the ingredient that integer and boolean tensors are taken from: the heaviest, ties to the earlier. */
function heaviest(weights: readonly number[]): number {
  let best = -1;
  for (const [i, weight] of weights.entries()) {
    if (weight !== 0 && (best === -1 || weight > weights[best]!)) best = i;
  }
  return best;
}

function planTensor(
  tensor: TensorInfo,
  group: TensorGroup,
  mixture: Mixture,
  sources: readonly TensorSource[],
  together: readonly MergeStep[],
): TensorStep {
  const { weights, method } = group;
  const infoIn = (ingredient: number): TensorInfo => sources[ingredient]!.tensors.get(tensor.name)!;
  if (!isFloating(tensor.dtype)) {
    const ingredient = method?.base ?? heaviest(weights);
    const terms = [{ ingredient, dtype: tensor.dtype, weight: 1 }];
    return { output: infoIn(ingredient), kind: 'copy', terms, accumulate: mixture.accumulate, isMeasured: false };
  }
  const terms = weights.flatMap((weight, ingredient) =>
    weight === 0 && ingredient !== method?.base ? [] : [{ ingredient, dtype: infoIn(ingredient).dtype, weight }],
  );
  const ownType = sources[terms[0]!.ingredient]!.ownTypes?.get(tensor.name) ?? terms[0]!.dtype;
  const dtype = mixture.dtype === 'keep' ? ownType : mixture.dtype;
  const involvesDoubles = dtype === 'F64' || terms.some((term) => term.dtype === 'F64');
  const output = { ...tensor, dtype, byteLength: tensor.elementCount * BYTES_PER_ELEMENT[dtype] };
  if (method !== undefined) {
    const accumulate = involvesDoubles || (isNarrow(dtype) && mixture.accumulate === 'f64') ? 'f64' : 'f32';
    const parameters = parametersFor(method, terms);
    const isMeasured = isWorthTelling(dtype, accumulate, mixture);
    return { output, kind: 'merge', terms, accumulate, isMeasured, method: methodFor(method), parameters, together };
  }
  const only = terms.length === 1 ? terms[0]! : undefined;
  const kind = only !== undefined && only.weight === 1 && only.dtype === dtype ? 'copy' : 'sum';
  const accumulate = involvesDoubles ? 'f64' : mixture.accumulate;
  return { output, kind, terms, accumulate, isMeasured: kind === 'sum' && isWorthTelling(dtype, accumulate, mixture) };
}

/** Sums in f32 that stay f32, and f64 ones that stay f64, are not rounded any more. */
function isWorthTelling(dtype: DType, accumulate: 'f32' | 'f64', mixture: Mixture): boolean {
  return isNarrow(dtype) || (mixture.dtype === 'F32' && accumulate === 'f64');
}

function isNarrow(dtype: DType): boolean {
  return dtype === 'F16' || dtype === 'BF16';
}

function inputBytesOf(step: TensorStep, sources: readonly TensorSource[]): number {
  return step.terms.reduce((sum, term) => sum + sources[term.ingredient]!.tensors.get(step.output.name)!.byteLength, 0);
}

/** Sums are written in the four types that weights are trained and kept in; 8-bit types need scales that files lack. */
function refuseFloat8(step: TensorStep): void {
  if (step.kind === 'copy' || SUM_OUTPUTS.has(step.output.dtype)) return;
  throw new StockpotError({
    code: 'mix/unsupported-dtype',
    what: `An average cannot be written as ${step.output.dtype}`,
    where: step.output.name,
    remedy: 'Choose another element type for the result: F16, BF16, F32 or F64 (--dtype).',
  });
}

function checkWeights(group: TensorGroup, ingredientCount: number): void {
  const where = `group ${group.name}`;
  if (group.weights.length !== ingredientCount) {
    throw new StockpotError({
      code: 'mix/weight-count',
      what: `${group.weights.length} weights were given for ${ingredientCount} ingredients`,
      where,
      remedy: 'Give one weight for each ingredient, in the same order.',
    });
  }
  const bad = group.weights.findIndex((weight) => !Number.isFinite(weight));
  if (bad !== -1) {
    throw new StockpotError({
      code: 'mix/bad-weight',
      what: `Weight ${bad + 1} is ${group.weights[bad]}, not a finite number`,
      where,
    });
  }
  if (group.weights.every((weight) => weight === 0)) {
    throw new StockpotError({
      code: 'mix/all-weights-zero',
      what: 'All weights are zero, so nothing would be left',
      where,
      remedy: 'Give at least one ingredient a weight other than zero.',
    });
  }
}

/** Finds each tensor's group, having checked that every tensor has exactly one and that groups name only what exists. */
function resolveGroups(groups: readonly TensorGroup[], first: TensorSource): (name: string) => TensorGroup {
  const named = new Map<string, TensorGroup>();
  const problems: string[] = [];
  let rest: TensorGroup | undefined;
  for (const group of groups) {
    if (group.tensors === 'rest') {
      if (rest !== undefined) problems.push(`groups ${rest.name} and ${group.name} both take the rest`);
      rest = group;
      continue;
    }
    for (const name of group.tensors) {
      const other = named.get(name);
      if (other !== undefined) problems.push(`${name} is in groups ${other.name} and ${group.name}`);
      if (!first.tensors.has(name)) problems.push(`${name}, named by group ${group.name}, is not in the ingredients`);
      named.set(name, group);
    }
  }
  if (rest === undefined) {
    for (const name of first.tensors.keys()) if (!named.has(name)) problems.push(`${name} is in no group`);
  }
  if (problems.length > 0) {
    throw new StockpotError({
      code: 'mix/bad-groups',
      what: 'The tensor groups do not cover the tensors exactly once',
      details: problems,
    });
  }
  return (name) => named.get(name) ?? rest!;
}

function noIngredients(): StockpotError {
  return new StockpotError({
    code: 'mix/no-ingredients',
    what: 'There are no ingredients to mix',
    remedy: 'Name at least one checkpoint.',
  });
}
