import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { CookEvent } from '../backend/runs/cook-request.ts';
import type { CookPlan } from '../backend/runs/plan-cooking.ts';
import type { RunDetails } from '../backend/runs/run-details.ts';
import { assertNever } from '../errors.ts';
import { withKnownPaths } from './known-paths.ts';
import { printable } from './printable.ts';
import { ProgressBar } from './progress-bar.ts';
import { describeStep, runAsJson, runTable } from './run-output.ts';
import { duration } from './text-table.ts';
import { cancellable, withBackend } from './with-backend.ts';

interface CookFlags {
  readonly ingredients?: string;
  readonly dir?: string;
  readonly json: boolean;
}

export function register(program: Command): void {
  program
    .command('cook')
    .summary('cook a soup from a recipe file, and score it')
    .description(
      'Cook a recipe file: check it, mix and score candidates on its selection split, then score soup, ingredients and ' +
        'ensembles on its test sets. Every score is kept as soon as it is known. Ctrl-C ends in order with exit code 1 ' +
        '(a second one at once, 130); cooking the same recipe again continues from what is done.',
    )
    .argument(
      '<recipe>',
      'recipe file (YAML; paths in it start from its folder), or a soup that Stockpot wrote, cooked as it was',
    )
    .option('--ingredients <folder>', "a folder that holds a soup's ingredients, found by their content")
    .option('--dir <folder>', 'the workspace (default: STOCKPOT_WORKSPACE, else the folder for application data)')
    .option('--json', 'print the finished run as JSON', false)
    .action(async (recipe: string, flags: CookFlags) => {
      await cook(recipe, flags);
    });
}

async function cook(recipe: string, flags: CookFlags): Promise<void> {
  // Before the workspace is opened: what cannot be cooked leaves nothing behind.
  const plan = await planOf(recipe, flags);
  if (!(await isWorkspaceThere(flags))) await checkBeforehand(plan);
  const progress = new ProgressBar(!flags.json);
  try {
    await withBackend(flags, 'write', async ({ runs, paths }, signal) => {
      const remarks: Remark[] = [];
      const details = await follow(runs.cookPlan(plan, { signal }), remarks, flags.json, progress);
      progress.clear();
      const folder = `${paths.runs}/${details.run.id}`;
      if (flags.json) {
        const files = { recipe: `${folder}/recipe.yml`, report: `${folder}/report.html`, database: paths.database };
        console.log(JSON.stringify({ run: runAsJson(details), remarks, files }));
      } else await print(details, folder, paths.root);
    });
  } finally {
    progress.clear();
  }
}

async function isWorkspaceThere({ dir }: CookFlags): Promise<boolean> {
  const { defaultWorkspaceFolder, workspacePaths } = await import('../backend/workspace.ts');
  return existsSync(workspacePaths(dir ?? defaultWorkspaceFolder()).database);
}

/** Reads the ingredients once more than cooking alone would, so that a first recipe with a wrong hash makes no workspace. */
async function checkBeforehand(plan: CookPlan): Promise<void> {
  const { checkHashes } = await import('../backend/runs/plan-cooking.ts');
  await cancellable((signal) => checkHashes(plan, signal));
}

async function planOf(path: string, flags: CookFlags): Promise<CookPlan> {
  const { planCooking, planRecipe } = await import('../backend/runs/plan-cooking.ts');
  const { checkpointExtension } = await import('../checkpoints/formats.ts');
  if (checkpointExtension(path) === undefined) return planCooking(path);
  const { restoreRecipe } = await import('../backend/exports/restore-recipe.ts');
  const recipe = await withKnownPaths(
    flags,
    (knownPaths, signal) => restoreRecipe({ file: path, ingredientFolder: flags.ingredients, knownPaths }, { signal }),
    true,
  );
  return planRecipe(recipe);
}

interface Remark {
  readonly about: string;
  readonly remark: string;
}

async function follow(
  course: AsyncGenerator<CookEvent, RunDetails>,
  remarks: Remark[],
  json: boolean,
  progress: ProgressBar,
): Promise<RunDetails> {
  for (;;) {
    const next = await course.next();
    if (next.done === true) return next.value;
    if (next.value.kind === 'remark') remarks.push({ about: next.value.about, remark: next.value.remark });
    if (next.value.kind === 'progress') progress.show(next.value.progress);
    else if (!json) {
      const line = describeEvent(next.value);
      if (line === undefined) continue;
      progress.clear();
      console.log(line);
    }
  }
}

function describeEvent(event: Exclude<CookEvent, { kind: 'progress' }>): string | undefined {
  switch (event.kind) {
    case 'run':
      return event.resumed ? `Run ${event.runId}, which did not finish, goes on` : `Run ${event.runId}`;
    case 'remark':
      return `note: ${printable(event.about)}: ${printable(event.remark)}`;
    case 'trace':
      return `  ${describeStep(event.step)}`;
    case 'soup':
      return event.outcome.summary;
    // The table at the end shows them together.
    case 'evaluated':
      return undefined;
    default:
      return assertNever(event);
  }
}

async function print(details: RunDetails, folder: string, workspace: string): Promise<void> {
  const { makesEnsemble } = await import('../backend/runs/outcome.ts');
  const { run, splits } = details;
  if (splits.some(({ role }) => role !== 'train')) console.log(`\n${runTable(details)}\n`);
  console.log(`Run ${run.id} took ${duration(run.seconds ?? 0)}.`);
  console.log(`  report    ${folder}/report.html`);
  console.log(`  recipe    ${folder}/recipe.yml`);
  const model = `stockpot export ${run.id} -o FOLDER --dir ${workspace}`;
  console.log(`  export    ${makesEnsemble(run.recipe) ? 'an ensemble is no single model' : model}`);
}
