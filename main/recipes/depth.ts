import { blocksOf } from '../architectures/numbered-blocks.ts';
import type { Larder } from './recipe.ts';

/** How deep in the network each tensor lies, from 0 for what comes first to 1 for what comes last. */
export type Depths = ReadonlyMap<string, number>;

/**
 * Depth by the numbered blocks that tensors' names tell of, as in mergekit: 0 for the first, 1 for the last and for one alone; 0 for what belongs to
 * none. Where no block is numbered, by the layers in the order of the graph.
 * @returns undefined where names number no blocks and there is no graph
 */
export function depthsIn({ tensors, hasFilesAlone, layerGroups }: DepthFacts): Depths | undefined {
  const blocks = blocksOf(tensors);
  if (blocks.size > 0) return byBlocks(tensors, blocks);
  if (hasFilesAlone === true) return undefined;
  return new Map(
    layerGroups('layer').flatMap((layer) => layer.tensors.map((tensor) => [tensor, layer.depth] as const)),
  );
}

type DepthFacts = Pick<Larder, 'tensors' | 'hasFilesAlone' | 'layerGroups'>;

function byBlocks(tensors: readonly string[], blocks: ReadonlyMap<string, string>): Depths {
  const order = blocksInOrder(blocks);
  const last = order.length - 1;
  const depthOf = new Map(order.map((block, index) => [block, last === 0 ? 1 : index / last]));
  return new Map(tensors.map((tensor) => [tensor, depthOf.get(blocks.get(tensor) ?? '') ?? 0]));
}

/** The names of the blocks that `blocksOf` found, the first of the network first. */
export function blocksInOrder(blocks: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set(blocks.values())].sort(byNumbers);
}

function byNumbers(a: string, b: string): number {
  const [first, second] = [a, b].map((block) => (block.match(/\d+/g) ?? []).map(Number));
  for (const [i, number] of first!.entries()) {
    const difference = number - second![i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
