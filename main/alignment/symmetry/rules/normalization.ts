import { attributeOf } from '../../../architectures/onnx/graph.ts';
import type { Rule } from '../rule.ts';
import { unifyAxes } from '../value.ts';
import { joined } from './elementwise.ts';

/** BatchNormalization and InstanceNormalization: parameters of one number a channel. */
export const byChannel: Rule = (context) => {
  const [input, ...parameters] = context.inputs;
  const channels = input?.axes?.[1];
  if (input === undefined || channels === undefined) return undefined;
  for (const parameter of parameters) {
    if (parameter !== undefined && !unifyAxes(channels, parameter.axes?.[0])) {
      context.obstacle('its parameters serve channels that are grouped differently');
    }
  }
  return [{ axes: input.axes }];
};

/** https://onnx.ai/onnx/operators/onnx__LayerNormalization.html: the order of what is normalised together does not matter. */
export const layerNormalization: Rule = (context) => {
  const [input, ...parameters] = context.inputs;
  if (input?.axes === undefined || attributeOf(context.node, 'axis', 'int', -1) === 0) return undefined;
  const axes = parameters.reduce(
    (value, parameter) => (parameter === undefined ? value : joined(context, value!, parameter)),
    input,
  );
  return axes === undefined ? undefined : [axes];
};
