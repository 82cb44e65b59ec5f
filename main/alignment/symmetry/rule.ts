import type { GraphNode } from '../../architectures/onnx/graph.ts';
import type { Bundles, Channels } from './channels.ts';
import type { Value } from './value.ts';

/** A grouped convolution's weight: which channels of its input each group of outputs sees. */
export interface GroupedWeight {
  /** Rows of the weight from which on this holds: first output channel. */
  readonly start: number;
  readonly bundles: Bundles;
  /** Channels of a group's input; the weight's second axis holds one bundle of them. */
  readonly inputs: Channels;
  /** Channels that a group makes. */
  readonly outputs: Channels;
}

export interface RuleContext {
  readonly node: GraphNode;
  /** By the node's inputs; undefined for those left out. */
  readonly inputs: readonly (Value | undefined)[];
  /** @returns false when the weight is a grouped convolution's already: its channels can then not be told apart */
  readonly addGrouped: (weight: string, parts: readonly GroupedWeight[]) => boolean;
  /** Records that channels had to be fixed here, and why. */
  readonly obstacle: (why: string) => void;
}

/**
 * What an operator does to channels: which axes have to change places alike for its result to be the same network's.
 * @returns its outputs, the first ones at least; undefined where the operator is used in a way that the rule has no answer to, and
 *   everything that goes in is fixed
 */
export type Rule = (context: RuleContext) => readonly Value[] | undefined;
