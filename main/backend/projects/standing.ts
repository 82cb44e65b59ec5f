import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../../../db/open.ts';
import {
  type ProjectStandingRepository,
  projectStandingRepository,
  type ScoredSubject,
  type TestScore,
} from '../../../db/repositories/project-standing.ts';
import { LABELS_FILE } from '../../data/prepared-folder.ts';
import { withFileErrors } from '../../files/file-errors.ts';
import { correctness } from '../../metrics/classification.ts';
import { comparePaired, type PairedComparison } from '../../metrics/paired.ts';
import { findRecipe } from '../../recipes/index.ts';
import type { WorkspacePaths } from '../workspace.ts';

type Verdict = 'better' | 'worse' | 'undecided';

interface Score {
  readonly correct: number;
  readonly total: number;
}

/** The soup and the ingredient on one test set. */
interface StandingOnSet {
  readonly name: string;
  readonly corruption: string | null;
  readonly soup: Score;
  readonly ingredient: Score;
  /** The soup first; null where the predictions of either are no longer kept. */
  readonly comparison: PairedComparison | null;
  readonly verdict: Verdict | null;
}

/** The project's best soup against its best single ingredient. */
export interface Standing {
  readonly runId: number;
  readonly recipe: string;
  readonly soup: string;
  readonly ingredient: string;
  /** What both were chosen by: `test` only where no run had a selection split. */
  readonly chosenOn: 'selection' | 'test';
  /** The soup is that ingredient, unchanged. */
  readonly same: boolean;
  /** Clean sets first. */
  readonly sets: readonly StandingOnSet[];
}

/** Answers from what is stored: no forward pass, no engine. */
export function projectStanding(
  database: Database,
  paths: Pick<WorkspacePaths, 'predictions' | 'splits'>,
): (projectId: number) => Standing | null {
  const repository = projectStandingRepository(database);
  const known = new Map<number, { readonly fingerprint: string; readonly standing: Standing | null }>();
  return (projectId) => {
    const fingerprint = repository.fingerprint(projectId);
    const before = known.get(projectId);
    if (before?.fingerprint === fingerprint) return before.standing;
    const standing = compute(repository, paths, projectId);
    known.set(projectId, { fingerprint, standing });
    return standing;
  };
}

function compute(
  repository: ProjectStandingRepository,
  paths: Pick<WorkspacePaths, 'predictions' | 'splits'>,
  projectId: number,
): Standing | null {
  const selection = repository.latestSelection(projectId);
  const best = (kind: 'soup' | 'ingredient'): ScoredSubject | undefined =>
    selection === undefined
      ? repository.bestOnTest(projectId, kind)
      : repository.bestOnSelection(projectId, kind, selection);
  const soup = best('soup');
  const ingredient = best('ingredient');
  if (soup === undefined || ingredient === undefined) return null;
  const rivals = repository.testScores(ingredient, 'ingredient');
  const sets = repository.testScores(soup, 'soup').flatMap((ours) => {
    const theirs = rivals.find((one) => one.splitKey === ours.splitKey && one.preprocessing === ours.preprocessing);
    return theirs === undefined ? [] : [onSet(ours, theirs, paths)];
  });
  if (sets.length === 0) return null;
  return {
    runId: soup.runId,
    recipe: soup.recipe,
    soup: findRecipe(soup.recipe).title,
    ingredient: ingredient.label,
    chosenOn: selection === undefined ? 'test' : 'selection',
    same: soup.subjectId === ingredient.subjectId,
    sets: sets.toSorted((a, b) => Number(a.corruption !== null) - Number(b.corruption !== null)),
  };
}

/** Of the bootstrap; any fixed number will do. */
const SEED = 1;

function onSet(
  ours: TestScore,
  theirs: TestScore,
  paths: Pick<WorkspacePaths, 'predictions' | 'splits'>,
): StandingOnSet {
  const labels = labelsOf(join(paths.splits, ours.splitKey, LABELS_FILE));
  const hits = ({ file }: TestScore): Uint8Array | undefined => {
    const logits = file === null ? undefined : floatsOf(join(paths.predictions, file));
    if (logits === undefined || labels === undefined || logits.length % labels.length !== 0) return undefined;
    return correctness(logits, labels);
  };
  const [first, second] = [hits(ours), hits(theirs)];
  const comparison = first === undefined || second === undefined ? null : comparePaired(first, second, SEED);
  return {
    name: ours.name,
    corruption: ours.corruption,
    soup: { correct: ours.correct, total: ours.total },
    ingredient: { correct: theirs.correct, total: theirs.total },
    comparison,
    verdict: comparison === null ? null : verdictOn(comparison),
  };
}

/** Whether a difference is more than chance would explain, both by the test and by the interval. */
function verdictOn({ pValue, interval, difference }: PairedComparison): Verdict {
  if (pValue >= 0.05 || (interval.low <= 0 && interval.high >= 0)) return 'undecided';
  return difference > 0 ? 'better' : 'worse';
}

function floatsOf(path: string): Float32Array | undefined {
  const bytes = bytesOf(path);
  return bytes && new Float32Array(bytes);
}

function labelsOf(path: string): Int32Array | undefined {
  const bytes = bytesOf(path);
  return bytes && new Int32Array(bytes);
}

/** In memory of their own; the numbers in them are little-endian, as on every processor that Stockpot runs on. */
function bytesOf(path: string): ArrayBuffer | undefined {
  if (!existsSync(path)) return undefined;
  return Uint8Array.from(withFileErrors(path, () => readFileSync(path))).buffer;
}
