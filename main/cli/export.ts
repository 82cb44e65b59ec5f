import { type Command, Option } from 'commander';
import { describeRounding } from './describe-rounding.ts';
import { addLayoutOptions, DTYPE_FLAGS, FORMAT_FLAGS, type LayoutFlags, layoutOf } from './output-options.ts';
import { ProgressBar } from './progress-bar.ts';
import { parseRunNumber } from './run-number.ts';
import { withBackend } from './with-backend.ts';

interface ExportFlags extends LayoutFlags {
  readonly output: string;
  readonly format: string;
  readonly dtype?: string;
  readonly force: boolean;
  readonly dir?: string;
  readonly json: boolean;
}

export function register(program: Command): void {
  const command = program
    .command('export')
    .summary("write a run's soup to a file, with its origin inside")
    .description(
      "Write a run's soup into a folder: the checkpoint, which carries its recipe, the hashes of its ingredients and its scores, " +
        'a model card and the recipe. stockpot verify checks such a file.',
    )
    .argument('<run>', 'number of the run')
    .requiredOption('-o, --output <folder>', 'where to; made when it is not there')
    .addOption(
      new Option('--format <format>', 'format of the checkpoint')
        .choices(Object.keys(FORMAT_FLAGS))
        .default('safetensors'),
    )
    .addOption(
      new Option('--dtype <type>', "floating-point type (default: the run's)").choices(Object.keys(DTYPE_FLAGS)),
    )
    .option('--force', 'replace the files of an earlier export', false)
    .option('--dir <folder>', 'the workspace (default: STOCKPOT_WORKSPACE, else the folder for application data)')
    .option('--json', 'print the outcome as JSON', false)
    .action(async (run: string, flags: ExportFlags) => {
      await exportRun(parseRunNumber(run), flags);
    });
  addLayoutOptions(command);
}

async function exportRun(runId: number, flags: ExportFlags): Promise<void> {
  const progress = new ProgressBar(!flags.json);
  try {
    await withBackend(flags, 'change', async ({ exports }, signal) => {
      const exported = await exports.export(
        {
          runId,
          folder: flags.output,
          format: FORMAT_FLAGS[flags.format]!,
          layout: layoutOf(flags),
          replace: flags.force,
          ...(flags.dtype === undefined ? {} : { dtype: DTYPE_FLAGS[flags.dtype]! }),
        },
        { signal, onProgress: progress.show },
      );
      progress.clear();
      if (flags.json) {
        console.log(JSON.stringify(exported));
        return;
      }
      for (const tensor of exported.nonFinite) console.error(`warning: ${tensor} holds NaN or infinite values`);
      for (const line of describeRounding(exported.rounding)) console.error(line);
      console.log(`Wrote ${exported.soup} (${(exported.bytes / 1e6).toFixed(1)} MB)`);
      console.log(`  SHA-256     ${exported.sha256}`);
      console.log(`  model card  ${exported.modelCard}`);
      console.log(`  recipe      ${exported.recipe}`);
    });
  } finally {
    progress.clear();
  }
}
