import { probabilities } from './classification.ts';

/**
 * An ensemble averages outputs. Both functions take the members' logits, F32 [rows, classes] each, and return logits of the
 * ensemble of the same shape, so that every metric applies to them. Sums are kept in f64.
 */
export type EnsembleKind = 'mean-logits' | 'mean-probabilities';

export function ensembleLogits(kind: EnsembleKind, members: readonly Float32Array[], classCount: number): Float32Array {
  checkMembers(members, classCount);
  return kind === 'mean-logits' ? meanLogits(members) : logMeanProbabilities(members, classCount);
}

/** Σ weightᵢ · logitsᵢ. @param weights one for each member */
export function weightedLogits(members: readonly Float32Array[], weights: readonly number[]): Float32Array {
  if (members.length !== weights.length) throw new RangeError('A weighted ensemble needs one weight for each member');
  checkMembers(members, 1);
  const sums = new Float64Array(members[0]!.length);
  for (const [k, member] of members.entries()) {
    const weight = weights[k]!;
    for (let i = 0; i < sums.length; i++) sums[i]! += weight * member[i]!;
  }
  return Float32Array.from(sums);
}

/** The mean of the members' logits: the geometric mean of their probabilities, up to a factor. */
function meanLogits(members: readonly Float32Array[]): Float32Array {
  return Float32Array.from(
    members[0]!,
    (_, i) => members.reduce((sum, member) => sum + member[i]!, 0) / members.length,
  );
}

/** The logarithm of the mean of the members' probabilities, whose softmax is that mean again. */
function logMeanProbabilities(members: readonly Float32Array[], classCount: number): Float32Array {
  const sums = new Float64Array(members[0]!.length);
  for (const member of members) {
    const shares = probabilities(member, classCount);
    for (let i = 0; i < sums.length; i++) sums[i]! += shares[i]!;
  }
  return Float32Array.from(sums, (sum) => Math.log(sum / members.length));
}

function checkMembers(members: readonly Float32Array[], classCount: number): void {
  const length = members[0]?.length;
  if (length === undefined) throw new RangeError('An ensemble needs at least one member');
  if (members.some((member) => member.length !== length) || length % classCount !== 0) {
    throw new RangeError(`The members of an ensemble need logits of one shape [rows, ${classCount}]`);
  }
}
