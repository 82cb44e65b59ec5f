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
export interface EnsembleSubject {
  readonly kind: 'ensemble';
  readonly key: string;
  readonly combine: EnsembleKind;
  readonly members: readonly WeightsSubject[];
}

export type Subject = WeightsSubject | EnsembleSubject;

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

function weightsKey(architecture: Architecture, weightsHash: string): string {
  return contentKey([architecture.graphHash, weightsHash]);
}
