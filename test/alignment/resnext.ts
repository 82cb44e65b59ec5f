import { Network } from './network.ts';

const STAGES = [
  { width: 32, outputs: 64, blocks: 2, stride: 1 },
  { width: 64, outputs: 128, blocks: 2, stride: 2 },
] as const;

/** Two stages of ResNeXt's bottlenecks (Xie et al., 2017): 1×1, 3×3 in eight groups, 1×1, a BatchNorm after each, and a shortcut. */
export function buildResnext(): ReturnType<Network['finish']> {
  const network = new Network([3, 16, 16]);
  let value = network.relu(network.batchNorm('bn1', network.conv('conv1', 'input', [32, 3, 3]), 32));
  let channels = 32;
  for (const [stage, { width, outputs, blocks, stride }] of STAGES.entries()) {
    for (let block = 0; block < blocks; block += 1) {
      const name = `layer${stage + 1}.${block}`;
      const step = block === 0 ? stride : 1;
      const first = network.relu(
        network.batchNorm(`${name}.bn1`, network.conv(`${name}.conv1`, value, [width, channels, 1]), width),
      );
      const grouped = network.conv(`${name}.conv2`, first, [width, width, 3], { group: 8, stride: step });
      const second = network.relu(network.batchNorm(`${name}.bn2`, grouped, width));
      const third = network.batchNorm(
        `${name}.bn3`,
        network.conv(`${name}.conv3`, second, [outputs, width, 1]),
        outputs,
      );
      const shortcut =
        block === 0
          ? network.batchNorm(
              `${name}.downsample.1`,
              network.conv(`${name}.downsample.0`, value, [outputs, channels, 1], { stride: step }),
              outputs,
            )
          : value;
      value = network.relu(network.node('Add', [third, shortcut]));
      channels = outputs;
    }
  }
  const pooled = network.node('Flatten', [network.node('GlobalAveragePool', [value])], { axis: 1 });
  return network.finish(network.linear('fc', pooled, 10, channels));
}
