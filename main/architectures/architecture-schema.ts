import { z } from 'zod';
import { StockpotError } from '../errors.ts';
import type { ArchitectureSpec } from './architecture.ts';

const LARGEST_DIMENSION = 2 ** 20;

const size = z.int().min(1).max(LARGEST_DIMENSION);
const classes = size.describe('Number of classes: the length of a sample’s logits');
const imageShape = z
  .tuple([size, size, size], 'must be [channels, height, width]')
  .readonly()
  .describe('[channels, height, width] of one image');

const mlp = z.strictObject({
  family: z.literal('mlp'),
  inputShape: z.array(size).min(1).max(4).readonly().describe('Shape of one sample; it is flattened'),
  hidden: z.array(size).max(64).readonly().describe('Widths of the hidden layers, in order'),
  classes,
});

const cnn = z
  .strictObject({
    family: z.literal('cnn'),
    inputShape: imageShape,
    channels: z.array(size).min(1).max(16).readonly().describe('Output channels of each conv-bn-relu-maxpool block'),
    hidden: z.int().min(0).max(LARGEST_DIMENSION).describe('Width of the hidden fully connected layer, 0 for none'),
    classes,
  })
  .superRefine(({ inputShape, channels }, context) => {
    const smallest = 2 ** channels.length;
    if (Math.min(inputShape[1], inputShape[2]) >= smallest) return;
    context.addIssue({
      code: 'custom',
      path: ['channels'],
      message: `${channels.length} blocks halve the image ${channels.length} times and need at least ${smallest} × ${smallest} pixels`,
    });
  });

const resnet = z.strictObject({
  family: z.literal('resnet'),
  depth: z.literal([18, 34, 50, 101, 152], 'must be 18, 34, 50, 101 or 152'),
  inputShape: imageShape,
  classes,
});

/** What a recipe file may say about an architecture of the zoo. */
export const architectureSchema = z.discriminatedUnion('family', [mlp, cnn, resnet], {
  error: 'must be mlp, cnn or resnet',
}) satisfies z.ZodType<ArchitectureSpec>;

/** What is wrong with a spec, each fault with its path; nothing when it is valid. */
export function architectureFaults(value: unknown): readonly string[] {
  const result = architectureSchema.safeParse(value);
  return result.success ? [] : describeIssues(result.error);
}

/**
 * @param value anything, such as a part of a parsed recipe file
 * @throws StockpotError `architecture/invalid-spec`, each fault listed with its path
 */
export function parseArchitectureSpec(value: unknown): ArchitectureSpec {
  const result = architectureSchema.safeParse(value);
  if (result.success) return result.data;
  const faults = describeIssues(result.error);
  throw new StockpotError({
    code: 'architecture/invalid-spec',
    what: `The architecture is not valid: ${faults[0]}`,
    details: faults,
    remedy:
      'Give a family (mlp, cnn, resnet) and its sizes, for example { family: resnet, depth: 18, inputShape: [3, 224, 224], classes: 10 }',
  });
}

function describeIssues({ issues }: z.ZodError): readonly string[] {
  return issues.map(({ path, message }) => `${path.join('.') || 'architecture'}: ${message}`);
}
