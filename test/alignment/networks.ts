import { Network } from './network.ts';

/** A network, and how many of its channels its graph lets change places, group by group. */
export interface Example {
  readonly title: string;
  readonly build: () => { readonly network: Network; readonly output: string };
  /** Channels of each group, in the order of the tensors that make them. */
  readonly groups: readonly number[];
  /** Operators at which something had to be fixed. */
  readonly obstacles?: readonly string[];
}

/** Three classes out of a pooled image of so many channels, at the end of many of them. */
function pooledHead(network: Network, pool: 'GlobalAveragePool' | 'GlobalMaxPool', image: string, channels: number) {
  const flat = network.node('Flatten', [network.node(pool, [image])], { axis: 1 });
  return { network, output: network.linear('head', flat, 3, channels) };
}

/** Small networks of all kinds of connections. */
export const EXAMPLES: readonly Example[] = [
  {
    title: 'a perceptron of matrix products and sums',
    groups: [12, 10],
    build: () => {
      const network = new Network([16]);
      const first = network.relu(
        network.node('Add', [
          network.node('MatMul', ['input', network.weight('a', [16, 12])]),
          network.weight('b', [12]),
        ]),
      );
      const second = network.node('Tanh', [network.node('MatMul', [first, network.weight('c', [12, 10])])]);
      return { network, output: network.linear('head', second, 3, 10) };
    },
  },
  {
    title: 'convolutions whose channels become blocks of features',
    groups: [5, 6],
    build: () => {
      const network = new Network([2, 6, 6]);
      const first = network.relu(network.batchNorm('bn1', network.conv('conv1', 'input', [5, 2, 3]), 5));
      const pooled = network.node('MaxPool', [first], { kernel_shape: [2, 2], strides: [2, 2] });
      const flat = network.node('Reshape', [pooled, network.integers([0, -1])]);
      return { network, output: network.linear('head', network.relu(network.linear('fc', flat, 6, 45)), 3, 6) };
    },
  },
  {
    title: 'channels last before they are flattened',
    groups: [5],
    build: () => {
      const network = new Network([2, 4, 4]);
      const first = network.relu(network.conv('conv1', 'input', [5, 2, 3], { bias: true }));
      const last = network.node('Transpose', [first], { perm: [0, 2, 3, 1] });
      return { network, output: network.linear('head', network.node('Flatten', [last], { axis: 1 }), 3, 80) };
    },
  },
  {
    title: 'a residual sum, and a shortcut with a convolution of its own',
    groups: [6, 4, 8, 5],
    build: () => {
      const network = new Network([3, 6, 6]);
      const stem = network.relu(network.batchNorm('bn1', network.conv('stem', 'input', [6, 3, 3]), 6));
      const inner = network.conv('a.conv1', stem, [4, 6, 3]);
      const first = network.relu(
        network.node('Add', [
          network.conv('a.conv2', network.relu(network.batchNorm('a.bn1', inner, 4)), [6, 4, 3]),
          stem,
        ]),
      );
      const down = network.conv('b.down', first, [8, 6, 1], { stride: 2 });
      const other = network.conv(
        'b.conv2',
        network.relu(network.conv('b.conv1', first, [5, 6, 3], { stride: 2 })),
        [8, 5, 3],
      );
      const second = network.relu(network.node('Add', [other, down]));
      return pooledHead(network, 'GlobalAveragePool', second, 8);
    },
  },
  {
    title: 'a grouped convolution between convolutions, as in ResNeXt',
    groups: [12, 18, 7],
    build: () => {
      const network = new Network([3, 5, 5]);
      const first = network.relu(network.batchNorm('bn1', network.conv('conv1', 'input', [12, 3, 1]), 12));
      const second = network.relu(
        network.batchNorm('bn2', network.conv('conv2', first, [18, 12, 3], { group: 3 }), 18),
      );
      const third = network.relu(network.conv('conv3', second, [7, 18, 1]));
      return pooledHead(network, 'GlobalAveragePool', third, 7);
    },
  },
  {
    title: 'two grouped convolutions, one after the other',
    groups: [8, 8, 12, 5],
    build: () => {
      const network = new Network([3, 5, 5]);
      const first = network.relu(network.conv('conv1', 'input', [8, 3, 1]));
      const second = network.relu(network.conv('conv2', first, [8, 8, 3], { group: 4 }));
      const third = network.relu(network.conv('conv3', second, [12, 8, 3], { group: 4 }));
      const fourth = network.relu(network.conv('conv4', third, [5, 12, 1]));
      return pooledHead(network, 'GlobalMaxPool', fourth, 5);
    },
  },
  {
    title: 'grouped convolutions in groups that do not match: channels stay in theirs',
    groups: [12, 5],
    obstacles: ['Conv'],
    build: () => {
      const network = new Network([3, 5, 5]);
      const first = network.relu(network.conv('conv1', 'input', [12, 3, 1]));
      const second = network.relu(network.conv('conv2', first, [12, 12, 3], { group: 4 }));
      const third = network.relu(network.conv('conv3', second, [12, 12, 3], { group: 6 }));
      const fourth = network.relu(network.conv('conv4', third, [5, 12, 1]));
      return pooledHead(network, 'GlobalMaxPool', fourth, 5);
    },
  },
  {
    title:
      'depthwise convolutions, one with several outputs a channel, and a residual sum around them, as in MobileNet',
    groups: [6, 10, 20],
    build: () => {
      const network = new Network([3, 6, 6]);
      const stem = network.node('Clip', [network.batchNorm('bn1', network.conv('stem', 'input', [6, 3, 3]), 6)]);
      const wide = network.conv('expand', stem, [10, 6, 1]);
      const deep = network.relu(
        network.batchNorm('bn2', network.conv('depthwise', wide, [10, 10, 3], { group: 10 }), 10),
      );
      const many = network.relu(network.conv('multiplied', deep, [20, 10, 3], { group: 10, bias: true }));
      const sum = network.node('Add', [network.conv('project', many, [6, 20, 1]), stem]);
      return pooledHead(network, 'GlobalAveragePool', sum, 6);
    },
  },
  {
    title: 'a grouped convolution of the input',
    groups: [4, 4, 4, 5],
    build: () => {
      const network = new Network([3, 5, 5]);
      const first = network.relu(network.conv('conv1', 'input', [12, 3, 3], { group: 3 }));
      const second = network.relu(network.conv('conv2', first, [5, 12, 1]));
      return pooledHead(network, 'GlobalMaxPool', second, 5);
    },
  },
  {
    title: 'inputs that are joined again and again, as in DenseNet',
    groups: [4, 5, 6],
    build: () => {
      const network = new Network([3, 6, 6]);
      const first = network.relu(network.conv('conv1', 'input', [4, 3, 3]));
      const second = network.conv(
        'conv2',
        network.relu(network.batchNorm('bn2', network.node('Concat', ['input', first], { axis: 1 }), 7)),
        [5, 7, 3],
      );
      const all = network.batchNorm('bn3', network.node('Concat', ['input', first, second], { axis: 1 }), 12);
      const third = network.relu(network.conv('conv3', all, [6, 12, 1]));
      return pooledHead(network, 'GlobalAveragePool', third, 6);
    },
  },
  {
    title: 'a sum of joined channels and of others that are not',
    groups: [4, 6, 10],
    build: () => {
      const network = new Network([3, 5, 5]);
      const first = network.conv('conv1', 'input', [4, 3, 3]);
      const second = network.conv('conv2', 'input', [6, 3, 3]);
      const sum = network.relu(
        network.node('Add', [
          network.conv('both', 'input', [10, 3, 1]),
          network.node('Concat', [first, second], { axis: 1 }),
        ]),
      );
      const third = network.relu(network.conv('conv3', sum, [10, 10, 1], { bias: true }));
      return pooledHead(network, 'GlobalAveragePool', third, 10);
    },
  },
  {
    title: 'channels that are split, gated by the other half and sliced',
    groups: [4, 5],
    build: () => {
      const network = new Network([3, 5, 5]);
      const both = network.conv('conv1', 'input', [8, 3, 3]);
      const value = network.node('Split', [both], { axis: 1 }, 2);
      const gated = network.node('Mul', [network.node('Sigmoid', [value]), `${value}.1`]);
      const joined = network.node('Concat', [gated, both], { axis: 1 });
      const sliced = network.node('Slice', [
        joined,
        network.integers([4]),
        network.integers([8]),
        network.integers([1]),
      ]);
      const second = network.relu(network.conv('conv2', network.node('Sub', [sliced, gated]), [5, 4, 3]));
      return pooledHead(network, 'GlobalMaxPool', second, 5);
    },
  },
  {
    title: 'channels weighted by squeeze and excitation',
    groups: [6, 3],
    build: () => {
      const network = new Network([3, 6, 6]);
      const first = network.node('HardSwish', [network.conv('conv1', 'input', [6, 3, 3])]);
      const squeezed = network.relu(network.conv('squeeze', network.node('GlobalAveragePool', [first]), [3, 6, 1]));
      const weights = network.node('HardSigmoid', [network.conv('excite', squeezed, [6, 3, 1], { bias: true })]);
      const pooled = network.node('ReduceMean', [network.node('Mul', [first, weights])], { axes: [2, 3], keepdims: 0 });
      return { network, output: network.linear('head', pooled, 3, 6) };
    },
  },
  {
    title: 'layer normalization and a learned slope',
    groups: [7, 6],
    build: () => {
      const network = new Network([4]);
      const first = network.linear('fc1', 'input', 7, 4);
      const slope = network.node('PRelu', [first, network.weight('slope', [7])]);
      const normal = network.node(
        'LayerNormalization',
        [slope, network.weight('ln.weight', [7]), network.weight('ln.bias', [7])],
        { axis: -1 },
      );
      return { network, output: network.linear('head', network.relu(network.linear('fc2', normal, 6, 7)), 3, 6) };
    },
  },
  {
    title: 'a network that uses one weight twice',
    groups: [6],
    build: () => {
      const network = new Network([4]);
      const first = network.relu(network.linear('fc1', 'input', 6, 4));
      const shared = network.weight('shared', [6, 6], { deviation: 0.4 });
      const again = network.relu(
        network.node('MatMul', [network.relu(network.node('MatMul', [first, shared])), shared]),
      );
      return { network, output: network.linear('head', again, 3, 6) };
    },
  },
  {
    title: 'an operator that depends on the order of channels',
    groups: [5],
    obstacles: ['LRN'],
    build: () => {
      const network = new Network([3, 5, 5]);
      const first = network.node('LRN', [network.conv('conv1', 'input', [6, 3, 3])], { size: 3 });
      const second = network.relu(network.conv('conv2', first, [5, 6, 1]));
      return pooledHead(network, 'GlobalMaxPool', second, 5);
    },
  },
];
