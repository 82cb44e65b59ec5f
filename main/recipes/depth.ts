/** How deep in the network each tensor lies, from 0 for the first block to 1 for the last; 0 for what belongs to no block. */
export type Depths = ReadonlyMap<string, number>;

/**
 * Finds a network's blocks by the names of its tensors. A block's name ends in a number (`model.layers.7`, `layer3.0`); those whose
 * names differ in numbers alone are the blocks of one network, and the largest such family counts. A single block has depth 1.
 */
export function depthsOf(tensors: readonly string[]): Depths {
  const blocks = blocksOf(tensors);
  const order = [...new Set(blocks.values())].sort(byNumbers);
  const last = order.length - 1;
  const depthOf = new Map(order.map((block, index) => [block, last === 0 ? 1 : index / last]));
  return new Map(tensors.map((tensor) => [tensor, depthOf.get(blocks.get(tensor) ?? '') ?? 0]));
}

/** The block that each tensor belongs to; others are left out. */
export function blocksOf(tensors: readonly string[]): ReadonlyMap<string, string> {
  const candidates = new Map<string, string>();
  for (const tensor of tensors) {
    const block = /^(?:[^.]+\.)*?\d+(?=\.)/.exec(tensor)?.[0];
    if (block !== undefined) candidates.set(tensor, block);
  }
  const families = Map.groupBy(new Set(candidates.values()), familyOf);
  const largest = [...families.values()].reduce<readonly string[]>(
    (best, members) => (members.length > best.length ? members : best),
    [],
  );
  const chosen = new Set(largest);
  return new Map([...candidates].filter(([, block]) => chosen.has(block)));
}

function familyOf(block: string): string {
  return block.replace(/\d+/g, '#');
}

function byNumbers(a: string, b: string): number {
  const [first, second] = [a, b].map((block) => (block.match(/\d+/g) ?? []).map(Number));
  for (const [i, number] of first!.entries()) {
    const difference = number - second![i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
