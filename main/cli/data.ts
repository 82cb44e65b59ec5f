import type { Command } from 'commander';
import { printable } from './printable.ts';
import { ProgressBar } from './progress-bar.ts';
import { grouped, textTable } from './text-table.ts';
import { withBackend } from './with-backend.ts';

interface DataFlags {
  readonly dir?: string;
  readonly alike: boolean;
  readonly json: boolean;
}

export function register(program: Command): void {
  program
    .command('data')
    .summary("say what a project's splits share")
    .description(
      'For every split that is scored and every one that was seen before it: how many samples are in both (the same bytes, or the ' +
        'same row of one file), and how many merely look alike (a correlation of the pixels of 0.99 or more, moved by up to one pixel).',
    )
    .argument('<project>', 'name of the project')
    .option('--no-alike', 'do not look for samples that look alike, which compares all of them')
    .option('--dir <folder>', 'the workspace (default: STOCKPOT_WORKSPACE, else the folder for application data)')
    .option('--json', 'print it as JSON', false)
    .action(async (project: string, flags: DataFlags) => {
      await data(project, flags);
    });
}

async function data(project: string, flags: DataFlags): Promise<void> {
  const { checkLeakage } = await import('../backend/datasets/check-leakage.ts');
  const { findNearDuplicates } = await import('../backend/datasets/find-near-duplicates.ts');
  const progress = new ProgressBar(!flags.json);
  // Splits that the cache no longer holds are laid out again.
  const rows = await withBackend(flags, 'change', async ({ datasets, projects }, signal) => {
    const { id } = projects.get(project);
    const shared = await checkLeakage(datasets, id, signal);
    const alike = flags.alike ? await findNearDuplicates(datasets, id, { signal, onProgress: progress.show }) : [];
    return shared.map(({ seen, scored, shared: count, of }) => ({
      seen: seen.name,
      scored: scored.name,
      role: scored.role,
      samples: of,
      shared: count,
      /** Null where it was not looked for: damaged copies of the same rows are told by the undamaged ones. */
      alike: alike.find((pair) => pair.seen.id === seen.id && pair.scored.id === scored.id)?.found.length ?? null,
    }));
  }).finally(() => progress.clear());
  console.log(flags.json ? JSON.stringify({ pairs: rows }) : describe(rows));
}

interface Row {
  readonly seen: string;
  readonly scored: string;
  readonly role: string;
  readonly samples: number;
  readonly shared: number;
  readonly alike: number | null;
}

function describe(rows: readonly Row[]): string {
  if (rows.length === 0) return 'No split of this project is scored after another was seen: there is nothing to share.';
  const table = textTable(
    [
      { title: 'scored', align: 'left' },
      { title: 'role', align: 'left' },
      { title: 'samples', align: 'right' },
      { title: 'seen before', align: 'left' },
      { title: 'shared', align: 'right' },
      { title: 'look alike', align: 'right' },
    ],
    rows.map(({ seen, scored, role, samples, shared, alike }) => [
      printable(scored),
      role,
      grouped(samples),
      printable(seen),
      grouped(shared),
      alike === null ? '–' : grouped(alike),
    ]),
  );
  const flattered = rows.some(({ shared, alike }) => shared > 0 || (alike ?? 0) > 0);
  return flattered
    ? `${table}\n\nScores on samples that were seen before flatter: leave copies out of the split that is scored.`
    : `${table}\n\nNothing that is scored was seen before.`;
}
