import type { CompareOverview, CompareSet, CompareSubject } from '../../../preload/contract/compare.ts';
import type { Metric } from '../../../preload/contract/metrics.ts';
import { advantage, figureOf } from '../../lib/metric-format.ts';

/** The set that a comparison is about unless another is chosen: the first clean test set, else the first there is. */
export function usualSet(sets: readonly CompareSet[]): CompareSet | undefined {
  return sets.find(({ role, kind }) => role === 'test' && kind === 'clean') ?? sets[0];
}

/**
 * What the others are measured against unless somebody chooses: the ingredient that is best on the selection split, or on the
 * usual set where there is none.
 */
export function usualBaseline(
  { subjects, sets }: CompareOverview,
  { id, better }: Pick<Metric, 'id' | 'better'>,
): CompareSubject | undefined {
  const selection = sets.findIndex(({ role }) => role === 'selection');
  const usual = usualSet(sets);
  const place = selection === -1 && usual !== undefined ? sets.indexOf(usual) : selection;
  const ingredients = subjects.filter(({ kind }) => kind === 'ingredient');
  const candidates = ingredients.length > 0 ? ingredients : subjects;
  const values = candidates.map(({ scores }) => {
    const value = figureOf(scores[place], id) ?? Number.NaN;
    return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : advantage(value, 0, { better });
  });
  return candidates[values.indexOf(Math.max(...values))];
}

/** Mean score over the shifted test sets; undefined unless it is known of all of them. */
export function shiftedMean(
  subject: CompareSubject,
  sets: readonly CompareSet[],
  { id }: Pick<Metric, 'id'>,
): number | undefined {
  const scores = subject.scores.filter((_, place) => sets[place]?.kind === 'shifted' && sets[place]?.role === 'test');
  if (scores.length === 0) return undefined;
  let sum = 0;
  for (const score of scores) {
    const value = figureOf(score, id);
    if (value === undefined) return undefined;
    sum += value;
  }
  return sum / scores.length;
}

export interface DifferingFact {
  readonly name: string;
  /** In the order of the subjects; undefined where it has none. */
  readonly values: readonly (string | undefined)[];
}

/** Settings in which the subjects are not all alike. */
export function differingFacts(subjects: readonly Pick<CompareSubject, 'facts'>[]): readonly DifferingFact[] {
  const names = [...new Set(subjects.flatMap(({ facts }) => facts.map(({ name }) => name)))];
  return names
    .map((name) => ({ name, values: subjects.map(({ facts }) => facts.find((fact) => fact.name === name)?.value) }))
    .filter(({ values }) => new Set(values).size > 1);
}

/** Subjects that no other is at least as good as in everything: good, fast and small at once. */
export function paretoBest(
  entries: readonly {
    readonly ref: string;
    /** The more the better. */
    readonly merit: number;
    readonly passes: number;
    readonly bytes: number;
  }[],
): ReadonlySet<string> {
  const beats = (a: (typeof entries)[number], b: (typeof entries)[number]): boolean =>
    a.merit >= b.merit &&
    a.passes <= b.passes &&
    a.bytes <= b.bytes &&
    (a.merit > b.merit || a.passes < b.passes || a.bytes < b.bytes);
  return new Set(entries.filter((entry) => !entries.some((other) => beats(other, entry))).map(({ ref }) => ref));
}

/** `p = 0.034`, `p < 0.0001`. */
export function formatP(p: number): string {
  return p < 0.0001 ? 'p < 0.0001' : `p = ${p.toFixed(p < 0.01 ? 4 : 3)}`;
}
