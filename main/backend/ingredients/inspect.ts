import { basename } from 'node:path';
import type { NewIngredient } from '../../../db/repositories/ingredients.ts';
import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import type { DetectionHint } from '../../architectures/detect.ts';
import { type Checkpoint, isFloating, type Reading } from '../../checkpoints/checkpoint.ts';
import { hashCheckpoint } from '../../checkpoints/hash.ts';
import { scanCheckpoint } from '../../checkpoints/scan.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import { openFitting } from './open-fitting.ts';

interface Inspected {
  readonly facts: Pick<
    NewIngredient,
    'path' | 'format' | 'sha256' | 'byteSize' | 'parameterCount' | 'architecture' | 'reading'
  >;
  readonly remarks: readonly string[];
}

/**
 * Opens a checkpoint, finds its architecture or checks the one given, hashes it and looks for values that are no numbers. Progress is
 * in bytes of the file, which is read twice.
 * @throws StockpotError as `openFitting`; `job/cancelled`
 */
export async function inspectIngredient(
  path: string,
  architecture: ArchitectureSpec | undefined,
  options: JobOptions = {},
  reading?: Reading,
): Promise<Inspected> {
  const { checkpoint, remarks, ...fitting } = await openFitting(path, architecture, {}, reading);
  const sizes = sizesOf(checkpoint);
  const half = (before: number): JobOptions => ({
    ...options,
    onProgress: ({ done, total }) => {
      const share = before + done / Math.max(1, total) / 2;
      options.onProgress?.({
        stage: `Reading ${basename(path)}`,
        done: share * sizes.byteSize,
        total: sizes.byteSize,
        unit: 'bytes',
      });
    },
  });
  try {
    const sha256 = await hashCheckpoint(checkpoint, half(0));
    const spoilt = (await scanCheckpoint(checkpoint, half(0.5))).flatMap(({ name, nanCount, infinityCount }) =>
      nanCount + infinityCount === 0 ? [] : [`${name} holds ${nanCount} NaN and ${infinityCount} infinite values`],
    );
    return { facts: { path, sha256, ...sizes, ...fitting }, remarks: [...remarks, ...spoilt] };
  } finally {
    checkpoint.close();
  }
}

type InspectedHeader = Omit<Inspected['facts'], 'path' | 'sha256'> & {
  readonly remarks: readonly string[];
};

/** As `inspectIngredient`, but without reading any tensor: quick, whatever the size. */
export async function inspectHeader(
  path: string,
  given: ArchitectureSpec | undefined,
  hint: DetectionHint = {},
  reading?: Reading,
): Promise<InspectedHeader> {
  const { checkpoint, ...fitting } = await openFitting(path, given, hint, reading);
  checkpoint.close();
  return { ...sizesOf(checkpoint), ...fitting };
}

function sizesOf({ format, tensors }: Checkpoint): Pick<Inspected['facts'], 'format' | 'byteSize' | 'parameterCount'> {
  const all = [...tensors.values()];
  const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
  return {
    format,
    byteSize: sum(all.map((tensor) => tensor.byteLength)),
    parameterCount: sum(all.filter((tensor) => isFloating(tensor.dtype)).map((tensor) => tensor.elementCount)),
  };
}
