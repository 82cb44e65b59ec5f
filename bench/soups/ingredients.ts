import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ArchitectureSpec } from '../../main/architectures/architecture.ts';
import { demoPlan } from '../../main/backend/demo/demo-plan.ts';
import { mnistSplits } from '../../main/data/mnist.ts';
import { prepareSplit } from '../../main/data/prepare.ts';
import type { SplitRef } from '../../main/data/split.ts';
import type { TrainingConfig } from '../../main/engine/protocol.ts';
import { train } from '../../main/engine/tasks/train.ts';
import { articlePresets, basePreset } from '../../main/engine/training/presets.ts';

const SEED = 1;
/** Each with other seeds than the one before. */
const ROUNDS = [SEED, SEED + 10, SEED + 20];
/** Fine-tuning is shorter than the demo's: so many images for each ingredient. */
const FINE_TUNING_IMAGES = 10_000;
/** Of MNIST's train split, to learn from. */
const LEARNING_IMAGES = 10_000;

export const ARCHITECTURE: ArchitectureSpec = demoPlan({
  seed: SEED,
  quick: false,
  trainingDevice: 'auto',
}).architecture;

/** Networks fine-tuned from one base for the demo's task, and the demo's selection split. */
export interface Pantry {
  readonly ingredients: readonly { readonly name: string; readonly path: string }[];
  readonly splits: ReturnType<typeof mnistSplits>;
}

/** Trains what is not in `folder` yet. */
export async function trainIngredients(folder: string, count: number, log: (line: string) => void): Promise<Pantry> {
  mkdirSync(folder, { recursive: true });
  const splits = mnistSplits(SEED, { train: LEARNING_IMAGES });
  const full = mnistSplits(SEED);
  const prepared = async (source: typeof full.train): Promise<SplitRef> =>
    prepareSplit(source, { cacheFolder: join(folder, 'splits') });
  const trainOne = async (name: string, config: TrainingConfig, from?: string): Promise<string> => {
    const path = join(folder, `${name}.safetensors`);
    if (existsSync(path)) return path;
    const { seconds, epochs } = await train(
      {
        kind: 'train',
        architecture: ARCHITECTURE,
        device: 'auto',
        initial: from === undefined ? { kind: 'initial', seed: SEED } : { kind: 'checkpoint', path: from },
        train: await prepared(full.train),
        selection: await prepared(full.selection),
        config,
        checkpointPath: path,
        statePath: join(folder, `${name}.state`),
        metadata: {},
      },
      { onProgress() {}, onEpoch() {} },
    );
    log(`${name}: ${(100 * epochs.at(-1)!.selectionAccuracy).toFixed(2)} % in ${seconds.toFixed(1)} s`);
    return path;
  };
  const base = await trainOne('base', basePreset(SEED));
  const presets = ROUNDS.flatMap((seed, round) =>
    articlePresets(seed).map(({ name, config }) => ({ name: `${name}-${round + 1}`, config })),
  );
  const ingredients: { readonly name: string; readonly path: string }[] = [];
  for (const { name, config } of presets.slice(0, count)) {
    const shorter = { ...config, epochs: 1, samplesPerEpoch: FINE_TUNING_IMAGES };
    ingredients.push({ name, path: await trainOne(name, shorter, base) });
  }
  return { ingredients, splits };
}
