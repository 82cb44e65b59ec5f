import type { SubjectKind } from '../../../db/repositories/evaluations.ts';
import type { Architecture } from '../../architectures/architecture.ts';
import type { WeightSource } from '../../engine/protocol.ts';
import type { EnsembleKind } from '../../metrics/ensemble.ts';
import { type FileIngredient, type Mixture, plainMixture } from '../../mix/mixture.ts';
import { hashOfMixture } from '../../mix/mixture-hash.ts';
import { contentKey } from '../content-key.ts';

/** One network: an architecture with an ingredient's or a soup's weights. */
export interface WeightsSubject {
  readonly kind: Exclude<SubjectKind, 'ensemble'>;
  /** Hash of graph and weights. */
  readonly key: string;
  readonly weights: WeightSource;
}

/** Several networks whose outputs are averaged. */
interface EnsembleSubject {
  readonly kind: 'ensemble';
  readonly key: string;
  readonly combine: EnsembleKind;
  readonly members: readonly WeightsSubject[];
}

/** Several networks whose logits are added up, each with its weight. What it predicts is kept as if it were a network itself. */
export interface MixedOutputsSubject {
  readonly kind: 'ensemble';
  readonly key: string;
  readonly combine: 'weighted-logits';
  readonly members: readonly WeightsSubject[];
  /** One for each member. */
  readonly weights: readonly number[];
}

export type Subject = WeightsSubject | EnsembleSubject | MixedOutputsSubject;

/** Raise it when an ensemble of the same members would get other outputs. */
const ENSEMBLE_VERSION = 1;

export function ingredientSubject(architecture: Architecture, ingredient: FileIngredient): WeightsSubject {
  return {
    kind: 'ingredient',
    key: weightsKey(architecture, hashOfMixture(plainMixture([ingredient], [1]))),
    weights: { kind: 'checkpoint', path: ingredient.path, reading: ingredient.reading },
  };
}

/** A mixture that is one ingredient as it is is that ingredient: it has the same key. */
export function soupSubject(architecture: Architecture, mixture: Mixture): WeightsSubject {
  return {
    kind: 'soup',
    key: weightsKey(architecture, hashOfMixture(mixture)),
    weights: { kind: 'mixture', mixture },
  };
}

export function ensembleSubject(combine: EnsembleKind, members: readonly WeightsSubject[]): EnsembleSubject {
  const key = contentKey([ENSEMBLE_VERSION, combine, members.map((member) => member.key)]);
  return { kind: 'ensemble', key, combine, members };
}

/** @param weights one for each member; members without one take no part */
export function mixedOutputsSubject(
  members: readonly WeightsSubject[],
  weights: readonly number[],
): MixedOutputsSubject {
  const taking = [...members.keys()].filter((i) => weights[i] !== 0);
  const mixed = { members: taking.map((i) => members[i]!), weights: taking.map((i) => weights[i]!) };
  const key = contentKey([
    ENSEMBLE_VERSION,
    'weighted-logits',
    mixed.members.map((member) => member.key),
    mixed.weights,
  ]);
  return { kind: 'ensemble', key, combine: 'weighted-logits', ...mixed };
}

function weightsKey(architecture: Architecture, weightsHash: string): string {
  return contentKey([architecture.graphHash, weightsHash]);
}
