import type { StoredSplit } from '../../../db/repositories/datasets.ts';
import { SharedSampleCounter } from '../../data/leakage.ts';
import type { DatasetService, PreparedSplit } from './service.ts';

/** Two splits of which the second is scored and must not know the first. */
interface ToldPair {
  readonly seen: PreparedSplit;
  readonly scored: PreparedSplit;
}

interface Leakage extends ToldPair {
  /** How many samples of `scored` are in `seen`, of how many. */
  readonly shared: number;
  readonly of: number;
}

/**
 * How many samples each split shares with each one that was trained on or selected by, among the newest splits of a project. Two
 * test sets may share what they like.
 */
export async function checkLeakage(
  datasets: DatasetService,
  projectId: number,
  signal?: AbortSignal,
): Promise<readonly Leakage[]> {
  const counter = new SharedSampleCounter(signal);
  const found: Leakage[] = [];
  for (const { seen, scored } of await toldPairs(datasets, projectId, signal)) {
    const shared = await counter.count(seen.ref, scored.ref);
    found.push({ seen, scored, shared, of: scored.ref.sampleCount });
  }
  return found;
}

/** Among the newest splits of a project. */
export async function toldPairs(
  datasets: DatasetService,
  projectId: number,
  signal?: AbortSignal,
): Promise<readonly ToldPair[]> {
  const splits: PreparedSplit[] = [];
  for (const { id } of newestSplits(datasets.list(projectId).flatMap((dataset) => dataset.splits))) {
    splits.push(await datasets.ready(id, signal === undefined ? {} : { signal }));
  }
  return splits.flatMap((seen) => splits.filter((scored) => isTold(seen, scored)).map((scored) => ({ seen, scored })));
}

function isTold(seen: PreparedSplit, scored: PreparedSplit): boolean {
  if (seen.role === 'train') return scored.role !== 'train';
  return seen.role === 'selection' && scored.role === 'test';
}

/** Of each role and name the newest. */
function newestSplits(splits: readonly StoredSplit[]): readonly StoredSplit[] {
  const newest = new Map(splits.toSorted((a, b) => a.id - b.id).map((split) => [`${split.role} ${split.name}`, split]));
  return [...newest.values()];
}
