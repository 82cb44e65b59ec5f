import { setImmediate } from 'node:timers/promises';
import type { Database } from '../../../db/open.ts';
import type { StoredSplit } from '../../../db/repositories/datasets.ts';
import { type SubjectScore, subjectScores } from '../../../db/repositories/subject-scores.ts';
import { throwIfCancelled } from '../../errors.ts';
import { compareAllBy, judge, type MetricComparison, type Verdict } from '../../metrics/compare.ts';
import { findMetric } from '../../metrics/index.ts';
import { type Interval, wilsonInterval } from '../../metrics/interval.ts';
import type { Predictions } from '../../metrics/predictions.ts';
import { type Figure, figuresOf } from '../evaluations/figures.ts';
import type { EvaluationService } from '../evaluations/service.ts';
import type { RunTables } from '../runs/run-details.ts';
import { unhurried } from '../unhurried.ts';
import { type Choice, type ChoiceQuery, choicesOf } from './choices.ts';
import { type Duel, duelOf } from './duel.ts';
import { OutputsReader } from './outputs.ts';
import { type Compared, SubjectFinder } from './subjects.ts';

interface ComparedSet {
  readonly id: number;
  readonly name: string;
  readonly role: 'selection' | 'test';
  readonly kind: 'clean' | 'shifted';
  readonly sampleCount: number;
}

interface ComparedScore {
  readonly correct: number;
  readonly total: number;
  readonly accuracy: number;
  readonly interval: Interval;
  readonly loss: number | null;
  readonly figures: Readonly<Record<string, Figure>>;
}

interface MeasuredSubject extends Pick<Compared, 'ref' | 'kind' | 'label' | 'ordinal' | 'facts'> {
  readonly scores: readonly (ComparedScore | null)[];
  readonly cost: {
    readonly passes: number;
    readonly parameters: number;
    readonly bytes: number;
    readonly milliseconds: number | null;
    readonly cookingSeconds: number | null;
  };
}

interface PairedWithBaseline {
  readonly ref: string;
  readonly result: (MetricComparison & { readonly verdict: Verdict }) | null;
}

interface PairedQuestion {
  readonly projectId: number;
  readonly subjects: readonly string[];
  readonly baseline: string;
  readonly setId: number;
  readonly metric: string;
}

/** Subjects of a project beside each other, from what was measured and kept; nothing is computed by a network. */
export interface CompareService {
  choices(query: ChoiceQuery): readonly Choice[];
  /** @throws StockpotError `compare/unknown`, `runs/unknown`, `runs/unfinished` */
  overview(
    projectId: number,
    refs: readonly string[],
  ): { readonly sets: readonly ComparedSet[]; readonly subjects: readonly MeasuredSubject[] };
  /** @throws StockpotError as `overview`, `compare/unknown-set`, `metrics/unknown`, `job/cancelled` */
  paired(question: PairedQuestion, signal?: AbortSignal): Promise<readonly PairedWithBaseline[]>;
  /** @throws StockpotError as `paired`, and `compare/no-predictions` */
  duel(projectId: number, subject: string, baseline: string, setId: number, most: number): Duel;
}

const BOOTSTRAP_SEED = 1;

