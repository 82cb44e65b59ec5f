import type { MatchingProblem } from './matching/problem.ts';
import type { TensorProducts } from './matching/share.ts';

/** How alike two networks are in the tensors that have a group's channels: the cosine of all their numbers together. */
export interface GroupSimilarity {
  /** The group's name. */
  readonly group: string;
  readonly channels: number;
  readonly before: number;
  readonly after: number;
}

export function similarityByGroup(
  { symmetries, tensors }: MatchingProblem,
  before: readonly TensorProducts[],
  after: readonly TensorProducts[],
): readonly GroupSimilarity[] {
  const groupsOf = tensors.map(
    ({ symmetry: { axes, grouped } }) =>
      new Set([
        ...axes.flat().map(({ group }) => group),
        ...grouped.flatMap(({ inputs, outputs }) => [inputs, outputs]),
      ]),
  );
  return symmetries.groups.map(({ name, channels }, group) => {
    const ofGroup = ({ tensor }: TensorProducts): boolean => groupsOf[tensor]!.has(group);
    return { group: name, channels, before: cosine(before.filter(ofGroup)), after: cosine(after.filter(ofGroup)) };
  });
}

/** 0 where one of the two is all zero. */
function cosine(products: readonly TensorProducts[]): number {
  const total = (figure: 'product' | 'referenceSquares' | 'candidateSquares'): number =>
    products.reduce((sum, each) => sum + each[figure], 0);
  const norms = Math.sqrt(total('referenceSquares')) * Math.sqrt(total('candidateSquares'));
  return norms === 0 ? 0 : Math.max(-1, Math.min(1, total('product') / norms));
}
