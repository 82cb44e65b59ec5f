import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { RunDetails } from '../backend/runs/run-details.ts';
import { groupInWords, stepsOfBlend, weightGroups } from '../mix/describe-blend.ts';
import { printable } from './printable.ts';
import { parseRunNumber } from './run-number.ts';
import { describeSaving, describeStep, metricTable, runAsJson, runTable } from './run-output.ts';
import { duration, grouped, textTable } from './text-table.ts';
import { withBackend } from './with-backend.ts';

interface ShowFlags {
  readonly dir?: string;
  readonly json: boolean;
}

export function register(program: Command): void {
  program
    .command('show')
    .summary('show a run: its ingredients, what the recipe did, the scores')
    .description('Show a run: its ingredients, what the recipe did, the coefficients, the scores, where its files are.')
    .argument('<run>', 'number of the run')
    .option('--dir <folder>', 'the workspace (default: STOCKPOT_WORKSPACE, else the folder for application data)')
    .option('--json', 'print everything as JSON', false)
    .action(async (run: string, flags: ShowFlags) => {
      await show(parseRunNumber(run), flags);
    });
}

async function show(id: number, flags: ShowFlags): Promise<void> {
  await withBackend(flags, 'read', async ({ runs, paths }) => {
    const details = runs.get(id);
    if (flags.json) console.log(JSON.stringify({ run: runAsJson(details) }));
    else console.log([...describe(details), ...files(details, `${paths.runs}/${id}`)].join('\n'));
  });
}

function describe(details: RunDetails): readonly string[] {
  const { run, project, ingredients, splits, trace, rows } = details;
  const took = run.seconds === null ? '' : `, ${duration(run.seconds)}`;
  const lines = [
    `Run ${run.id}: ${run.recipe}, project ${printable(project)}, ${run.status}${took}`,
    `  begun     ${run.createdAt}`,
    `  options   ${JSON.stringify(run.options)}`,
    `  runtime   ${run.runtimeIdentity ?? 'none was needed yet'}`,
  ];
  for (const { role, name, sampleCount } of splits) {
    lines.push(`  ${role.padEnd(9)} ${printable(name)}, ${grouped(sampleCount)} samples`);
  }
  if (run.error !== null) lines.push(`  error     ${printable(run.error.what)}`);
  if (trace.length > 0) lines.push('', 'What the recipe did', ...trace.map((step) => `  ${describeStep(step)}`));
  const saving = describeSaving(trace);
  if (saving !== undefined) lines.push(`  ${saving}`);
  if (run.summary !== null) lines.push('', run.summary);
  lines.push(
    '',
    isSum(details) ? 'Ingredients and their weights' : 'Ingredients',
    weightTable(details),
    ...blendLines(details),
  );
  if (rows.some(({ evaluations }) => evaluations.some((evaluation) => evaluation !== undefined))) {
    lines.push('', 'Accuracy', runTable(details));
    const metrics = metricTable(details);
    if (metrics !== undefined) lines.push('', 'Every metric', metrics);
  }
  return ingredients.length === 0 ? lines.slice(0, -2) : lines;
}

function weightTable({ run, ingredients }: RunDetails): string {
  const groups = run.coefficients === null ? [] : (weightGroups(run.coefficients) ?? []);
  return textTable(
    [
      { title: '', align: 'left' },
      ...groups.map(({ name }) => ({ title: name, align: 'right' as const })),
      { title: 'SHA-256', align: 'left' },
      { title: 'file', align: 'left' },
    ],
    ingredients.map(({ name, ingredient }, i) => [
      name,
      ...groups.map(({ weights }) => String(Number(weights[i]!.toPrecision(6)))),
      ingredient.sha256.slice(0, 12),
      ingredient.path,
    ]),
  );
}

function isSum({ run: { coefficients } }: RunDetails): boolean {
  return coefficients === null || weightGroups(coefficients) !== undefined;
}

/** What a soup that is no weighted sum was made by. */
function blendLines(details: RunDetails): readonly string[] {
  const { coefficients } = details.run;
  if (coefficients === null || isSum(details)) return [];
  const steps = stepsOfBlend(
    coefficients,
    details.ingredients.map(({ name }) => printable(name)),
  );
  return steps.flatMap(({ name, inputs, groups }) => [
    '',
    name === '' ? 'How it was merged' : `How it was merged: ${name}, of ${inputs.join(', ')}`,
    ...groups.flatMap((group) => [
      `  ${group.name}: ${groupInWords(group)}`,
      ...group.each.map(
        ({ name: parameter, values }) =>
          `    ${parameter}  ${inputs.flatMap((input, i) => (input === group.base ? [] : [`${input} ${Number(values[i]!.toPrecision(6))}`])).join(', ')}`,
      ),
    ]),
  ]);
}

function files({ exports }: RunDetails, folder: string): readonly string[] {
  const lines = [
    ...['recipe.yml', 'report.html'].map((name) => `${folder}/${name}`).filter((path) => existsSync(path)),
    ...exports.map(({ path, sha256 }) => `${path}  (exported, SHA-256 ${sha256.slice(0, 12)})`),
  ];
  return lines.length === 0 ? [] : ['', 'Files', ...lines.map((line) => `  ${line}`)];
}
