import type { CompareOverview, CompareSet, CompareSubject } from '../../../preload/contract/compare.ts';

/** The set that a comparison is about unless another is chosen: the first clean test set, else the first there is. */
export function usualSet(sets: readonly CompareSet[]): CompareSet | undefined {
  return sets.find(({ role, kind }) => role === 'test' && kind === 'clean') ?? sets[0];
}

/**
 * What the others are measured against unless somebody chooses: the ingredient that is best on the selection split, or on the
 * usual set where there is none.
 */
export function usualBaseline({ subjects, sets }: CompareOverview): CompareSubject | undefined {
  const selection = sets.findIndex(({ role }) => role === 'selection');
  const place = selection === -1 ? sets.findIndex(({ id }) => id === usualSet(sets)?.id) : selection;
  const ingredients = subjects.filter(({ kind }) => kind === 'ingredient');
  const candidates = ingredients.length > 0 ? ingredients : subjects;
  const hits = candidates.map(({ scores }) => scores[place]?.accuracy ?? -1);
  return candidates[hits.indexOf(Math.max(...hits))];
}

/** Mean accuracy over the shifted test sets; undefined unless it was measured on all of them. */
export function shiftedAccuracy(subject: CompareSubject, sets: readonly CompareSet[]): number | undefined {
  const scores = subject.scores.filter((_, place) => sets[place]?.kind === 'shifted' && sets[place]?.role === 'test');
  if (scores.length === 0) return undefined;
  let sum = 0;
  for (const score of scores) {
    if (score === null) return undefined;
    sum += score.accuracy;
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

/** Subjects that no other is at least as good as in everything: accurate, fast and small at once. */
export function paretoBest(
  entries: readonly {
    readonly ref: string;
    readonly accuracy: number;
    readonly passes: number;
    readonly bytes: number;
  }[],
): ReadonlySet<string> {
  const beats = (a: (typeof entries)[number], b: (typeof entries)[number]): boolean =>
    a.accuracy >= b.accuracy &&
    a.passes <= b.passes &&
    a.bytes <= b.bytes &&
    (a.accuracy > b.accuracy || a.passes < b.passes || a.bytes < b.bytes);
  return new Set(entries.filter((entry) => !entries.some((other) => beats(other, entry))).map(({ ref }) => ref));
}

/** `p = 0.034`, `p < 0.0001`. */
export function formatP(p: number): string {
  return p < 0.0001 ? 'p < 0.0001' : `p = ${p.toFixed(p < 0.01 ? 4 : 3)}`;
}

/** Whether the difference can be told from chance: the interval is on one side of zero, and the test agrees. */
export function verdictOf({ difference, pValue }: { readonly difference: number; readonly pValue: number }): string {
  if (pValue >= 0.05) return 'undecided';
  return difference > 0 ? 'better' : 'worse';
}
