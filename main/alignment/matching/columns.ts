import type { Permutations } from '../permutations.ts';
import type { Symmetries, TensorSymmetry } from '../symmetries.ts';
import { axisPlaces } from '../tensor-places.ts';

/** An axis of a tensor, or a stretch of it, that holds a group's channels: where channel c's numbers are. */
export interface ChannelAxis {
  /** Index into the problem's tensors. */
  readonly tensor: number;
  readonly axis: number;
  /** First place of the stretch. */
  readonly start: number;
  /** Neighbouring places a channel. */
  readonly block: number;
}

/**
 * Every axis of a group's channels. A grouped convolution's weight is not among them where its inputs move within their bundles:
 * what two of its channels have in common then depends on how their bundles are matched (`bundles.ts`).
 */
export function axesOfGroup(
  symmetries: Symmetries,
  tensors: readonly TensorSymmetry[],
  group: number,
): readonly ChannelAxis[] {
  const found: ChannelAxis[] = [];
  for (const [tensor, symmetry] of tensors.entries()) {
    if (hasMovingBundles(symmetries, symmetry)) continue;
    for (const [axis, parts] of symmetry.axes.entries()) {
      let start = 0;
      for (const part of parts) {
        if (part.group === group) found.push({ tensor, axis, start, block: part.block });
        start += part.length;
      }
    }
  }
  return found;
}

export function hasMovingBundles({ groups }: Symmetries, { grouped }: TensorSymmetry): boolean {
  return grouped.some(({ inputs }) => inputs !== undefined && groups[inputs]!.bundleSize > 1);
}

/** Numbers from one channel to the next. */
export function channelStride({ shape }: TensorSymmetry, { axis, block }: ChannelAxis): number {
  return block * strideOf(shape, axis);
}

/** Where the first channel begins. */
export function channelBase({ shape }: TensorSymmetry, { axis, start }: ChannelAxis): number {
  return start * strideOf(shape, axis);
}

/**
 * Offsets of a channel's numbers from its first one, with the tensor's other axes rearranged; in the order of the tensor without
 * permutations, so that those of two networks go together.
 */
export function columnOffsets(
  { shape, axes }: TensorSymmetry,
  { axis, block }: ChannelAxis,
  permutations: Permutations | undefined,
): Int32Array {
  let offsets = Int32Array.of(0);
  for (const [index, size] of shape.entries()) {
    const stride = strideOf(shape, index);
    const length = index === axis ? block : size;
    const places = index === axis || permutations === undefined ? undefined : axisPlaces(axes[index]!, permutations);
    const next = new Int32Array(offsets.length * length);
    for (let at = 0; at < offsets.length; at += 1) {
      for (let place = 0; place < length; place += 1)
        next[at * length + place] = offsets[at]! + (places?.[place] ?? place) * stride;
    }
    offsets = next;
  }
  return offsets;
}

function strideOf(shape: readonly number[], axis: number): number {
  return shape.slice(axis + 1).reduce((product, size) => product * size, 1);
}
