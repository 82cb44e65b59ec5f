import { alignCheckpoints } from '../../alignment/align-checkpoints.ts';
import { buildArchitecture } from '../../architectures/build.ts';
import { detectArchitecture } from '../../architectures/detect.ts';
import type { Graph } from '../../architectures/onnx/graph.ts';
import { readGraph } from '../../architectures/onnx/model.ts';
import type { Checkpoint } from '../../checkpoints/checkpoint.ts';
import { StockpotError } from '../../errors.ts';
import { arrangementOf } from '../../mix/arrangement.ts';
import type { FileIngredient } from '../../mix/mixture.ts';
import type { OnProgress } from '../../progress.ts';
import type { Aligner } from '../../recipes/recipe.ts';
import { openInputs } from './open-inputs.ts';

/**
 * Aligns ingredients, or what is made of them.
 * @param files one per ingredient
 * @param graph the network as serialized ONNX; told by the reference's tensors when absent
 */
export function alignerOf(
  files: readonly Omit<FileIngredient, 'sha256'>[],
  graph: Uint8Array | undefined,
  onProgress: OnProgress,
): Aligner {
  return {
    align: ({ reference, others, to, statistics, seed, signal }) =>
      openInputs(files, [reference, ...others], async (opened) => {
        const [target, ...rest] = opened as readonly [Checkpoint, ...Checkpoint[]];
        const options = { to, statistics, seed, signal, onProgress };
        const network = graph === undefined ? graphFor(target) : readGraph(graph);
        const { symmetries, aligned } = await alignCheckpoints(network, target, rest, options);
        return aligned.map(({ permutations }) => arrangementOf(symmetries, permutations));
      }),
  };
}

/** @throws StockpotError `alignment/unknown-architecture` */
function graphFor({ tensors, path }: Checkpoint): Graph {
  const detection = detectArchitecture(tensors.values());
  if (detection.kind === 'found') return readGraph(buildArchitecture(detection.spec).graph);
  throw new StockpotError({
    code: 'alignment/unknown-architecture',
    what: 'Which network the checkpoint belongs to cannot be told by its tensors',
    where: path,
    details: detection.reasons,
    remedy: 'Align the checkpoints beforehand: stockpot align --graph NETWORK.onnx.',
  });
}
