import { assignRows } from '../kernels/assign.ts';
import type { Permutations } from '../permutations.ts';
import { placesOf } from '../tensor-places.ts';
import { type FamilyMatch, matchBundles } from './bundles.ts';
import { Gains } from './gains.ts';
import { type MatchingProblem, paddedLength } from './problem.ts';

/** ⟨reference, candidate⟩ of a tensor and the squares of both. */
export interface TensorProducts {
  readonly tensor: number;
  readonly product: number;
  readonly referenceSquares: number;
  readonly candidateSquares: number;
}

/** One thread's part of a matching: every thread brings some rows of the gains up to date, the first one then assigns. */
export class MatchingShare {
  readonly #problem: MatchingProblem;
  readonly #index: number;
  readonly #count: number;
  readonly #gains: Gains;
  readonly #prices = new Map<number, Float64Array>();

  constructor(problem: MatchingProblem, index: number, count: number) {
    this.#problem = problem;
    this.#index = index;
    this.#count = count;
    this.#gains = new Gains(problem);
  }

  update(family: number, permutations: Permutations): void {
    for (const group of this.#problem.symmetries.families[family]!.groups) {
      const panels = paddedLength(this.#problem.symmetries.groups[group]!.channels) / 4;
      const share = (index: number): number => Math.floor((panels * index) / this.#count) * 4;
      this.#gains.update(group, permutations, share(this.#index), share(this.#index + 1));
    }
  }

  /** The best permutations of a family, all others as they are; once all threads have updated its gains. */
  match(family: number, permutations: Permutations): FamilyMatch {
    const { families, groups } = this.#problem.symmetries;
    const { groups: members, bundles } = families[family]!;
    if (bundles > 1) return matchBundles(this.#problem, families[family]!, permutations);
    const [group] = members as [number];
    const { channels } = groups[group]!;
    const gains = this.#problem.gains[group]!;
    const rowLength = paddedLength(channels);
    const { columns, prices } = assignRows(gains, channels, { rowLength, prices: this.#prices.get(group) });
    this.#prices.set(group, prices);
    const worth = (assigned: Int32Array): number =>
      assigned.reduce((sum, column, row) => sum + gains[row * rowLength + column]!, 0);
    return { permutations: [columns], before: worth(permutations[group]!), after: worth(columns) };
  }

  /** Of this thread's share of the tensors. */
  measure(permutations: Permutations): readonly TensorProducts[] {
    return this.#problem.tensors
      .map((_, tensor) => tensor)
      .filter((tensor) => tensor % this.#count === this.#index)
      .map((tensor) => this.#products(tensor, permutations));
  }

  #products(tensor: number, permutations: Permutations): TensorProducts {
    const { symmetry, reference, candidate } = this.#problem.tensors[tensor]!;
    const places = placesOf(this.#problem.symmetries, symmetry, permutations);
    let product = 0;
    let referenceSquares = 0;
    let candidateSquares = 0;
    for (let row = 0; row < places.rows; row += 1) {
      const start = row * places.rowLength;
      const from = (places.rowFrom?.[row] ?? row) * places.rowLength;
      const elements = places.elementsFrom(row);
      for (let at = 0; at < places.rowLength; at += 1) {
        const a = reference[start + at]!;
        const b = candidate[from + (elements === undefined ? at : elements[at]!)]!;
        product += a * b;
        referenceSquares += a * a;
        candidateSquares += b * b;
      }
    }
    return { tensor, product, referenceSquares, candidateSquares };
  }
}
