import { assignRows } from '../kernels/assign.ts';
import type { Permutations } from '../permutations.ts';
import type { GroupFamily } from '../symmetries.ts';
import { hasMovingBundles } from './columns.ts';
import { type MatchingProblem, type Numbers, paddedLength } from './problem.ts';

/** A grouped convolution's weight: what matching two of its groups is worth depends on how their inputs and outputs are matched. */
interface Link {
  readonly reference: Numbers;
  readonly candidate: Numbers;
  /** First element of the weight's first bundle of outputs. */
  readonly start: number;
  /** Outputs and inputs of a bundle, and numbers for each pair of them. */
  readonly outputSize: number;
  readonly inputSize: number;
  readonly kernel: number;
  /** Positions among the family's groups; undefined where channels stay within their bundles. */
  readonly outputs: number | undefined;
  readonly inputs: number | undefined;
}

/** For each group of the family, which channel within the candidate's bundle comes to each place within the reference's. */
type Within = readonly Int32Array[];

/** Rounds of matching inputs given outputs and outputs given inputs; it ends sooner when nothing changes any more. */
const MOST_ROUNDS = 20;

export interface FamilyMatch {
  /** By the family's groups. */
  readonly permutations: readonly Int32Array[];
  readonly before: number;
  readonly after: number;
}

/**
 * Matches the channels of grouped convolutions: first what each pair of bundles is worth with their channels matched as well as can
 * be, then bundles with bundles, then channels within matched bundles with each other until nothing changes. The sum never falls,
 * since bundles as they are matched now compete with their present channels.
 */
export function matchBundles(problem: MatchingProblem, family: GroupFamily, current: Permutations): FamilyMatch {
  return new BundleMatching(problem, family, current).run();
}

class BundleMatching {
  readonly #problem: MatchingProblem;
  readonly #family: GroupFamily;
  readonly #sizes: readonly number[];
  readonly #links: readonly Link[];
  readonly #current: readonly Int32Array[];

  constructor(problem: MatchingProblem, family: GroupFamily, current: Permutations) {
    this.#problem = problem;
    this.#family = family;
    this.#sizes = family.groups.map((group) => problem.symmetries.groups[group]!.bundleSize);
    this.#current = family.groups.map((group) => current[group]!);
    this.#links = linksOf(problem, family);
  }

