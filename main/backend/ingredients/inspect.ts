import { basename } from 'node:path';
import type { NewIngredient } from '../../../db/repositories/ingredients.ts';
import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import { buildArchitecture } from '../../architectures/build.ts';
import { type DetectionHint, detectArchitecture } from '../../architectures/detect.ts';
import { type Checkpoint, isFloating } from '../../checkpoints/checkpoint.ts';
import { hashCheckpoint } from '../../checkpoints/hash.ts';
import { openCheckpoint } from '../../checkpoints/open.ts';
import { scanCheckpoint } from '../../checkpoints/scan.ts';
import { StockpotError } from '../../errors.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import { checkFits } from './fit.ts';

interface Inspected {
  readonly facts: Pick<NewIngredient, 'path' | 'format' | 'sha256' | 'byteSize' | 'parameterCount' | 'architecture'>;
  readonly remarks: readonly string[];
}

/**
 * Opens a checkpoint, finds its architecture or checks the one given, hashes it and looks for values that are no numbers. Progress is
 * in bytes of the file, which is read twice.
 * @throws StockpotError `checkpoint/…`, `architecture/…`, `ingredients/mismatched`, `job/cancelled`
 */
export async function inspectIngredient(
  path: string,
  architecture: ArchitectureSpec | undefined,
  options: JobOptions = {},
): Promise<Inspected> {
  const { remarks, ...header } = await inspectHeader(path, architecture);
  const checkpoint = await openCheckpoint(path);
  const half = (before: number): JobOptions => ({
    ...options,
    onProgress: ({ done, total }) => {
      const share = before + done / Math.max(1, total) / 2;
      options.onProgress?.({
        stage: `Reading ${basename(path)}`,
        done: share * header.byteSize,
        total: header.byteSize,
        unit: 'bytes',
      });
    },
  });
  try {
    const sha256 = await hashCheckpoint(checkpoint, half(0));
    const spoilt = (await scanCheckpoint(checkpoint, half(0.5))).flatMap(({ name, nanCount, infinityCount }) =>
      nanCount + infinityCount === 0 ? [] : [`${name} holds ${nanCount} NaN and ${infinityCount} infinite values`],
    );
    return { facts: { path, sha256, ...header }, remarks: [...remarks, ...spoilt] };
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
): Promise<InspectedHeader> {
  const checkpoint = await openCheckpoint(path);
  try {
    const { architecture, notes } = given === undefined ? detect(checkpoint, hint) : { architecture: given, notes: [] };
    checkFits(buildArchitecture(architecture), checkpoint.tensors, path);
    const tensors = [...checkpoint.tensors.values()];
    const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
    return {
      format: checkpoint.format,
      byteSize: sum(tensors.map((tensor) => tensor.byteLength)),
      parameterCount: sum(tensors.filter((tensor) => isFloating(tensor.dtype)).map((tensor) => tensor.elementCount)),
      architecture,
      remarks: [...checkpoint.remarks, ...notes],
    };
  } finally {
    checkpoint.close();
  }
}

function detect(
  checkpoint: Checkpoint,
  hint: DetectionHint,
): { readonly architecture: ArchitectureSpec; readonly notes: readonly string[] } {
  const detection = detectArchitecture(checkpoint.tensors.values(), hint);
  if (detection.kind === 'found') return { architecture: detection.spec, notes: detection.notes };
  throw new StockpotError({
    code: 'ingredients/unknown-architecture',
    what: 'The architecture cannot be told from the tensors',
    where: checkpoint.path,
    details: detection.reasons,
    remedy:
      'Name it in the recipe file, for example architecture: { family: resnet, depth: 18, inputShape: [3, 224, 224], classes: 10 }',
  });
}
