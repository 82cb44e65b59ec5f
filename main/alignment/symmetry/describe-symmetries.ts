import type { AxisPart, ChannelGroup, GroupedPart, GroupFamily, Symmetries, TensorSymmetry } from '../symmetries.ts';
import { type Bundles, type Channels, type Layout, resolve, segmentOf } from './channels.ts';
import type { GroupedWeight } from './rule.ts';

/** A tensor and what its axes turned out to be made of. */
export interface TensorLayout {
  readonly name: string;
  readonly shape: readonly number[];
  readonly axes: readonly (Layout | undefined)[];
  readonly grouped: readonly GroupedWeight[];
}

/** The outcome of the search as plain data: groups and families numbered in the order in which the tensors have them. */
export function describeSymmetries(tensors: readonly TensorLayout[]): Omit<Symmetries, 'obstacles'> {
  const numbering = new Numbering();
  // A group is called after the tensor that makes its channels: the first axis of a convolution's or linear layer's weight.
  for (const { name, axes } of tensors)
    for (const segment of resolve(axes[0] ?? [])) numbering.add(segment.channels, name);
  const described = tensors.map((tensor) => describeTensor(tensor, numbering));
  const moving = described.filter(
    ({ axes, grouped }) => grouped.length > 0 || axes.flat().some(({ group }) => group !== undefined),
  );
  return {
    groups: numbering.groups,
    families: numbering.families,
    tensors: new Map(moving.map((tensor) => [tensor.name, tensor])),
  };
}

class Numbering {
  readonly groups: ChannelGroup[] = [];
  readonly #indices = new Map<Channels, number>();
  readonly #byBundles = new Map<Bundles, { readonly index: number; readonly groups: number[] }>();

  get families(): readonly GroupFamily[] {
    return [...this.#byBundles].map(([bundles, { groups }]) => ({
      groups,
      bundles: bundles.count,
      bundlesMove: bundles.count > 1 && !bundles.fixed,
    }));
  }

  /** @returns undefined for channels that have nowhere to go */
  add(channels: Channels | undefined, tensor: string): number | undefined {
    if (channels === undefined || isStuck(channels)) return undefined;
    const known = this.#indices.get(channels);
    if (known !== undefined) return known;
    const index = this.groups.length;
    this.#indices.set(channels, index);
    this.groups.push({ name: tensor, channels: channels.count, bundleSize: channels.size });
    const bundles = channels.bundles.root;
    const family = this.#byBundles.get(bundles);
    if (family === undefined) this.#byBundles.set(bundles, { index: this.#byBundles.size, groups: [index] });
    else family.groups.push(index);
    return index;
  }

  familyOf(bundles: Bundles): number | undefined {
    return this.#byBundles.get(bundles.root)?.index;
  }
}

function isStuck({ size, bundles }: Channels): boolean {
  return size === 1 && (bundles.count === 1 || bundles.fixed);
}

function describeTensor({ name, shape, axes, grouped }: TensorLayout, numbering: Numbering): TensorSymmetry {
  return {
    name,
    shape,
    axes: shape.map((size, axis) => partsOf(axes[axis], size, numbering, name)),
    grouped: grouped.map((part) => describeGrouped(part, numbering, name)).filter(({ family }) => family !== undefined),
  };
}

function partsOf(layout: Layout | undefined, size: number, numbering: Numbering, tensor: string): readonly AxisPart[] {
  if (layout === undefined) return [{ group: undefined, block: 1, length: size }];
  return resolve(layout).map(({ channels, block, length }) => {
    const group = numbering.add(channels, tensor);
    return { group, block: group === undefined ? 1 : block, length };
  });
}

function describeGrouped(
  { start, inputs, outputs, bundles }: GroupedWeight,
  numbering: Numbering,
  tensor: string,
): GroupedPart {
  const inputGroup = soleGroup(inputs, numbering, tensor);
  const outputGroup = soleGroup(outputs, numbering, tensor);
  return {
    start,
    inputs: inputGroup,
    outputs: outputGroup,
    bundles: bundles.count,
    outputSize: outputs.size,
    family: numbering.familyOf(bundles),
  };
}

/** Channels in bundles are only ever replaced by others in as many bundles, or fixed. */
function soleGroup(channels: Channels, numbering: Numbering, tensor: string): number | undefined {
  const [segment] = resolve([segmentOf(channels)]);
  return numbering.add(segment?.channels, tensor);
}
