import { ingredientRepository } from '../../../db/repositories/ingredients.ts';
import type { Backend } from '../backend.ts';
import { prepareSplitsKind } from '../datasets/prepare-splits.ts';
import { exportKind, verifyKind } from '../exports/jobs.ts';
import { importKind } from '../ingredients/import-files.ts';
import { repairKind } from '../ingredients/repair.ts';
import { trainKind } from '../ingredients/train-files.ts';
import { cookKind } from '../kitchen/cook-text.ts';
import { exportProjectKind, importProjectKind } from '../projects/jobs.ts';
import { replayKind } from '../reports/replay-job.ts';
import { sweepKind } from '../sweeps/sweep-job.ts';
import type { JobKind } from './job-kind.ts';

/** Every kind of long work there is. */
export function jobKinds(backend: Backend): readonly JobKind[] {
  return [
    cookKind(backend),
    sweepKind(backend),
    trainKind(backend),
    importKind(backend),
    repairKind(ingredientRepository(backend.database)),
    prepareSplitsKind(backend),
    replayKind(backend),
    exportKind(backend),
    verifyKind(backend),
    exportProjectKind(backend),
    importProjectKind(backend),
  ];
}
