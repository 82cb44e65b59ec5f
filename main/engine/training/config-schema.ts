import { z } from 'zod';
import { StockpotError } from '../../errors.ts';
import type { TrainingConfig } from '../protocol.ts';

/** How an ingredient is trained, as a user may write it; forms are made from it. */
export const trainingConfigSchema = z.strictObject({
  optimizer: z.enum(['sgd', 'adam', 'adamw']).default('adamw').describe('How a gradient becomes a step'),
  learningRate: z.number().positive().max(10).default(0.001).describe('Step size at the start'),
  weightDecay: z.number().min(0).max(1).default(0).describe('Pull of every weight towards zero'),
  momentum: z.number().min(0).max(0.999).default(0.9).describe('SGD only: how much of the last step is kept'),
  epochs: z.int().min(1).max(1000).default(2).describe('Passes over the training images; the best one is kept'),
  batchSize: z.int().min(1).max(4096).default(32).describe('Images per step'),
  schedule: z.enum(['cosine', 'constant']).default('cosine').describe('How the step size falls until the end'),
  labelSmoothing: z.number().min(0).max(0.9).default(0).describe('Share of each label spread over all classes'),
  augmentation: z
    .strictObject({
      shift: z.int().min(0).max(64).default(0).describe('Largest shift, pixels each way'),
      rotate: z.number().min(0).max(180).default(0).describe('Largest rotation, degrees either way'),
      cutout: z.int().min(0).max(256).default(0).describe('Side of the blanked square, pixels; 0 for none'),
    })
    .prefault({})
    .describe('Applied anew to every image of every epoch'),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(42)
    .describe('Of the order of images, and of augmentation'),
  samplesPerEpoch: z.int().min(0).default(0).describe('Images drawn per epoch; 0 for all of them'),
}) satisfies z.ZodType<TrainingConfig>;

/** @throws StockpotError `train/bad-config`, every fault in its details */
export function parseTrainingConfig(value: unknown, where: string): TrainingConfig {
  const parsed = trainingConfigSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new StockpotError({
    code: 'train/bad-config',
    what: 'The training is not described correctly',
    where,
    details: parsed.error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')),
  });
}
