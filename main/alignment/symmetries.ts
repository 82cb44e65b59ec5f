/** Channels of a network that may change places among each other, in every tensor that has an axis of them. */
export interface ChannelGroup {
  /** After the first tensor that makes these channels. */
  readonly name: string;
  readonly channels: number;
  /** Of a grouped convolution's channels: how many go together. As many as there are channels, elsewhere. */
  readonly bundleSize: number;
}

/** Groups whose channels have to be matched together, because their bundles change places together. Mostly a single group. */
export interface GroupFamily {
  /** Indices of groups. */
  readonly groups: readonly number[];
  readonly bundles: number;
  /** False where only channels within a bundle may change places. */
  readonly bundlesMove: boolean;
}

/** A stretch of an axis: each channel of the group in turn, `block` neighbouring places a channel. */
export interface AxisPart {
  /** Index of a group; undefined for places that stay. */
  readonly group: number | undefined;
  readonly block: number;
  readonly length: number;
}

/** A stretch of a grouped convolution's outputs, each bundle of which sees one bundle of inputs along the second axis. */
export interface GroupedPart {
  /** First output. */
  readonly start: number;
  /** Indices of groups; undefined where these channels stay within their bundles. */
  readonly inputs: number | undefined;
  readonly outputs: number | undefined;
  readonly bundles: number;
  /** Channels in a bundle of outputs. */
  readonly outputSize: number;
  /** Index of the family; undefined where neither bundles nor channels move. */
  readonly family: number | undefined;
}

export interface TensorSymmetry {
  readonly name: string;
  readonly shape: readonly number[];
  /** By axis. */
  readonly axes: readonly (readonly AxisPart[])[];
  /** Of a grouped convolution's weight; empty for other tensors. */
  readonly grouped: readonly GroupedPart[];
}

/** Why channels that might have been matched stay as they are. */
export interface Obstacle {
  /** Of the graph's node. */
  readonly node: string;
  readonly operator: string;
  readonly why: string;
}

/** The permutations under which a network computes the same. */
export interface Symmetries {
  readonly groups: readonly ChannelGroup[];
  readonly families: readonly GroupFamily[];
  /** Tensors in which something may move, by name. */
  readonly tensors: ReadonlyMap<string, TensorSymmetry>;
  readonly obstacles: readonly Obstacle[];
}
