import { attributeOf, type GraphNode } from '../../../architectures/onnx/graph.ts';
import { Bundles, Channels, type Layout, resolve, type Segment, segmentOf, widened } from '../channels.ts';
import type { GroupedWeight, Rule, RuleContext } from '../rule.ts';
import { type Axis, axisOf, fixAxis, fixedAxis, layoutOf, unifyAxes, type Value } from '../value.ts';

/** https://onnx.ai/onnx/operators/onnx__Conv.html; weight [outputs, inputs / groups, …kernel] */
export const convolution: Rule = (context) => {
  const { node, inputs } = context;
  const [input, weight, bias] = inputs;
  const [outputs, perGroup, ...kernel] = weight?.axes ?? [];
  if (outputs === undefined || perGroup === undefined) return undefined;
  for (const axis of kernel) fixAxis(axis);
  const made = attributeOf(node, 'group', 'int', 1) === 1 ? outputs : groupedOutputs(context, outputs, perGroup);
  if (made === outputs) unify(context, input?.axes?.[1], perGroup);
  else unify(context, made, outputs);
  if (bias !== undefined) unify(context, bias.axes?.[0], outputs);
  return [
    imageOf(
      input,
      outputs,
      slid(
        node,
        input,
        kernel.map(({ size }) => size),
      ),
    ).value,
  ];
};

/** https://onnx.ai/onnx/operators/onnx__ConvTranspose.html; weight [inputs, outputs / groups, …kernel]. Groups are not told apart. */
export const transposedConvolution: Rule = (context) => {
  const { node, inputs } = context;
  const [input, weight, bias] = inputs;
  const [taken, outputs, ...kernel] = weight?.axes ?? [];
  if (taken === undefined || outputs === undefined || attributeOf(node, 'group', 'int', 1) !== 1) return undefined;
  for (const axis of kernel) fixAxis(axis);
  unify(context, input?.axes?.[1], taken);
  if (bias !== undefined) unify(context, bias.axes?.[0], outputs);
  return [
    imageOf(
      input,
      outputs,
      kernel.map(() => undefined),
    ).value,
  ];
};

/** Windows over each channel on its own. */
export const pooling: Rule = ({ node, inputs: [input] }) => {
  const channels = input?.axes?.[1];
  if (channels === undefined) return undefined;
  const { value } = imageOf(input, channels, slid(node, input, attributeOf(node, 'kernel_shape', 'ints', [])));
  return node.outputs.map(() => value);
};

/** One figure for each channel. */
export const globalPooling: Rule = ({ inputs: [input] }) => {
  const axes = input?.axes;
  const channels = axes?.[1];
  if (axes === undefined || channels === undefined) return undefined;
  return [
    imageOf(
      input,
      channels,
      axes.slice(2).map(() => 1),
    ).value,
  ];
};

function unify(context: RuleContext, a: Axis | undefined, b: Axis | undefined): void {
  if (!unifyAxes(a, b)) context.obstacle('the channels that it joins are grouped differently');
}

function imageOf(input: Value | undefined, channels: Axis, sides: readonly (number | undefined)[]) {
  const batch = fixedAxis(input?.axes?.[0]?.size);
  return { value: { axes: [batch, channels, ...sides.map(fixedAxis)] } satisfies Value };
}

/** Sizes of what windows sliding over an image leave; undefined where the image's are not known. */
function slid(
  node: GraphNode,
  input: Value | undefined,
  kernel: readonly (number | undefined)[],
): readonly (number | undefined)[] {
  const strides = attributeOf(node, 'strides', 'ints', []);
  const dilations = attributeOf(node, 'dilations', 'ints', []);
  const pads = attributeOf(node, 'pads', 'ints', []);
  const automatic = attributeOf(node, 'auto_pad', 'string', 'NOTSET');
  const roundUp = attributeOf(node, 'ceil_mode', 'int', 0) === 1;
  return kernel.map((size, index) => {
    const side = input?.axes?.[2 + index]?.size;
    if (side === undefined || size === undefined) return undefined;
    const stride = strides[index] ?? 1;
    if (automatic.startsWith('SAME')) return Math.ceil(side / stride);
    const reach = (size - 1) * (dilations[index] ?? 1) + 1;
    const padding = (pads[index] ?? 0) + (pads[kernel.length + index] ?? 0);
    const steps = (side + padding - reach) / stride;
    return (roundUp ? Math.ceil(steps) : Math.floor(steps)) + 1;
  });
}

/**
 * The outputs of a grouped convolution, made up as its input is: groups change places with the bundles of channels they see, and
 * the channels that a group makes change places among each other.
 */
function groupedOutputs(context: RuleContext, outputs: Axis, perGroup: Axis): Axis {
  const { node, inputs } = context;
  const [input, weight] = inputs;
  const groups = attributeOf(node, 'group', 'int', 1);
  const seen = perGroup.size ?? 0;
  const made = (outputs.size ?? 0) / groups;
  fixAxis(perGroup);
  const axis = input?.axes?.[1];
  const layout = axis === undefined ? undefined : layoutOf(axis);
  const parts: GroupedWeight[] = [];
  const layouts = layout === undefined ? undefined : inGroups(resolve(layout), seen, made, parts);
  if (layouts !== undefined && (weight?.initializer === undefined || context.addGrouped(weight.initializer, parts))) {
    return axisOf(layouts);
  }
  context.obstacle('its groups do not match the groups of its input');
  if (axis !== undefined) fixAxis(axis);
  fixAxis(outputs);
  return fixedAxis(outputs.size);
}

/** @returns undefined where a group would see channels of two kinds */
function inGroups(layout: Layout, seen: number, made: number, parts: GroupedWeight[]): Layout | undefined {
  const result: Segment[] = [];
  let start = 0;
  for (const segment of layout) {
    const groups = segment.length / seen;
    if (!Number.isInteger(groups)) return undefined;
    const outputs = groupsOf(segment, groups, seen, made, start, parts);
    if (outputs === undefined) return undefined;
    result.push(...outputs);
    start += groups * made;
  }
  return result;
}

function groupsOf(
  { channels, block, length }: Segment,
  groups: number,
  seen: number,
  made: number,
  start: number,
  parts: GroupedWeight[],
): Layout | undefined {
  // What a group makes may change places within the group even where the groups stay.
  if (channels === undefined) return Array.from({ length: groups }, () => segmentOf(new Channels(made)));
  if (seen === 1 && made === 1) return [{ channels, block, length }];
  if (block !== 1) return seen === 1 ? widened([{ channels, block, length }], made) : undefined;
  const inputs = channels.free ? bundled(channels, groups, seen) : channels;
  if (inputs.size !== seen) return undefined;
  const outputs = new Channels(made, inputs.bundles);
  parts.push({ start, bundles: inputs.bundles, inputs, outputs });
  return [segmentOf(outputs)];
}

/** Free channels as channels in bundles: as many as a grouped convolution sees at a time. */
function bundled(channels: Channels, groups: number, seen: number): Channels {
  if (groups === 1) return channels;
  const inBundles = new Channels(seen, new Bundles(groups));
  channels.replacement = [segmentOf(inBundles)];
  return inBundles;
}
