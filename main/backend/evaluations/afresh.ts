import type { Evaluation, EvaluationRepository } from '../../../db/repositories/evaluations.ts';
import type { EnginePool } from '../../engine/pool.ts';
import { predictionStore } from './predictions.ts';
import type { IdentifyRuntime } from './runtime-identity.ts';
import { type EvaluationService, evaluationService } from './service.ts';

type Memory = Pick<
  EvaluationRepository,
  'ensureSubject' | 'find' | 'save' | 'setMetrics' | 'prediction' | 'savePrediction' | 'forgetPrediction'
>;

/**
 * Evaluations that begin with nothing: every forward pass is made, whatever the workspace has kept, and once only.
 * @param folder there, and empty; logits are written into it
 */
export function evaluateAfresh(engines: EnginePool, identify: IdentifyRuntime, folder: string): EvaluationService {
  const memory = emptyMemory();
  return evaluationService(memory, predictionStore(memory, engines, folder), identify);
}

function emptyMemory(): Memory {
  const subjects = new Map<string, number>();
  const evaluations = new Map<string, Evaluation>();
  const predictions = new Map<string, NonNullable<ReturnType<Memory['prediction']>>>();
  const placeOf = (
    subjectId: number,
    { splitKey, preprocessing, runtimeIdentity }: Parameters<Memory['find']>[1],
  ): string => JSON.stringify([subjectId, splitKey, preprocessing, runtimeIdentity]);
  const createdAt = new Date().toISOString();
  return {
    ensureSubject(_, key) {
      const known = subjects.get(key) ?? subjects.size + 1;
      subjects.set(key, known);
      return known;
    },
    find: (subjectId, conditions) => evaluations.get(placeOf(subjectId, conditions)),
    save(evaluation) {
      const saved = { ...evaluation, metrics: evaluation.metrics ?? {}, id: evaluations.size + 1, createdAt };
      evaluations.set(placeOf(evaluation.subjectId, evaluation), saved);
      return saved;
    },
    setMetrics(id, metrics) {
      for (const [place, known] of evaluations) if (known.id === id) evaluations.set(place, { ...known, metrics });
    },
    prediction: (key) => predictions.get(key),
    savePrediction: (prediction) => void predictions.set(prediction.key, { ...prediction, createdAt }),
    forgetPrediction: (key) => void predictions.delete(key),
  };
}
