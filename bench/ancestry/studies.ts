import type { ArchitectureSpec } from '../../main/architectures/architecture.ts';
import type { TrainingConfig } from '../../main/engine/protocol.ts';

export type DataName = 'mnist' | 'fashion';

/** A network to train: from the start, or from another network of its lineage. */
export interface PlannedNetwork {
  readonly name: string;
  /** What it is trained from: `initial` for the lineage's initialisation. */
  readonly from: string;
  readonly data: DataName;
  readonly config: TrainingConfig;
}

/**
 * Networks of one architecture in several lineages. Two of one lineage have the same ancestor, two of different ones have not.
 * Thresholds are looked for in the calibration studies, and judged on the others: architectures that they have not seen.
 */
export interface Study {
  readonly name: string;
  readonly half: 'calibration' | 'held-out';
  readonly architecture: ArchitectureSpec;
  readonly lineages: number;
  readonly networks: readonly PlannedNetwork[];
}

type Choice = Partial<TrainingConfig> & Pick<TrainingConfig, 'optimizer' | 'learningRate' | 'epochs'>;

function config(samplesPerEpoch: number, seed: number, choice: Choice): TrainingConfig {
  return {
    weightDecay: 0,
    momentum: 0.9,
    batchSize: 32,
    schedule: 'cosine',
    labelSmoothing: 0,
    augmentation: { shift: 0, rotate: 0, cutout: 0 },
    seed,
    samplesPerEpoch,
    ...choice,
  };
}

/** A base, one more from the very same initialisation, and fine-tunings of the base from gentle to violent. */
function family(data: DataName, other: DataName, samples: number): readonly PlannedNetwork[] {
  const plan = (name: string, from: string, on: DataName, seed: number, choice: Choice): PlannedNetwork => ({
    name,
    from,
    data: on,
    config: config(samples, seed, choice),
  });
  return [
    plan('base', 'initial', data, 1, { optimizer: 'adam', learningRate: 0.002, epochs: 3 }),
    plan('twin', 'initial', data, 2, { optimizer: 'adam', learningRate: 0.002, epochs: 3 }),
    plan('gentle', 'base', data, 3, { optimizer: 'adam', learningRate: 0.0005, epochs: 1 }),
    plan('sgd', 'base', data, 4, { optimizer: 'sgd', learningRate: 0.1, weightDecay: 5e-4, epochs: 3 }),
    plan('long', 'base', other, 5, { optimizer: 'adam', learningRate: 0.002, epochs: 8 }),
    plan('violent', 'base', other, 6, { optimizer: 'adamw', learningRate: 0.01, weightDecay: 0.05, epochs: 3 }),
  ];
}

const mlp = (...hidden: readonly number[]): ArchitectureSpec => ({
  family: 'mlp',
  inputShape: [1, 28, 28],
  hidden,
  classes: 10,
});

const cnn = (hidden: number, ...channels: readonly number[]): ArchitectureSpec => ({
  family: 'cnn',
  inputShape: [1, 28, 28],
  channels,
  hidden,
  classes: 10,
});

const resnet: ArchitectureSpec = { family: 'resnet', depth: 18, inputShape: [1, 28, 28], classes: 10 };

/** Of ResNet's networks: a step takes it a hundred times as long as the others. */
function isShort({ name }: PlannedNetwork): boolean {
  return name !== 'twin' && name !== 'long';
}

function study(
  name: string,
  half: Study['half'],
  architecture: ArchitectureSpec,
  networks: readonly PlannedNetwork[],
): Study {
  return { name, half, architecture, lineages: 2, networks };
}

const SAMPLES = 2000;
const SAMPLES_FOR_RESNET = 128;

export const STUDIES: readonly Study[] = [
  study('mlp-32', 'calibration', mlp(32), family('mnist', 'fashion', SAMPLES)),
  study('mlp-256-128', 'calibration', mlp(256, 128), family('mnist', 'fashion', SAMPLES)),
  study('mlp-64-64-64', 'calibration', mlp(64, 64, 64), family('fashion', 'mnist', SAMPLES)),
  study('cnn-8-16-fc32', 'calibration', cnn(32, 8, 16), family('fashion', 'mnist', SAMPLES)),
  study('cnn-16-32-fc32', 'calibration', cnn(32, 16, 32), family('mnist', 'fashion', SAMPLES)),
  study('mlp-128-96-64', 'held-out', mlp(128, 96, 64), family('mnist', 'fashion', SAMPLES)),
  study('cnn-12-24-fc48', 'held-out', cnn(48, 12, 24), family('fashion', 'mnist', SAMPLES)),
  study('cnn-16-32-64', 'held-out', cnn(0, 16, 32, 64), family('mnist', 'fashion', SAMPLES)),
  study('resnet18', 'held-out', resnet, family('mnist', 'fashion', SAMPLES_FOR_RESNET).filter(isShort)),
];

/**
 * A base trained on at ever larger learning rates, decay and length: weight decay alone takes (1 − learning rate · decay / 0.1) of
 * every weight at each of the 63 steps of an epoch, momentum of 0.9 included.
 */
export const FORGETTING: Study = {
  name: 'forgetting-mlp-64-64-64',
  half: 'held-out',
  architecture: mlp(64, 64, 64),
  lineages: 1,
  networks: [
    ...family('fashion', 'mnist', SAMPLES).slice(0, 1),
    ...[
      [0.05, 0, 10],
      [0.1, 5e-4, 10],
      [0.1, 5e-4, 30],
      [0.1, 2e-3, 10],
      [0.1, 2e-3, 30],
      [0.1, 5e-3, 10],
      [0.1, 5e-3, 30],
    ].map(
      ([learningRate, weightDecay, epochs], index): PlannedNetwork => ({
        name: `forgetting-${index + 1}`,
        from: 'base',
        data: 'mnist',
        config: config(SAMPLES, 10 + index, {
          optimizer: 'sgd',
          learningRate: learningRate!,
          weightDecay: weightDecay!,
          epochs: epochs!,
          schedule: 'constant',
        }),
      }),
    ),
  ],
};
