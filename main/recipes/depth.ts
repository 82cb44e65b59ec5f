import { blocksOf } from '../architectures/numbered-blocks.ts';

/** How deep in the network each tensor lies, from 0 for the first block to 1 for the last; 0 for what belongs to no block. */
export type Depths = ReadonlyMap<string, number>;

/** Finds a network's blocks by the names of its tensors. A single block has depth 1. */
export function depthsOf(tensors: readonly string[]): Depths {
  const blocks = blocksOf(tensors);
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
