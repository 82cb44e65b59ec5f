import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import { type MnistSplits, mnistSplits } from '../../data/mnist.ts';
import type { TrainingConfig } from '../../engine/protocol.ts';
import { articlePresets, basePreset } from '../../engine/training/presets.ts';

export interface DemoRequest {
  readonly seed: number;
  /** A smaller one: fewer images, the same steps. */
  readonly quick: boolean;
  /** Device to train on: `tensorflow`, `wasm` or `auto`. */
  readonly trainingDevice: string;
}

interface DemoRecipe {
  readonly name: string;
  readonly recipe: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface DemoPlan {
  readonly project: string;
  readonly architecture: ArchitectureSpec;
  readonly splits: MnistSplits;
  readonly base: TrainingConfig;
  /** Named for what tells them apart. */
  readonly ingredients: readonly { readonly name: string; readonly config: TrainingConfig }[];
  readonly recipes: readonly DemoRecipe[];
}

const ARCHITECTURE: ArchitectureSpec = {
  family: 'cnn',
  inputShape: [1, 28, 28],
  channels: [16, 32],
  hidden: 32,
  classes: 10,
};

/** Every recipe there is that needs no choice of weights by hand; greedy in both orders. */
const RECIPES: readonly DemoRecipe[] = [
  { name: 'uniform soup', recipe: 'uniform', options: {} },
  { name: 'performance-weighted soup', recipe: 'performance-weighted', options: {} },
  { name: 'greedy soup', recipe: 'greedy', options: { order: 'article' } },
  { name: 'greedy soup, sorted order', recipe: 'greedy', options: { order: 'sorted' } },
];

/** What the demo does, as plain data: the same request always gives the same plan. */
export function demoPlan({ seed, quick }: DemoRequest): DemoPlan {
  const size = quick ? { train: 12_000, test: 2_000 } : {};
  const sized = (config: TrainingConfig) => (quick ? { ...config, samplesPerEpoch: 5_000 } : config);
  return {
    project: quick ? 'Demo: MNIST, quick' : 'Demo: MNIST',
    architecture: ARCHITECTURE,
    splits: mnistSplits(seed, size),
    base: sized(basePreset(seed)),
    ingredients: articlePresets(seed).map(({ name, config }) => ({ name, config: sized(config) })),
    recipes: RECIPES,
  };
}
