import { kernels, reserve } from '../kernels/kernels.ts';
import type { Permutations } from '../permutations.ts';
import { axesOfGroup, type ChannelAxis, channelBase, channelStride, columnOffsets } from './columns.ts';
import { type MatchingProblem, type Numbers, paddedLength } from './problem.ts';

/** Numbers of each channel that are multiplied at a time: panels of them stay in the processor's caches. */
const DEPTH = 256;

/** Sums are held in the kernels' memory for so many bytes' worth of rows at a time. */
const SUM_BYTES = 2 ** 26;

/** Channels closer together than this are gathered across channels rather than along one. */
const NEAR = 16;

/** Columns of both networks to be multiplied with each other and added to the gains. */
interface Columns {
  readonly reference: Numbers;
  readonly candidate: Numbers;
  readonly base: number;
  readonly stride: number;
  readonly referenceOffsets: Int32Array;
  readonly candidateOffsets: Int32Array;
  /** Where the candidate's columns were when they were last added; they are taken away. */
  readonly formerOffsets: Int32Array | undefined;
}

/**
 * What matching each channel of the reference with each of the candidate is worth: Σ over tensors of Wᴬ·P(Wᴮ)ᵀ, with all other axes
 * permuted as they are now (Ainsworth et al. 2022, section 3.2). Sums are kept from visit to visit: where other channels have moved, the
 * products of what was there before are replaced, so that a visit costs in proportion to what has changed.
 */
export class Gains {
  readonly #problem: MatchingProblem;
  readonly #axes: readonly (readonly ChannelAxis[])[];
  readonly #referenceOffsets = new Map<ChannelAxis, Int32Array>();
  readonly #added = new Map<ChannelAxis, Int32Array>();

  constructor(problem: MatchingProblem) {
    this.#problem = problem;
    const tensors = problem.tensors.map(({ symmetry }) => symmetry);
    this.#axes = problem.symmetries.groups.map((_, group) => axesOfGroup(problem.symmetries, tensors, group));
  }

  /** Brings rows `start` to `end` (multiples of four) of a group's gains up to date. Gains that were never added to are zero. */
  update(group: number, permutations: Permutations, start: number, end: number): void {
    const columns = this.#axes[group]!.map((axis) => this.#changed(axis, permutations)).filter(
      (each) => each !== undefined,
    );
    if (columns.length === 0) return;
    const padded = paddedLength(this.#problem.symmetries.groups[group]!.channels);
    const step = Math.max(4, Math.floor(SUM_BYTES / (8 * padded) / 4) * 4);
    for (let row = start; row < end; row += step) this.#addRows(group, columns, row, Math.min(end, row + step));
  }

  #changed(axis: ChannelAxis, permutations: Permutations): Columns | undefined {
    const { symmetry, reference, candidate } = this.#problem.tensors[axis.tensor]!;
    const now = columnOffsets(symmetry, axis, permutations);
    const former = this.#added.get(axis);
    this.#added.set(axis, now);
    const referenceOffsets = this.#referenceOffsets.get(axis) ?? columnOffsets(symmetry, axis, undefined);
    this.#referenceOffsets.set(axis, referenceOffsets);
    const common = { reference, candidate, base: channelBase(symmetry, axis), stride: channelStride(symmetry, axis) };
    if (former === undefined) return { ...common, referenceOffsets, candidateOffsets: now, formerOffsets: undefined };
    const moved = now.reduce<number[]>((list, offset, index) => {
      if (offset !== former[index]) list.push(index);
      return list;
    }, []);
    if (moved.length === 0) return undefined;
    const pick = (offsets: Int32Array): Int32Array => Int32Array.from(moved, (index) => offsets[index]!);
    return {
      ...common,
      referenceOffsets: pick(referenceOffsets),
      candidateOffsets: pick(now),
      formerOffsets: pick(former),
    };
  }

  #addRows(group: number, columns: readonly Columns[], start: number, end: number): void {
    const { channels } = this.#problem.symmetries.groups[group]!;
    const gains = this.#problem.gains[group]!;
    const padded = paddedLength(channels);
    const rows = end - start;
    const [left, right, sums] = reserve(8 * rows * DEPTH, 8 * padded * DEPTH, 8 * rows * padded) as [
      number,
      number,
      number,
    ];
    const { memory, multiplyPanels } = kernels();
    const [leftPanels, rightPanels, inKernel] = [left, right, sums].map(
      (at) => new Float64Array(memory.buffer, at),
    ) as [Float64Array, Float64Array, Float64Array];
    inKernel.set(gains.subarray(start * padded, end * padded));
    for (const pieces of inChunks(columns)) {
      const depth = pieces.reduce((sum, { count }) => sum + count, 0);
      let place = 0;
      for (const { of, from, count } of pieces) {
        const range = { from, count, place, depth };
        gather(of.reference, of, of.referenceOffsets, range, { start, end, channels }, leftPanels);
        gather(of.candidate, of, of.candidateOffsets, range, { start: 0, end: padded, channels }, rightPanels);
        if (of.formerOffsets !== undefined) {
          takeAway(of.candidate, of, of.formerOffsets, range, { start: 0, end: padded, channels }, rightPanels);
        }
        place += count;
      }
      multiplyPanels(left, right, sums, rows, padded, depth);
    }
    gains.set(inKernel.subarray(0, rows * padded), start * padded);
  }
}

