/**
 * The block that each tensor belongs to, by the names of tensors alone; others are left out. A block's name ends in a number
 * (`model.layers.7`, `layer3.0`); those whose names differ in numbers alone are the blocks of one network, and the largest such family
 * counts.
 */
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
