import type { StoredSplit } from '../../../db/repositories/datasets.ts';
import type { Evaluation } from '../../../db/repositories/evaluations.ts';
import type { Run } from '../../../db/repositories/runs.ts';
import { buildArchitecture } from '../../architectures/build.ts';
import type { DataSource } from '../../data/source.ts';
import { findRecipe } from '../../recipes/index.ts';
import type {
  ReportData,
  ReportIngredient,
  ReportScore,
  ReportScores,
  ReportSoup,
} from '../exports/report/report-data.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import { describeMachine, stockpotVersion } from '../system/versions.ts';
import { bestIngredient } from './best-ingredient.ts';
import { compareSoup } from './compare-soup.ts';
import type { CookRoom } from './cook.ts';
import type { RunDetails, RunRow } from './run-details.ts';
import { recipePath } from './run-recipe.ts';

/**
 * Everything that a report on finished runs shows. The runs share ingredients and splits; the first is the one that the report
 * is about, the soups of the others stand beside its own.
 * @throws StockpotError `runs/unfinished`, and what computing missing predictions throws
 */
export async function gatherReport(
  room: CookRoom,
  runs: readonly [RunDetails, ...RunDetails[]],
  options: JobOptions,
): Promise<ReportData> {
  const [main] = runs;
  const { run } = main;
  const best = bestIngredient(main);
  const ensembles = ensemblesOf(main);
  const rivals = [best.name, ...ensembles.map(({ id }) => id)];
  const comparisons = await compareSoup(room, main, rivals, options);
  return {
    run: {
      id: String(run.id),
      name: `${findRecipe(run.recipe).title}, run ${run.id}`,
      project: main.project,
      startedAt: run.startedAt ?? run.createdAt,
      seconds: run.seconds ?? 0,
    },
    architecture: architectureFacts(main),
    recipeYaml: run.recipeFile,
    selection: main.splits.find(({ role }) => role === 'selection'),
    testSets: main.splits.filter(({ role }) => role === 'test').map(describeTestSet),
    ingredients: ingredientsOf(main),
    soups: runs.map((details) => soupFacts(details, runs)),
    ensembles,
    mainSoup: soupId(main),
    bestIngredient: best.name,
    comparisons: comparisons.map(({ rival, testSet, result }) => ({
      first: soupId(main),
      second: rival,
      testSet,
      result,
    })),
    environment: environmentOf(main),
    commands: commandsOf(room, main),
  };
}

function soupId({ run }: RunDetails): string {
  return `soup-${run.id}`;
}

export function architectureFacts({ run }: RunDetails): ReportData['architecture'] {
  const { name, graphHash, parameters } = buildArchitecture(run.architecture);
  const size = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);
  const trainable = parameters.filter((parameter) => parameter.trainable);
  return { name, graphHash, parameterCount: trainable.reduce((sum, { shape }) => sum + size(shape), 0) };
}

function describeTestSet({ name, source, sampleCount }: StoredSplit): ReportData['testSets'][number] {
  const data = source as DataSource;
  const origin = data.format === 'mnist' ? `MNIST ${data.part} images` : 'IDX images';
  const rows = data.rows === undefined ? '' : `, rows ${data.rows.from} to ${data.rows.to - 1}`;
  const { corruption } = data;
  const damage = corruption === undefined ? '' : `, ${corruption.kind}, severity ${corruption.severity}`;
  return {
    name,
    kind: corruption === undefined ? 'clean' : 'shifted',
    sampleCount,
    description: `${origin}${rows}${damage}`,
  };
}

function ingredientsOf(details: RunDetails): readonly ReportIngredient[] {
  return details.ingredients.map(({ name, ingredient }) => ({
    id: name,
    name,
    file: ingredient.path,
    sha256: ingredient.sha256,
    facts: Object.entries(ingredient.hyperparameters).map(([label, value]) => ({
      label,
      value: typeof value === 'object' ? JSON.stringify(value) : String(value),
    })),
    ...scoresOf(
      details,
      details.rows.find(({ kind, label }) => kind === 'ingredient' && label === name),
    ),
  }));
}

