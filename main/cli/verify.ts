import type { Command } from 'commander';
import { describeDifference } from '../backend/exports/describe-difference.ts';
import type { Verification } from '../backend/exports/verify.ts';
import { withKnownPaths } from './known-paths.ts';
import { printable } from './printable.ts';
import { ProgressBar } from './progress-bar.ts';

interface VerifyFlags {
  readonly ingredients?: string;
  readonly dir?: string;
  readonly json: boolean;
}

export function register(program: Command): void {
  program
    .command('verify')
    .summary('compute a soup again and compare it bit for bit')
    .description(
      'Compute a soup again from its ingredients and compare it bit for bit. Ingredients are looked for where the ' +
        'file says, then in the workspace, then in --ingredients, and are recognised by their content. Exit code 1 when ' +
        'anything differs; every tensor that does is named.',
    )
    .argument('<file>', 'a checkpoint that stockpot export, or stockpot merge --hash, wrote')
    .option('--ingredients <folder>', 'a folder that holds the ingredients')
    .option('--dir <folder>', 'the workspace (default: STOCKPOT_WORKSPACE, else the folder for application data)')
    .option('--json', 'print the outcome as JSON', false)
    .action(async (file: string, flags: VerifyFlags) => {
      await verify(file, flags);
    });
}

async function verify(file: string, flags: VerifyFlags): Promise<void> {
  const { verifyFile } = await import('../backend/exports/verify.ts');
  const progress = new ProgressBar(!flags.json);
  try {
    const result = await withKnownPaths(flags, (knownPaths, signal) =>
      verifyFile(
        { file, knownPaths, ...(flags.ingredients === undefined ? {} : { ingredientFolder: flags.ingredients }) },
        { signal, onProgress: progress.show },
      ),
    );
    progress.clear();
    if (!result.identical) process.exitCode = 1;
    if (flags.json) {
      const { identical, tensorCount, differences, ingredients, soup } = result;
      console.log(JSON.stringify({ file, identical, tensorCount, differences, recipe: soup.recipe, ingredients }));
    } else console.log(describe(file, result));
  } finally {
    progress.clear();
  }
}

function describe(file: string, { identical, tensorCount, differences, soup, ingredients }: Verification): string {
  const used = ingredients.filter(({ path }) => path !== undefined);
  const origin = `${soup.recipe} soup of ${used.map(({ name }) => printable(name)).join(', ')}`;
  if (identical) return `${file} is what it says: ${origin}; ${tensorCount} tensors, equal bit for bit`;
  return [
    `${file} is not what it says: ${differences.length} of ${tensorCount} tensors differ from the ${origin}`,
    ...differences.map((difference) => `  - ${printable(describeDifference(difference))}`),
  ].join('\n');
}
