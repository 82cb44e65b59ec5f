import type { TensorPair, TensorSimilarity } from './similarity.ts';
import { type AncestryThresholds, THRESHOLDS } from './thresholds.ts';

type Verdict = 'same' | 'different' | 'unsure';

/** Why a tensor says nothing about ancestry. */
type SetAside =
  /** Integers or booleans. */
  | 'not-floating'
  /** Biases, scales, BatchNorm statistics: alike in networks that have nothing to do with each other. */
  | 'vector'
  /** NaN or infinities. */
  | 'not-finite'
  /** All zero, or without variation. */
  | 'constant'
  /** The same numbers as a tensor judged before. */
  | 'tied'
  /** Too few independent numbers for a cosine to stand out from chance. */
  | 'too-small';

/** What a tensor says about a pair of checkpoints. */
type Relation =
  | { readonly kind: 'identical' | 'related' | 'unclear' | 'unrelated' }
  | { readonly kind: 'set-aside'; readonly reason: SetAside };

interface TensorVerdict {
  readonly name: string;
  readonly shape: readonly number[];
  /** Of all elements; undefined for integers, and where one is all zero or not finite. */
  readonly cosine: number | undefined;
  /** The centred cosine in standard deviations of what independent initialisation gives; undefined where `cosine` is and for vectors. */
  readonly z: number | undefined;
  readonly relation: Relation;
}

export interface PairVerdict {
  /** Indices of the checkpoints. */
  readonly a: number;
  readonly b: number;
  readonly verdict: Verdict;
  /** Tensors that both hold with the same shape, in the order of the file. */
  readonly tensors: readonly TensorVerdict[];
  /** Tensors that say something, and how many of them say that the two are related (identical ones among them). */
  readonly judged: number;
  readonly related: number;
  /** Every tensor of the two is in both, with the same numbers. */
  readonly duplicates: boolean;
  /**
   * Parts in which no judged tensor is related, as `fc.*`, or a tensor's name: what was initialised anew where the
   * verdict is `same`.
   */
  readonly unrelatedParts: readonly string[];
}

/**
 * Whether two checkpoints share an ancestor, tensor by tensor: each eligible one votes, however many elements it has,
 * because a pooled figure would be that of the largest tensor, or of whatever scale dominates.
 * @param similarities what `measureSimilarity` found
 * @param tensorCounts number of tensors in each of the checkpoints
 */
export function judgePair(
  a: number,
  b: number,
  similarities: readonly TensorSimilarity[],
  tensorCounts: readonly number[],
  thresholds: AncestryThresholds = THRESHOLDS,
): PairVerdict {
  const common = similarities.flatMap((similarity) => {
    const pair = similarity.pairs.find((one) => one.a === a && one.b === b);
    return pair === undefined ? [] : [{ similarity, pair }];
  });
  const tensors = common.map(({ similarity, pair }) => ({
    name: similarity.name,
    shape: similarity.shape,
    cosine: pair.cosine,
    z: pair.agreement?.z,
    relation: relationOf(similarity, pair, thresholds),
  }));
  const judged = tensors.filter(({ relation }) => relation.kind !== 'set-aside');
  const related = judged.filter(isRelated).length;
  const allCommon = tensors.length === tensorCounts[a] && tensors.length === tensorCounts[b];
  return {
    a,
    b,
    verdict: verdictOf(related, judged.length, thresholds),
    tensors,
    judged: judged.length,
    related,
    duplicates: allCommon && tensors.length > 0 && common.every(({ pair }) => pair.identical),
    unrelatedParts: unrelatedParts(judged),
  };
}

function isRelated({ relation }: TensorVerdict): boolean {
  return relation.kind === 'related' || relation.kind === 'identical';
}

function verdictOf(related: number, judged: number, { same, different }: AncestryThresholds): Verdict {
  if (judged === 0) return 'unsure';
  if (related / judged >= same) return 'same';
  return related / judged <= different ? 'different' : 'unsure';
}

function relationOf(similarity: TensorSimilarity, pair: TensorPair, thresholds: AncestryThresholds): Relation {
  const reason = reasonToSetAside(similarity, pair, thresholds);
  if (reason !== undefined) return { kind: 'set-aside', reason };
  if (pair.identical) return { kind: 'identical' };
  const { z } = pair.agreement!;
  if (z >= thresholds.related) return { kind: 'related' };
  return { kind: z <= thresholds.unrelated ? 'unrelated' : 'unclear' };
}

function reasonToSetAside(
  { floating, shape, facts, tiedTo }: TensorSimilarity,
  { a, b, cosine, agreement }: TensorPair,
  { reach }: AncestryThresholds,
): SetAside | undefined {
  const both = facts.filter(({ checkpoint }) => checkpoint === a || checkpoint === b);
  if (!floating) return 'not-floating';
  if (both.some(({ nanCount, infinityCount }) => nanCount + infinityCount > 0)) return 'not-finite';
  if (shape.filter((extent) => extent !== 1).length < 2) return 'vector';
  if (cosine === undefined) return 'constant';
  if (tiedTo !== undefined) return 'tied';
  if (agreement === undefined) return shape[0] === 1 ? 'too-small' : 'constant';
  return agreement.reach < reach ? 'too-small' : undefined;
}

/** The shortest beginnings of names, cut at dots, under which nothing is related and something unrelated. */
function unrelatedParts(judged: readonly TensorVerdict[], depth = 0): readonly string[] {
  const parts = new Map<string, TensorVerdict[]>();
  for (const tensor of judged) {
    const part = tensor.name.split('.', depth + 1).join('.');
    parts.set(part, [...(parts.get(part) ?? []), tensor]);
  }
  return [...parts].flatMap(([part, tensors]) => {
    const unrelated = tensors.filter(({ relation }) => relation.kind === 'unrelated');
    if (unrelated.length === 0) return [];
    if (!tensors.some(isRelated)) return [tensors[0]!.name === part ? part : `${part}.*`];
    return unrelatedParts(
      tensors.filter(({ name }) => name !== part),
      depth + 1,
    );
  });
}
