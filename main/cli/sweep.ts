import type { Command } from 'commander';
import type { WantedAxis } from '../backend/sweeps/plan-sweep.ts';
import { ProgressBar } from './progress-bar.ts';
import { sweepAsJson, sweepTable, sweepVerdict } from './sweep-output.ts';
import { withBackend } from './with-backend.ts';

interface SweepFlags {
  readonly over: readonly string[];
  readonly output?: string;
  readonly dir?: string;
  readonly json: boolean;
}

export function register(program: Command): void {
  program
    .command('sweep')
    .summary('score a recipe with a row of values of an option')
    .description(
      'Score a recipe with every value of one of its numbers, or every combination of two, on its selection split: alpha, ' +
        'lambda, density, the weight of one ingredient (ingredients.NAME.weight), a number in a step of a chain ' +
        '(steps.0.options.density). Test sets are not looked at: cook the best one for that. Every score is kept as soon ' +
        'as it is known; the same command again goes on from there.',
    )
    .argument('<recipe>', 'recipe file (YAML; paths in it start from its folder)')
    .requiredOption(
      '--over <option=values>',
      'alpha=0:1:11 (from, to, how many), density=0.01:1:9:log, or alpha=0,0.2,0.5; twice for a grid',
      (value: string, before: readonly string[] = []) => [...before, value],
    )
    .option('-o, --output <file>', 'write the recipe with the best values, to be cooked')
    .option('--dir <folder>', 'the workspace (default: STOCKPOT_WORKSPACE, else the folder for application data)')
    .option('--json', 'print the finished sweep as JSON', false)
    .action(async (recipe: string, flags: SweepFlags) => {
      await sweep(recipe, flags);
    });
}

async function sweep(path: string, flags: SweepFlags): Promise<void> {
  const { parseAxis } = await import('../backend/sweeps/axis-values.ts');
  const { planSweep } = await import('../backend/sweeps/plan-sweep.ts');
  const { readRecipeFile } = await import('../backend/runs/recipe-file.ts');
  const { textOf } = await import('../backend/kitchen/service.ts');
  const recipe = readRecipeFile(path);
  const text = textOf(recipe);
  const axes: readonly WantedAxis[] = flags.over.map(parseAxis);
  // Before the workspace is opened: what cannot be swept leaves nothing behind.
  await planSweep(text, recipe.path, axes);
  const progress = new ProgressBar(!flags.json);
  try {
    await withBackend(flags, 'write', async ({ projects, sweeps }, signal) => {
      const projectId = projects.ensure(recipe.project).id;
      const { id } = await sweeps.add({ projectId, text, axes });
      const remarks: string[] = [];
      const details = await sweeps.perform(id, {
        signal,
        onProgress: (state) => progress.show(state),
        onRemark: (remark) => void remarks.push(remark),
      });
      progress.clear();
      const best = details.best === null ? undefined : sweeps.recipeOf(id, details.best.ordinal);
      if (flags.output !== undefined && best !== undefined) {
        const { writeFileAtomically } = await import('../files/atomic-file.ts');
        writeFileAtomically(flags.output, best);
      }
      if (flags.json) {
        console.log(JSON.stringify({ sweep: sweepAsJson(details), remarks, recipe: flags.output ?? null }));
        return;
      }
      for (const remark of remarks) console.log(`note: ${remark}`);
      console.log(`${sweepTable(details)}\n\n${sweepVerdict(details)}`);
      console.log(
        flags.output === undefined
          ? '  cook it   stockpot sweep … -o best.yml, then stockpot cook best.yml'
          : `  cook it   stockpot cook ${flags.output}`,
      );
    });
  } finally {
    progress.clear();
  }
}
