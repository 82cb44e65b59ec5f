import type { ArchitectureSpec } from './architecture.ts';
import { type BuiltGraph, GraphBuilder, type Value } from './graph-builder.ts';

export type MlpSpec = Extract<ArchitectureSpec, { family: 'mlp' }>;

export function mlpName({ hidden }: MlpSpec): string {
  return ['mlp', ...hidden].join('-');
}

/** Fully connected layers with ReLU between them: `fc1`, `fc2`, … and `classifier`. */
export function buildMlp(spec: MlpSpec): BuiltGraph {
  const builder = new GraphBuilder(spec.inputShape);
  let value: Value = spec.inputShape.length > 1 ? builder.flatten('flatten', builder.input()) : builder.input();
  for (const [index, width] of spec.hidden.entries()) {
    const layer = index + 1;
    value = builder.relu(`relu${layer}`, builder.linear(`fc${layer}`, value, width));
  }
  builder.linear('classifier', value, spec.classes);
  return builder.finish(mlpName(spec));
}