export function compareService(
  database: Database,
  tables: RunTables,
  evaluations: EvaluationService,
  splitFolder: string,
): CompareService {
  const finder = new SubjectFinder(tables);
  const reader = new OutputsReader(database, tables, evaluations, splitFolder);
  const pairs = new Map<string, PairedWithBaseline['result']>();
  return {
    choices: (query) => choicesOf(database, tables, query),
    overview(projectId, refs) {
      const compared = finder.find(projectId, refs);
      const scores = Map.groupBy(
        subjectScores(
          database,
          compared.map(({ subject }) => subject.key),
        ),
        ({ key }) => key,
      );
      const sets = splitsOf(tables, projectId).filter((split) =>
        compared.some(({ subject }) => scoreOn(scores.get(subject.key), split) !== undefined),
      );
      return {
        sets: withNamesApart(sets.map(describeSet)),
        subjects: compared.map((entry) => measured(entry, scores.get(entry.subject.key) ?? [], sets)),
      };
    },
    async paired({ projectId, subjects: refs, baseline, setId, metric }, signal) {
      const by = findMetric(metric);
      const [base, ...others] = finder.find(projectId, [baseline, ...refs.filter((ref) => ref !== baseline)]);
      const split = reader.split(setId);
      const theirs = reader.outputs(base!.subject, split);
      const entries: { readonly ref: string; readonly key: string; readonly predictions?: Predictions }[] = [];
      for (const { ref, subject } of others) {
        const ours = theirs && reader.outputs(subject, split);
        const key = `${metric} ${ours?.key} ${theirs?.key}`;
        entries.push({ ref, key, ...(ours === undefined ? {} : { predictions: ours.predictions }) });
        // Files are read: whoever else asks something is answered in between.
        await setImmediate();
        throwIfCancelled(signal);
      }
      const asked = entries.filter(({ key, predictions }) => predictions !== undefined && !pairs.has(key));
      if (theirs !== undefined && asked.length > 0) {
        const subjects = asked.map(({ predictions }) => predictions!);
        const compared = await unhurried(compareAllBy(by, subjects, theirs.predictions, BOOTSTRAP_SEED), signal);
        for (const [place, { key }] of asked.entries()) {
          const result = compared[place];
          pairs.set(key, result === undefined ? null : { ...result, verdict: judge(by, result) });
        }
      }
      return entries.map(({ ref, key }) => ({ ref, result: pairs.get(key) ?? null }));
    },
    duel(projectId, subject, baseline, setId, most) {
      const [ours, theirs] = finder.find(projectId, [subject, baseline]);
      const split = reader.split(setId);
      return duelOf(
        reader.needed(ours!, split).predictions,
        reader.needed(theirs ?? ours!, split).predictions,
        split,
        most,
      );
    },
  };
}

function splitsOf(tables: RunTables, projectId: number): readonly StoredSplit[] {
  const splits = tables.datasets.list(projectId).flatMap(({ id }) => tables.datasets.splits(id));
  // Test sets first: what recipes have looked at says less. A set may be in the project twice, under two datasets.
  const ordered = ['test', 'selection'].flatMap((wanted) => splits.filter(({ role }) => role === wanted));
  return [...new Map(ordered.map((split) => [`${split.role} ${split.key} ${preprocessingOf(split)}`, split])).values()];
}

/** Two sets may have one name: then their numbers tell them apart. */
function withNamesApart(sets: readonly ComparedSet[]): readonly ComparedSet[] {
  const named = (name: string): number => sets.filter((set) => set.name === name).length;
  return sets.map((set) => (named(set.name) === 1 ? set : { ...set, name: `${set.name} (set ${set.id})` }));
}

function preprocessingOf({ normalization }: StoredSplit): string {
  return JSON.stringify(normalization);
}

function describeSet({ id, name, role, source, sampleCount }: StoredSplit): ComparedSet {
  const damaged = (source as { readonly corruption?: unknown }).corruption !== undefined;
  return {
    id,
    name,
    role: role === 'selection' ? 'selection' : 'test',
    kind: damaged ? 'shifted' : 'clean',
    sampleCount,
  };
}

/** The latest score of a subject on a split. */
function scoreOn(scores: readonly SubjectScore[] | undefined, split: StoredSplit): SubjectScore | undefined {
  const preprocessing = preprocessingOf(split);
  return scores?.findLast((score) => score.splitKey === split.key && score.preprocessing === preprocessing);
}

function measured(
  { ref, kind, label, ordinal, facts, architecture, passes, bytes, cookingSeconds }: Compared,
  scores: readonly SubjectScore[],
  sets: readonly StoredSplit[],
): MeasuredSubject {
  const found = sets.map((split) => scoreOn(scores, split));
  const timed = found.filter((score) => score !== undefined && score.seconds > 0) as readonly SubjectScore[];
  const samples = timed.reduce((sum, { total }) => sum + total, 0);
  const seconds = timed.reduce((sum, score) => sum + score.seconds, 0);
  const size = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);
  const trainable = architecture.parameters.filter((parameter) => parameter.trainable);
  return {
    ref,
    kind,
    label,
    ordinal,
    facts,
    scores: found.map((score) => {
      if (score === undefined) return null;
      const { correct, total, accuracy, loss, metrics } = score;
      const interval = wilsonInterval(correct, total);
      return { correct, total, accuracy, interval, loss, figures: figuresOf(metrics, total) };
    }),
    cost: {
      passes,
      parameters: passes * trainable.reduce((sum, { shape }) => sum + size(shape), 0),
      bytes,
      milliseconds: samples === 0 ? null : (1000 * seconds) / samples,
      cookingSeconds,
    },
  };
}
