import { parentPort, workerData } from 'node:worker_threads';
import { type ErrorFacts, factsOf } from '../../errors.ts';
import type { Permutations } from '../permutations.ts';
import type { FamilyMatch } from './bundles.ts';
import type { MatchingProblem } from './problem.ts';
import { MatchingShare, type TensorProducts } from './share.ts';

export interface MatchingWorkerData {
  readonly problem: MatchingProblem;
  readonly index: number;
  readonly count: number;
}

export type MatchingRequest =
  | { readonly type: 'update' | 'match'; readonly family: number; readonly permutations: Permutations }
  | { readonly type: 'measure'; readonly permutations: Permutations };

export type MatchingAnswer =
  | { readonly type: 'updated' }
  | { readonly type: 'matched'; readonly match: FamilyMatch }
  | { readonly type: 'measured'; readonly products: readonly TensorProducts[] }
  | { readonly type: 'failed'; readonly error: ErrorFacts };

const { problem, index, count } = workerData as MatchingWorkerData;
const share = new MatchingShare(problem, index, count);

parentPort?.on('message', (request: MatchingRequest) => {
  try {
    post(perform(request));
  } catch (thrown) {
    post({ type: 'failed', error: factsOf(thrown) });
  }
});

function perform(request: MatchingRequest): MatchingAnswer {
  switch (request.type) {
    case 'update':
      share.update(request.family, request.permutations);
      return { type: 'updated' };
    case 'match':
      return { type: 'matched', match: share.match(request.family, request.permutations) };
    case 'measure':
      return { type: 'measured', products: share.measure(request.permutations) };
  }
}

function post(message: MatchingAnswer): void {
  parentPort?.postMessage(message);
}
