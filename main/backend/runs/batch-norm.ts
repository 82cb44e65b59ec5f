import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Architecture } from '../../architectures/architecture.ts';
import type { EnginePool } from '../../engine/pool.ts';
import { withFileErrors } from '../../files/file-errors.ts';
import type { ComputedFile } from '../../mix/blend.ts';
import type { Mixture } from '../../mix/mixture.ts';
import { hashIngredient } from '../../mix/open-ingredients.ts';
import { contentKey } from '../content-key.ts';
import type { PreparedSplit } from '../datasets/service.ts';
import { soupSubject } from '../evaluations/subject.ts';
import type { JobOptions } from '../jobs/job-options.ts';

/** Raise it when the same request would lead to other statistics. */
const STATISTICS_VERSION = 1;

/** Enough for means and variances of every channel; more hardly moves them. */
const SAMPLES = 10_000;
const BATCH_SIZE = 250;

interface StatisticsRequest {
  readonly architecture: Architecture;
  readonly soup: Mixture;
  readonly train: PreparedSplit;
  readonly seed: number;
}

/** Estimates a soup's BatchNorm statistics; the file holds all of its tensors with the new statistics among them. */
export type StatisticsEstimator = (request: StatisticsRequest, options: JobOptions) => Promise<ComputedFile>;

/** @param folder where files are kept by their content; what is there is not computed again */
export function statisticsEstimator(engines: Pick<EnginePool, 'run'>, folder: string): StatisticsEstimator {
  return async ({ architecture, soup, train, seed }, options) => {
    const { key, weights } = soupSubject(architecture, soup);
    const drawn = [SAMPLES, BATCH_SIZE, seed];
    const name = contentKey([STATISTICS_VERSION, key, train.ref.key, train.ref.normalization, ...drawn]);
    const path = join(folder, `${name}.safetensors`);
    if (!existsSync(path)) {
      withFileErrors(folder, () => mkdirSync(folder, { recursive: true }));
      const asked = { samples: SAMPLES, batchSize: BATCH_SIZE, seed, device: 'auto' } as const;
      await engines.run(
        { kind: 'statistics', architecture: architecture.spec, weights, split: train.ref, path, ...asked },
        options,
      );
    }
    return { name: 'BatchNorm statistics', path, sha256: await hashIngredient(path, options.signal) };
  };
}