  run(): FamilyMatch {
    const { bundles, bundlesMove } = this.#family;
    const partners = Int32Array.from({ length: bundles }, (_, bundle) => this.#partnerOf(bundle));
    const present = Array.from({ length: bundles }, (_, bundle) => this.#presentWithin(bundle));
    const before = present.reduce((sum, within, bundle) => sum + this.#worth(bundle, partners[bundle]!, within), 0);
    const improved = present.map((within, bundle) => this.#refine(bundle, partners[bundle]!, within));
    const matched = bundlesMove ? this.#matchPairs(partners, improved) : { partners, within: improved };
    let after = 0;
    const permutations = this.#current.map((permutation) => permutation.slice());
    for (let bundle = 0; bundle < bundles; bundle += 1) {
      const partner = matched.partners[bundle]!;
      const refined = this.#refine(bundle, partner, matched.within[bundle]!);
      const fresh = this.#refine(bundle, partner, this.#assignedWithin(bundle, partner));
      const [a, b] = [this.#worth(bundle, partner, refined), this.#worth(bundle, partner, fresh)];
      after += Math.max(a, b);
      for (const [row, within] of (b > a ? fresh : refined).entries()) {
        const size = this.#sizes[row]!;
        permutations[row]!.set(
          within.map((channel) => partner * size + channel),
          bundle * size,
        );
      }
    }
    return { permutations, before, after };
  }

  #partnerOf(bundle: number): number {
    const size = this.#sizes[0]!;
    return Math.floor(this.#current[0]![bundle * size]! / size);
  }

  #presentWithin(bundle: number): Within {
    return this.#sizes.map((size, row) =>
      this.#current[row]!.slice(bundle * size, (bundle + 1) * size).map((channel) => channel % size),
    );
  }

  #matchPairs(
    partners: Int32Array,
    improved: readonly Within[],
  ): { readonly partners: Int32Array; readonly within: readonly Within[] } {
    const { bundles } = this.#family;
    const worth = new Float64Array(bundles * bundles);
    const within = Array.from({ length: bundles }, (_, a) =>
      Array.from({ length: bundles }, (__, b) => (partners[a] === b ? improved[a]! : this.#assignedWithin(a, b))),
    );
    for (let a = 0; a < bundles; a += 1) {
      for (let b = 0; b < bundles; b += 1) worth[a * bundles + b] = this.#worth(a, b, within[a]![b]!);
    }
    const { columns } = assignRows(worth, bundles);
    return { partners: columns, within: Array.from(columns, (b, a) => within[a]![b]!) };
  }

  /** Channels of two bundles matched by everything but grouped weights. */
  #assignedWithin(a: number, b: number): Within {
    return this.#sizes.map((size, row) => assignRows(this.#gainsWithin(row, a, b), size).columns);
  }

  #gainsWithin(row: number, a: number, b: number): Float64Array {
    const group = this.#family.groups[row]!;
    const size = this.#sizes[row]!;
    const stride = paddedLength(this.#problem.symmetries.groups[group]!.channels);
    const gains = this.#problem.gains[group]!;
    const result = new Float64Array(size * size);
    for (let i = 0; i < size; i += 1) {
      const from = (a * size + i) * stride + b * size;
      result.set(gains.subarray(from, from + size), i * size);
    }
    return result;
  }

  #worth(a: number, b: number, within: Within): number {
    let sum = 0;
    for (const [row, size] of this.#sizes.entries()) {
      const gains = this.#gainsWithin(row, a, b);
      for (let i = 0; i < size; i += 1) sum += gains[i * size + within[row]![i]!]!;
    }
    for (const link of this.#links) sum += linkWorth(link, a, b, within);
    return sum;
  }

  /** Matches the channels of each group in turn, given those of the others, as long as that changes something. */
  #refine(a: number, b: number, start: Within): Within {
    if (this.#links.length === 0) return this.#assignedWithin(a, b);
    const within = [...start];
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      let changed = false;
      for (const [row, size] of this.#sizes.entries()) {
        if (size === 1) continue;
        const gains = this.#gainsWithin(row, a, b);
        for (const link of this.#links) addLinkGains(link, row, a, b, within, gains);
        const { columns } = assignRows(gains, size);
        if (totalOf(gains, columns) <= totalOf(gains, within[row]!)) continue;
        within[row] = columns;
        changed = true;
      }
      if (!changed) break;
    }
    return within;
  }
}

function totalOf(gains: Float64Array, columns: Int32Array): number {
  return columns.reduce((sum, column, row) => sum + gains[row * columns.length + column]!, 0);
}

function linksOf({ symmetries, tensors }: MatchingProblem, family: GroupFamily): readonly Link[] {
  return tensors.flatMap(({ symmetry, reference, candidate }) => {
    if (!hasMovingBundles(symmetries, symmetry)) return [];
    const [, inputSize, ...rest] = symmetry.shape as [number, number, ...number[]];
    const kernel = rest.reduce((product, size) => product * size, 1);
    const position = (group: number | undefined): number | undefined =>
      group === undefined ? undefined : family.groups.indexOf(group);
    return symmetry.grouped
      .filter((part) => part.family !== undefined && symmetries.families[part.family] === family)
      .map(({ start, outputs, inputs, outputSize }) => ({
        reference,
        candidate,
        start: start * inputSize * kernel,
        outputSize,
        inputSize,
        kernel,
        outputs: position(outputs),
        inputs: position(inputs),
      }));
  });
}

function linkWorth(link: Link, a: number, b: number, within: Within): number {
  let sum = 0;
  for (let output = 0; output < link.outputSize; output += 1) {
    for (let input = 0; input < link.inputSize; input += 1) {
      sum += product(
        link,
        a,
        b,
        output,
        placed(link.outputs, within, output),
        input,
        placed(link.inputs, within, input),
      );
    }
  }
  return sum;
}

/** What the grouped weight adds to matching two channels of a group, given how the channels at its other end are matched. */
function addLinkGains(link: Link, row: number, a: number, b: number, within: Within, gains: Float64Array): void {
  const { outputSize, inputSize } = link;
  if (link.outputs === row) {
    for (let i = 0; i < outputSize; i += 1) {
      for (let j = 0; j < outputSize; j += 1) {
        for (let input = 0; input < inputSize; input += 1) {
          gains[i * outputSize + j]! += product(link, a, b, i, j, input, placed(link.inputs, within, input));
        }
      }
    }
  }
  if (link.inputs === row) {
    for (let i = 0; i < inputSize; i += 1) {
      for (let j = 0; j < inputSize; j += 1) {
        for (let output = 0; output < outputSize; output += 1) {
          gains[i * inputSize + j]! += product(link, a, b, output, placed(link.outputs, within, output), i, j);
        }
      }
    }
  }
}

function placed(row: number | undefined, within: Within, channel: number): number {
  return row === undefined ? channel : within[row]![channel]!;
}

/** ⟨reference, candidate⟩ over the kernel of one pair of channels. */
function product(
  { reference, candidate, start, outputSize, inputSize, kernel }: Link,
  a: number,
  b: number,
  outputA: number,
  outputB: number,
  inputA: number,
  inputB: number,
): number {
  const inReference = start + ((a * outputSize + outputA) * inputSize + inputA) * kernel;
  const inCandidate = start + ((b * outputSize + outputB) * inputSize + inputB) * kernel;
  let sum = 0;
  for (let at = 0; at < kernel; at += 1) sum += reference[inReference + at]! * candidate[inCandidate + at]!;
  return sum;
}
