import type { Graph } from '../architectures/onnx/graph.ts';

/** Names of BatchNorm's running means and variances: they describe activations, not weights. */
export function runningStatistics({ nodes }: Graph): ReadonlySet<string> {
  return new Set(nodes.filter(({ op }) => op === 'BatchNormalization').flatMap(({ inputs }) => inputs.slice(3, 5)));
}
