import { setImmediate } from 'node:timers/promises';
import type { Database } from '../../../db/open.ts';
import { evaluationRepository } from '../../../db/repositories/evaluations.ts';
import {
  type IncompleteEvaluation,
  type MetricBacklog,
  metricBacklog,
} from '../../../db/repositories/metric-backlog.ts';
import { predictionFiles } from '../../../db/repositories/prediction-files.ts';
import { StockpotError } from '../../errors.ts';
import { METRICS, scoreAll } from '../../metrics/index.ts';
import type { Predictions } from '../../metrics/predictions.ts';
import type { Leisure } from '../leisure.ts';
import type { WorkspacePaths } from '../workspace.ts';
import { combinationOf } from './combinations.ts';
import { KeptPredictions } from './kept-predictions.ts';

/**
 * Brings evaluations that were made before a metric was there, here or in an imported project, up to date from their kept
 * predictions, one after another while nobody waits for anything else. Where predictions are gone the metric stays unknown.
 */
export interface MetricCompletion {
  /** Looks through everything again; while it does so already, once more afterwards. */
  start(): void;
  /** When all that can be known is. */
  settled(): Promise<void>;
  /** How many evaluations it has added to. */
  readonly completed: number;
  stop(): Promise<void>;
}

export function metricCompletion(
  database: Database,
  paths: Pick<WorkspacePaths, 'predictions' | 'splits'>,
  leisure: Leisure,
): MetricCompletion {
  const repository = evaluationRepository(database);
  const backlog = metricBacklog(database);
  const wanted = METRICS.map(({ id }) => id);
  let completed = 0;
  let again = false;
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  const complete = (kept: KeptPredictions, entry: IncompleteEvaluation): void => {
    const predictions = predictionsOf(kept, backlog, entry);
    if (predictions === undefined) return;
    // Labels that are no longer those it was scored against would give other figures.
    if (predictions.hits.reduce((sum, hit) => sum + hit, 0) !== entry.correct) return;
    repository.setMetrics(entry.id, scoreAll(predictions));
    completed += 1;
  };
  const lookThrough = async (): Promise<void> => {
    const kept = new KeptPredictions(predictionFiles(database), paths);
    for (let id: number | undefined = 0; id !== undefined; ) {
      await setImmediate();
      await leisure.come(stopping.signal);
      if (stopping.signal.aborted) return;
      const step = backlog.next(wanted, id);
      if (step.found !== undefined) complete(kept, step.found);
      id = step.lookedThrough;
    }
  };
  const run = async (): Promise<void> => {
    while (again && !stopping.signal.aborted) {
      again = false;
      await lookThrough();
    }
    running = undefined;
  };
  return {
    start() {
      again = true;
      running ??= run();
    },
    settled: async () => running,
    get completed() {
      return completed;
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

function predictionsOf(
  kept: KeptPredictions,
  backlog: MetricBacklog,
  entry: IncompleteEvaluation,
): Predictions | undefined {
  try {
    const ensemble = backlog.ensemble(entry.id);
    const combine = ensemble && combinationOf(ensemble.kind);
    return combine === undefined ? kept.of(entry) : kept.ensemble(combine, ensemble!.members);
  } catch (thrown) {
    // A file that cannot be read is as good as gone: what rests on it stays unknown, and is asked for again next time.
    if (thrown instanceof StockpotError) return undefined;
    throw thrown;
  }
}
