import type { Architecture, ArchitectureSpec } from './architecture.ts';
import { architectureFaults } from './architecture-schema.ts';
import { architectureName } from './build.ts';

export interface ArchitectureProposal {
  readonly name: Architecture['name'];
  readonly description: string;
  readonly spec: ArchitectureSpec;
}

/**
 * Architectures to begin with for images of a shape, the quickest to train first; those that cannot take the shape are left out.
 * @param inputShape [channels, height, width]
 */
export function proposedArchitectures(inputShape: readonly number[], classes: number): readonly ArchitectureProposal[] {
  const common = { inputShape, classes };
  const proposals: readonly { readonly description: string; readonly spec: ArchitectureSpec }[] = [
    {
      description: 'Two convolutions with BatchNorm, one hidden layer: trains in minutes',
      spec: { family: 'cnn', ...common, channels: [16, 32], hidden: 32 },
    },
    {
      description: 'No convolutions, one hidden layer: trains in seconds, knows nothing of images',
      spec: { family: 'mlp', ...common, hidden: [64] },
    },
    {
      description: 'The smallest ResNet: for photographs, and for patience',
      spec: { family: 'resnet', ...common, depth: 18 },
    },
  ];
  return proposals
    .filter(({ spec }) => architectureFaults(spec).length === 0)
    .map(({ description, spec }) => ({ name: architectureName(spec), description, spec }));
}
