import type { Arithmetic } from '../kernels/arithmetic.ts';
import { arithmeticFor } from './tables.ts';
import type { PiecedTensor } from './tensor-method.ts';

/** One of several series of values that are as long as the tensor: the differences of each model, say. */
type VisitSeries = (series: number, values: number, start: number, count: number) => void;

/** Goes over all values of all series once; `visit` gets addresses in the kernels' memory. */
export type SeriesPass = (visit: VisitSeries) => void;

/** The magnitude at a rank, also as its bits, and how many are smaller. */
export interface Selected {
  readonly high: number;
  readonly low: number;
  readonly magnitude: number;
  readonly before: number;
  /** How many have this magnitude. */
  readonly equal: number;
}

const COUNTERS = 65_536;

/**
 * The magnitudes at the given ranks (0 is the smallest) of each series, found by counting digits of 16 bits: two passes for f32, four
 * for f64, and 256 KB of counters a series, whatever the size of the tensor.
 * @param ranks of each series, each below the tensor's number of elements
 */
export function selectRanks(
  tensor: PiecedTensor,
  pass: SeriesPass,
  ranks: readonly (readonly number[])[],
): readonly (readonly Selected[])[] {
  const search = new RankSearch(tensor, ranks);
  search.run(pass);
  return search.found();
}

class RankSearch {
  readonly #tensor: PiecedTensor;
  readonly #arithmetic: Arithmetic;
  readonly #goals: readonly (readonly Goal[])[];
  readonly #tables: number;

  constructor(tensor: PiecedTensor, ranks: readonly (readonly number[])[]) {
    this.#tensor = tensor;
    this.#arithmetic = arithmeticFor(tensor);
    this.#goals = ranks.map((list) => list.map((rank) => ({ bits: 0n, rank, before: 0, equal: 0 })));
    this.#tables = tensor.reserve(Math.max(1, ranks.flat().length) * COUNTERS * 4);
  }

  run(pass: SeriesPass): void {
    const { countDigits, size } = this.#arithmetic;
    for (let shift = size * 8 - 16; shift >= 0; shift -= 16) {
      const groups = this.#groups();
      const { buffer } = this.#tensor.kernels.memory;
      new Uint32Array(buffer, this.#tables, groups.length * COUNTERS).fill(0);
      pass((series, values, _start, count) => {
        for (const [i, group] of groups.entries()) {
          if (group.series !== series) continue;
          countDigits(values, count, highOf(group.bits), lowOf(group.bits), shift, this.#tables + i * COUNTERS * 4);
        }
      });
      for (const [i, group] of groups.entries()) {
        const counts = new Uint32Array(this.#tensor.kernels.memory.buffer, this.#tables + i * COUNTERS * 4, COUNTERS);
        for (const goal of group.goals) narrow(goal, counts, shift);
      }
    }
  }

  found(): readonly (readonly Selected[])[] {
    return this.#goals.map((goals) =>
      goals.map(({ bits, before, equal }) => ({
        high: highOf(bits),
        low: lowOf(bits),
        magnitude: this.#magnitude(bits),
        before,
        equal,
      })),
    );
  }

  /** Goals of one series that agree in the bits known so far are looked for by the same counters. */
  #groups(): readonly { readonly series: number; readonly bits: bigint; readonly goals: readonly Goal[] }[] {
    return this.#goals.flatMap((goals, series) =>
      [...Map.groupBy(goals, ({ bits }) => bits)].map(([bits, members]) => ({ series, bits, goals: members })),
    );
  }

  #magnitude(bits: bigint): number {
    const view = new DataView(new ArrayBuffer(8));
    if (this.#arithmetic.size === 8) {
      view.setBigUint64(0, bits);
      return view.getFloat64(0);
    }
    view.setUint32(0, Number(bits));
    return view.getFloat32(0);
  }
}

/** A rank that is looked for: the bits known so far, its rank among those that have them, and how many are smaller. */
interface Goal {
  bits: bigint;
  rank: number;
  before: number;
  equal: number;
}

function narrow(goal: Goal, counts: Uint32Array, shift: number): void {
  let digit = 0;
  while (goal.rank >= counts[digit]!) {
    goal.rank -= counts[digit]!;
    goal.before += counts[digit]!;
    digit++;
  }
  goal.equal = counts[digit]!;
  goal.bits |= BigInt(digit) << BigInt(shift);
}

function highOf(bits: bigint): number {
  return Number(bits >> 32n);
}

function lowOf(bits: bigint): number {
  return Number(bits & 0xffff_ffffn);
}

/** Which of the elements of one magnitude is looked for, in the order of their indices. */
export interface EqualSought {
  readonly series: number;
  readonly selected: Selected;
  readonly nth: number;
}

/** The indices of elements among their equals: 0 for the first, whether there is one or not, and the element count after the last. */
export function indicesOfEquals(
  tensor: PiecedTensor,
  pass: SeriesPass,
  sought: readonly EqualSought[],
): readonly number[] {
  const indices = sought.map(({ nth, selected }) =>
    nth === 0 ? 0 : nth >= selected.equal ? tensor.elementCount : undefined,
  );
  if (!indices.includes(undefined)) return indices.map((index) => index ?? 0);
  const { find } = arithmeticFor(tensor);
  const skips = sought.map(({ nth }) => nth);
  pass((series, values, start, count) => {
    for (const [i, { selected, series: own }] of sought.entries()) {
      if (own !== series || indices[i] !== undefined) continue;
      const found = find(values, count, selected.high, selected.low, skips[i]!);
      if (found >= 0) indices[i] = start + found;
      else skips[i]! -= -1 - found;
    }
  });
  return indices.map((index) => index ?? tensor.elementCount);
}
