import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { MNIST_NORMALIZATION } from '../../main/data/mnist.ts';
import { prepareSplit } from '../../main/data/prepare.ts';
import type { DataSource } from '../../main/data/source.ts';
import type { Normalization, SplitRef } from '../../main/data/split.ts';
import { train } from '../../main/engine/tasks/train.ts';
import { StockpotError } from '../../main/errors.ts';
import type { DataName, PlannedNetwork, Study } from './studies.ts';

/** A network whose ancestry is known. */
export interface KnownNetwork {
  readonly name: string;
  readonly path: string;
  /** Networks of one lineage have the same ancestor. */
  readonly lineage: string;
  readonly how: string;
}

export interface TrainingPlace {
  /** Trained checkpoints and prepared splits are kept here; what is there is not made again. */
  readonly folder: string;
  /** Folder with Fashion-MNIST's four IDX files, gzipped. */
  readonly fashion: string;
  readonly log: (line: string) => void;
}

interface TrainingData {
  readonly train: SplitRef;
  readonly selection: SplitRef;
}

const FASHION_NORMALIZATION: Normalization = { mean: [0.286], std: [0.353] };
const TRAINING_ROWS = 12_000;
const SELECTION_ROWS = 200;

/** Trains what is missing. Networks whose training diverges are left out, and said. */
export async function trainStudy(study: Study, place: TrainingPlace): Promise<readonly KnownNetwork[]> {
  const folder = join(place.folder, study.name);
  mkdirSync(folder, { recursive: true });
  const known: KnownNetwork[] = [];
  for (let lineage = 1; lineage <= study.lineages; lineage += 1) {
    for (const network of study.networks) {
      const pathOf = (name: string): string => join(folder, `${lineage}-${name}.safetensors`);
      const path = pathOf(network.name);
      if (!existsSync(path)) await trainOne(study, network, lineage, pathOf, place);
      if (!existsSync(path)) continue;
      known.push({
        name: `${lineage}-${network.name}`,
        path,
        lineage: `${study.name}/${lineage}`,
        how: howOf(network),
      });
    }
  }
  return known;
}

async function trainOne(
  study: Study,
  network: PlannedNetwork,
  lineage: number,
  pathOf: (name: string) => string,
  place: TrainingPlace,
): Promise<void> {
  const data = await dataFor(network.data, place);
  try {
    const { seconds, epochs } = await train(
      {
        kind: 'train',
        architecture: study.architecture,
        device: 'auto',
        initial:
          network.from === 'initial'
            ? { kind: 'initial', seed: 1000 + lineage }
            : { kind: 'checkpoint', path: pathOf(network.from) },
        ...data,
        config: { ...network.config, seed: 100 * lineage + network.config.seed },
        checkpointPath: pathOf(network.name),
        statePath: join(place.folder, `${study.name}-${lineage}-${network.name}.state`),
        metadata: {},
      },
      { onProgress() {}, onEpoch() {} },
    );
    const accuracy = epochs.at(-1)!.selectionAccuracy;
    place.log(`${study.name} ${lineage}-${network.name}: ${accuracy.toFixed(3)} in ${seconds.toFixed(1)} s`);
  } catch (thrown) {
    if (!(thrown instanceof StockpotError && thrown.code === 'train/diverged')) throw thrown;
    place.log(`${study.name} ${lineage}-${network.name} is left out: ${thrown.message}`);
  }
}

async function dataFor(name: DataName, { folder, fashion }: TrainingPlace): Promise<TrainingData> {
  const source: DataSource =
    name === 'mnist'
      ? { format: 'mnist', part: 'train', normalization: { ...MNIST_NORMALIZATION } }
      : {
          format: 'idx',
          images: join(fashion, 'train-images-idx3-ubyte.gz'),
          labels: join(fashion, 'train-labels-idx1-ubyte.gz'),
          normalization: { mean: [...FASHION_NORMALIZATION.mean], std: [...FASHION_NORMALIZATION.std] },
        };
  const cacheFolder = join(folder, 'splits');
  mkdirSync(cacheFolder, { recursive: true });
  const rows = (from: number, to: number) => ({ ...source, rows: { from, to } });
  return {
    train: await prepareSplit(rows(0, TRAINING_ROWS), { cacheFolder }),
    selection: await prepareSplit(rows(TRAINING_ROWS, TRAINING_ROWS + SELECTION_ROWS), { cacheFolder }),
  };
}

function howOf({ from, data, config: { optimizer, learningRate, weightDecay, epochs } }: PlannedNetwork): string {
  const decay = weightDecay === 0 ? '' : `, weight decay ${weightDecay}`;
  return `${from} → ${data}, ${optimizer} ${learningRate}${decay}, ${epochs} epochs`;
}