function soupFacts(details: RunDetails, all: readonly RunDetails[]): ReportSoup {
  const { run, trace } = details;
  const exported = details.exports.at(-1);
  return {
    id: soupId(details),
    name: soupName(
      run,
      all.map((other) => other.run),
    ),
    recipe: run.recipe,
    recipeTitle: findRecipe(run.recipe).title,
    summary: run.summary ?? '',
    coefficients: run.coefficients ?? { groups: [] },
    trace,
    exported: exported === undefined ? undefined : { file: exported.path, sha256: exported.sha256 },
    ...scoresOf(
      details,
      details.rows.find(({ kind }) => kind === 'soup'),
    ),
  };
}

/** `greedy soup`; among several of one recipe, with what sets it apart: `greedy soup, order sorted`. */
function soupName(run: Run, all: readonly Run[]): string {
  const kin = all.filter(({ recipe }) => recipe === run.recipe);
  if (kin.length === 1) return `${run.recipe} soup`;
  const text = (one: Run, option: string): string => JSON.stringify(optionsOf(one)[option] ?? null);
  const options = [...new Set(kin.flatMap((one) => Object.keys(optionsOf(one))))];
  const differing = options.filter((option) => kin.some((one) => text(one, option) !== text(run, option)));
  const traits = differing.map((option) => `${option} ${text(run, option).replaceAll('"', '')}`);
  const isTwin = (other: Run): boolean =>
    other !== run && options.every((option) => text(other, option) === text(run, option));
  if (kin.some(isTwin)) traits.push(`run ${run.id}`);
  return [`${run.recipe} soup`, ...traits].join(', ');
}

/** Every recipe's options are an object. */
function optionsOf(run: Run): Readonly<Record<string, unknown>> {
  return run.options as Readonly<Record<string, unknown>>;
}

function ensemblesOf(details: RunDetails): ReportData['ensembles'] {
  return details.rows
    .filter(({ kind }) => kind === 'ensemble-logits' || kind === 'ensemble-probabilities')
    .map((row) => ({
      id: row.kind,
      name: row.label,
      memberCount: details.ingredients.length,
      ...scoresOf(details, row),
    }));
}

function scoresOf(
  { splits }: RunDetails,
  row: RunRow | undefined,
): { readonly selectionScore: ReportScore | undefined; readonly scores: ReportScores } {
  const scored = splits.map((split, column) => ({ split, score: scoreOf(row?.evaluations[column]) }));
  const tests = scored.flatMap(({ split, score }) =>
    split.role === 'test' && score !== undefined ? [[split.name, score] as const] : [],
  );
  return {
    selectionScore: scored.find(({ split }) => split.role === 'selection')?.score,
    scores: Object.fromEntries(tests),
  };
}

function scoreOf(evaluation: Evaluation | undefined): ReportScore | undefined {
  if (evaluation === undefined) return undefined;
  const { correct, total, loss, metrics } = evaluation;
  return { correct, total, loss, metrics };
}

export function environmentOf({ run }: RunDetails): ReportData['environment'] {
  const machine = describeMachine();
  const facts: readonly (readonly [string, string])[] = [
    ['Stockpot', stockpotVersion()],
    ['Runtime', run.runtimeIdentity ?? 'none'],
    ['Node', machine.node],
    ['System', machine.system],
    ['Processor', `${machine.processor}, ${machine.cores} cores`],
    ['Seed', String(run.seed)],
    ['Sums', `${run.accumulate}, written as ${run.dtype === 'keep' ? 'in the ingredients' : run.dtype}`],
  ];
  return facts.map(([label, value]) => ({ label, value }));
}

export function commandsOf({ paths }: Pick<CookRoom, 'paths'>, { run, exports }: RunDetails): ReportData['commands'] {
  const workspace = `--dir "${paths.root}"`;
  const exported = exports.at(-1);
  return [
    { what: 'Replay the run', command: `stockpot cook "${recipePath(paths, run.id)}" ${workspace}` },
    { what: 'Export the soup', command: `stockpot export ${run.id} -o FOLDER ${workspace}` },
    ...(exported === undefined
      ? []
      : [{ what: 'Verify the exported soup', command: `stockpot verify "${exported.path}" ${workspace}` }]),
  ];
}
