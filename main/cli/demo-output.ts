import type { DemoResult, DemoSoup } from '../backend/demo/demo.ts';
import type { ReportData } from '../backend/exports/report/report-data.ts';
import {
  accuracyOn,
  comparisonsOfMainSoup,
  ingredientAccuracies,
  mean,
  meanAccuracy,
  ofKind,
  type Subject,
  subjectsOf,
} from '../backend/exports/report/standing.ts';
import { describeStep } from './run-output.ts';
import { grouped, percent, textTable } from './text-table.ts';

/** Rows: ingredients, their average and best, each soup, ensembles. Columns: test sets, and the mean over the shifted ones. */
export function demoTable(data: ReportData): string {
  const sets = data.testSets.map(({ name }) => name);
  const shifted = ofKind(data, 'shifted');
  const cell = (value: number | undefined): string => (value === undefined ? '–' : (100 * value).toFixed(2));
  const row = (subject: Subject): readonly string[] => [
    subject.name,
    ...sets.map((set) => cell(accuracyOn(subject, set))),
    cell(meanAccuracy(subject, shifted)),
  ];
  const overIngredients = (title: string, pick: (values: readonly number[]) => number | undefined) => {
    const shiftedMeans = data.ingredients.map((one) => meanAccuracy(one, shifted)).filter((one) => one !== undefined);
    return [title, ...sets.map((set) => cell(pick(ingredientAccuracies(data, set)))), cell(pick(shiftedMeans))];
  };
  const ofOneKind = (kind: Subject['kind']) =>
    subjectsOf(data)
      .filter((subject) => subject.kind === kind)
      .map(row);
  return textTable(
    [
      { title: 'accuracy, %', align: 'left' },
      ...[...sets, 'mean shifted'].map((title) => ({ title, align: 'right' as const })),
    ],
    [
      ...ofOneKind('ingredient'),
      null,
      overIngredients('average ingredient', mean),
      overIngredients('best ingredient there', (values) => Math.max(...values)),
      null,
      ...ofOneKind('soup'),
      null,
      ...ofOneKind('ensemble'),
    ],
  );
}

/** What each greedy recipe took, round by round, and why it stopped. */
export function greedyStory(soups: readonly DemoSoup[]): string {
  return soups
    .filter(({ details }) => details.run.recipe === 'greedy')
    .map(({ name, details }) => {
      const told = details.trace.filter(({ kind }) => kind !== 'candidate-scored' && kind !== 'ingredient-scored');
      return [`${name}, on the selection split:`, ...told.map((step) => `  ${describeStep(step)}`)].join('\n');
    })
    .join('\n');
}

/** The main soup against the ingredient one would have chosen without it, with interval and test. */
export function standingOfBest(data: ReportData): string {
  const soup = data.soups.find(({ id }) => id === data.mainSoup)!;
  const lines = comparisonsOfMainSoup(data, data.bestIngredient).map(({ testSet, result }) => {
    const { difference, interval, pValue } = result;
    const points = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(2)}`;
    return [
      testSet,
      points(difference),
      `${points(interval.low)} … ${points(interval.high)}`,
      pValue < 0.001 ? '< 0.001' : pValue.toFixed(3),
    ];
  });
  const title = `${soup.name} against ${data.bestIngredient}, the best ingredient by selection (points, paired):`;
  const columns = ['test set', 'difference', '95 % interval', 'McNemar p'];
  return `${title}\n${textTable(
    columns.map((column, i) => ({ title: column, align: i === 0 ? 'left' : 'right' })),
    lines,
  )}`;
}

/** How an ingredient came about, in a line. */
export function trainingLine(name: string, { training }: DemoResult['base'], reused: boolean): string {
  if (training === null) return name;
  const { config, result } = training;
  const best = result.epochs.find(({ epoch }) => epoch === result.bestEpoch)!;
  const images = `${grouped(result.imagesSeen)} images`;
  const how = `${config.optimizer}, learning rate ${config.learningRate}, weight decay ${config.weightDecay}`;
  const when = reused ? 'trained before' : `${result.seconds.toFixed(1)} s`;
  return `${name}: ${percent(best.selectionAccuracy)} on selection; ${how}; saw ${images} (${when})`;
}
