import { weightGroups } from '../../../mix/describe-blend.ts';
import type {
  ReportComparison,
  ReportData,
  ReportScore,
  ReportScores,
  ReportSoup,
  ReportTestSet,
} from './report-data.ts';

export type SubjectKind = 'ingredient' | 'soup' | 'ensemble';

/** Anything that was scored. */
export interface Subject {
  readonly id: string;
  readonly name: string;
  readonly kind: SubjectKind;
  readonly selectionScore: ReportScore | undefined;
  readonly scores: ReportScores;
}

export function subjectsOf(data: ReportData): readonly Subject[] {
  return [
    ...data.ingredients.map((one) => ({ ...one, kind: 'ingredient' as const })),
    ...data.soups.map((one) => ({ ...one, kind: 'soup' as const })),
    ...data.ensembles.map((one) => ({ ...one, kind: 'ensemble' as const })),
  ];
}

export function accuracy(score: ReportScore): number {
  return score.correct / score.total;
}

/** undefined where the subject was not scored on the set. */
export function accuracyOn(subject: { readonly scores: ReportScores }, testSet: string): number | undefined {
  const score = subject.scores[testSet];
  return score === undefined ? undefined : accuracy(score);
}

/** The mean of the subject's accuracies on the sets; undefined unless it was scored on each of them. */
export function meanAccuracy(
  subject: { readonly scores: ReportScores },
  testSets: readonly ReportTestSet[],
): number | undefined {
  return mean(testSets.map((set) => accuracyOn(subject, set.name)));
}

/** Accuracies of the ingredients that were scored on the set. */
export function ingredientAccuracies(data: ReportData, testSet: string): readonly number[] {
  return data.ingredients.map((one) => accuracyOn(one, testSet)).filter((value) => value !== undefined);
}

export function mean(values: readonly (number | undefined)[]): number | undefined {
  let sum = 0;
  for (const value of values) {
    if (value === undefined) return undefined;
    sum += value;
  }
  return values.length === 0 ? undefined : sum / values.length;
}

export function ofKind(data: ReportData, kind: ReportTestSet['kind']): readonly ReportTestSet[] {
  return data.testSets.filter((set) => set.kind === kind);
}

/** Comparisons of the main soup with `against`, in the order of the test sets. */
export function comparisonsOfMainSoup(data: ReportData, against: string): readonly ReportComparison[] {
  return data.testSets.flatMap((set) =>
    data.comparisons.filter((one) => one.first === data.mainSoup && one.second === against && one.testSet === set.name),
  );
}

/** Whether the soup is nothing but one ingredient: weight one in every group of tensors, none on the others. */
export function isJust(soup: ReportSoup, data: ReportData, ingredientId: string): boolean {
  const own = data.ingredients.findIndex((one) => one.id === ingredientId);
  const groups = weightGroups(soup.coefficients) ?? [];
  return (
    groups.length > 0 && groups.every(({ weights }) => weights.every((weight, i) => weight === (i === own ? 1 : 0)))
  );
}

/** Whether a difference is more than chance would explain, both by the test and by the interval. */
export function verdictOn({ result }: ReportComparison): 'better' | 'worse' | 'undecided' {
  if (result.pValue >= 0.05 || (result.interval.low <= 0 && result.interval.high >= 0)) return 'undecided';
  return result.difference > 0 ? 'better' : 'worse';
}