interface Piece {
  readonly of: Columns;
  readonly from: number;
  readonly count: number;
}

/** The columns one after another, `DEPTH` at a time. */
function* inChunks(columns: readonly Columns[]): Generator<readonly Piece[]> {
  let pieces: Piece[] = [];
  let room = DEPTH;
  for (const of of columns) {
    for (let from = 0; from < of.referenceOffsets.length; ) {
      const count = Math.min(room, of.referenceOffsets.length - from);
      pieces.push({ of, from, count });
      from += count;
      room -= count;
      if (room > 0) continue;
      yield pieces;
      pieces = [];
      room = DEPTH;
    }
  }
  if (pieces.length > 0) yield pieces;
}

interface ColumnRange {
  /** First of the offsets and how many of them. */
  readonly from: number;
  readonly count: number;
  /** Where they come in the panels, which are `depth` deep. */
  readonly place: number;
  readonly depth: number;
}

interface RowRange {
  readonly start: number;
  readonly end: number;
  /** Rows from here on are zero. */
  readonly channels: number;
}

/** Channels' numbers into panels of four channels: see `assembly/multiply.ts`. */
function gather(
  source: Numbers,
  { base, stride }: Columns,
  offsets: Int32Array,
  { from, count, place, depth }: ColumnRange,
  { start, end, channels }: RowRange,
  panels: Float64Array,
): void {
  const last = Math.min(end, channels);
  if (stride < NEAR) {
    for (let index = 0; index < count; index += 1) {
      const offset = base + offsets[from + index]!;
      const to = (place + index) * 4;
      for (let row = start; row < last; row += 1) {
        const at = row - start;
        panels[(at >> 2) * 4 * depth + to + (at & 3)] = source[offset + row * stride]!;
      }
    }
  } else {
    for (let row = start; row < last; row += 1) {
      const at = row - start;
      const to = (at >> 2) * 4 * depth + place * 4 + (at & 3);
      const offset = base + row * stride;
      for (let index = 0; index < count; index += 1) panels[to + 4 * index] = source[offset + offsets[from + index]!]!;
    }
  }
  for (let row = Math.max(start, channels); row < end; row += 1) {
    const at = row - start;
    const to = (at >> 2) * 4 * depth + place * 4 + (at & 3);
    for (let index = 0; index < count; index += 1) panels[to + 4 * index] = 0;
  }
}

function takeAway(
  source: Numbers,
  { base, stride }: Columns,
  offsets: Int32Array,
  { from, count, place, depth }: ColumnRange,
  { start, end, channels }: RowRange,
  panels: Float64Array,
): void {
  const last = Math.min(end, channels);
  for (let row = start; row < last; row += 1) {
    const at = row - start;
    const to = (at >> 2) * 4 * depth + place * 4 + (at & 3);
    const offset = base + row * stride;
    for (let index = 0; index < count; index += 1) panels[to + 4 * index]! -= source[offset + offsets[from + index]!]!;
  }
}
