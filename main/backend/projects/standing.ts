import type { Database } from '../../../db/open.ts';
import { predictionFiles } from '../../../db/repositories/prediction-files.ts';
import {
  type ProjectStandingRepository,
  projectStandingRepository,
  type ScoredSubject,
  type TestScore,
} from '../../../db/repositories/project-standing.ts';
import { compareBy, judge, type MetricComparison, type Verdict } from '../../metrics/compare.ts';
import { DEFAULT_METRIC, METRICS } from '../../metrics/index.ts';
import type { Metric } from '../../metrics/metric.ts';
import { findRecipe } from '../../recipes/index.ts';
import { KeptPredictions } from '../evaluations/kept-predictions.ts';
import type { WorkspacePaths } from '../workspace.ts';

interface Score {
  readonly correct: number;
  readonly total: number;
  /** By the standing's metric; null where it is not known. */
  readonly value: number | null;
}

/** The soup and the ingredient on one test set. */
interface StandingOnSet {
  readonly name: string;
  readonly corruption: string | null;
  readonly soup: Score;
  readonly ingredient: Score;
  /** The soup first; null where the predictions of either are no longer kept. */
  readonly comparison: MetricComparison | null;
  readonly verdict: Verdict | null;
}

/** The project's best soup against its best single ingredient. */
export interface Standing {
  readonly runId: number;
  readonly recipe: string;
  /** What all of it is by: the project's metric or, where that is not known of its runs, accuracy. */
  readonly metric: string;
  readonly soup: string;
  readonly ingredient: string;
  /** What both were chosen by: `test` only where no run had a selection split. */
  readonly chosenOn: 'selection' | 'test';
  /** The soup is that ingredient, unchanged. */
  readonly same: boolean;
  /** Clean sets first. */
  readonly sets: readonly StandingOnSet[];
}

/**
 * Answers from what is stored: no forward pass, no engine.
 * @param revision changes when scores become known that were not
 */
export function projectStanding(
  database: Database,
  paths: Pick<WorkspacePaths, 'predictions' | 'splits'>,
  revision: () => number,
): (projectId: number) => Standing | null {
  const repository = projectStandingRepository(database);
  const known = new Map<number, { readonly fingerprint: string; readonly standing: Standing | null }>();
  return (projectId) => {
    const fingerprint = `${repository.fingerprint(projectId)} ${revision()}`;
    const before = known.get(projectId);
    if (before?.fingerprint === fingerprint) return before.standing;
    const standing = compute(repository, new KeptPredictions(predictionFiles(database), paths), projectId);
    known.set(projectId, { fingerprint, standing });
    return standing;
  };
}

function compute(repository: ProjectStandingRepository, kept: KeptPredictions, projectId: number): Standing | null {
  const wanted = METRICS.find(({ id }) => id === repository.metric(projectId)) ?? DEFAULT_METRIC;
  return (
    standingBy(wanted, repository, kept, projectId) ??
    (wanted === DEFAULT_METRIC ? null : standingBy(DEFAULT_METRIC, repository, kept, projectId))
  );
}

function standingBy(
  metric: Metric,
  repository: ProjectStandingRepository,
  kept: KeptPredictions,
  projectId: number,
): Standing | null {
  const selection = repository.latestSelection(projectId);
  const best = (kind: 'soup' | 'ingredient'): ScoredSubject | undefined =>
    selection === undefined
      ? repository.bestOnTest(projectId, kind, metric)
      : repository.bestOnSelection(projectId, kind, metric, selection);
  const soup = best('soup');
  const ingredient = best('ingredient');
  if (soup === undefined || ingredient === undefined) return null;
  const rivals = repository.testScores(ingredient, 'ingredient', metric);
  const sets = repository.testScores(soup, 'soup', metric).flatMap((ours) => {
    const theirs = rivals.find((one) => one.splitKey === ours.splitKey && one.preprocessing === ours.preprocessing);
    return theirs === undefined ? [] : [onSet(metric, ours, theirs, kept)];
  });
  if (sets.length === 0) return null;
  return {
    runId: soup.runId,
    recipe: soup.recipe,
    metric: metric.id,
    soup: findRecipe(soup.recipe).title,
    ingredient: ingredient.label,
    chosenOn: selection === undefined ? 'test' : 'selection',
    same: soup.subjectId === ingredient.subjectId,
    sets: sets.toSorted((a, b) => Number(a.corruption !== null) - Number(b.corruption !== null)),
  };
}

/** Of the bootstrap; any fixed number will do. */
const SEED = 1;

function onSet(metric: Metric, ours: TestScore, theirs: TestScore, kept: KeptPredictions): StandingOnSet {
  const [first, second] = [kept.of(ours), kept.of(theirs)];
  const comparison =
    first === undefined || second === undefined ? null : (compareBy(metric, first, second, SEED) ?? null);
  const score = ({ correct, total, value }: TestScore): Score => ({ correct, total, value });
  return {
    name: ours.name,
    corruption: ours.corruption,
    soup: score(ours),
    ingredient: score(theirs),
    comparison,
    verdict: comparison === null ? null : judge(metric, comparison),
  };
}
