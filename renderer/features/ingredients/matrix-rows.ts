import type { CellKind, Preflight } from '../../../preload/contract/ingredients.ts';

/** Beyond this many tensors, those of a block are one row. */
const MOST_ROWS = 40;

/** The worst first: what a block of tensors is shown as. */
const GRAVITY: readonly CellKind[] = [
  'unreadable',
  'shape',
  'type',
  'missing',
  'extra',
  'proposed',
  'renamed',
  'precision',
  'same',
  'absent',
];

export interface MatrixCell {
  readonly kind: CellKind;
  /** How many of the row's tensors are of that kind. */
  readonly count: number;
}

export interface MatrixRow {
  readonly name: string;
  readonly tensorCount: number;
  /** One for each file. */
  readonly cells: readonly MatrixCell[];
}

/** Tensors by files; tensors of a block together where there are many, a block being as small as that allows. */
export function matrixRows({ tensors, files }: Pick<Preflight, 'tensors' | 'files'>): readonly MatrixRow[] {
  const names = tensors.map(({ name }) => name);
  const deepest = names.reduce((depth, name) => Math.max(depth, name.split('.').length), 1);
  let blockOf = (name: string): string => name;
  for (let depth = deepest - 1; depth >= 1 && new Set(names.map(blockOf)).size > MOST_ROWS; depth--) {
    blockOf = (name) => name.split('.').slice(0, depth).join('.');
  }
  const blocks = new Map<string, number[]>();
  for (const [index, name] of names.entries()) {
    const block = blockOf(name);
    blocks.set(block, [...(blocks.get(block) ?? []), index]);
  }
  return [...blocks].map(([block, members]) => ({
    name: members.length === 1 ? names[members[0]!]! : `${block}.*`,
    tensorCount: members.length,
    cells: files.map(({ cells }) => worst(members.map((index) => cells[index]!))),
  }));
}

function worst(kinds: readonly CellKind[]): MatrixCell {
  const kind = GRAVITY.find((one) => kinds.includes(one)) ?? 'absent';
  return { kind, count: kinds.filter((one) => one === kind).length };
}
