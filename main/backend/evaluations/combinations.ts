import type { ResultKind } from '../../../db/repositories/runs.ts';
import type { EnsembleKind } from '../../metrics/ensemble.ts';

const COMBINATIONS: Readonly<Partial<Record<ResultKind, EnsembleKind>>> = {
  'ensemble-logits': 'mean-logits',
  'ensemble-probabilities': 'mean-probabilities',
};

/** How the outputs of a row of results are averaged; undefined of what is no ensemble. */
export function combinationOf(kind: ResultKind): EnsembleKind | undefined {
  return COMBINATIONS[kind];
}
