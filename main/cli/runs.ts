import type { Command } from 'commander';
import { duration, textTable } from './text-table.ts';
import { withBackend } from './with-backend.ts';

interface RunsFlags {
  readonly dir?: string;
  readonly project?: string;
  readonly json: boolean;
}

export function register(program: Command): void {
  program
    .command('runs')
    .summary('list what was cooked')
    .description('List the runs of a workspace, newest first.')
    .option('--project <name>', 'only runs of this project')
    .option('--dir <folder>', 'the workspace (default: STOCKPOT_WORKSPACE, else the folder for application data)')
    .option('--json', 'print the list as JSON', false)
    .action(async (flags: RunsFlags) => {
      await listRuns(flags);
    });
}

async function listRuns(flags: RunsFlags): Promise<void> {
  await withBackend(flags, 'read', async ({ runs, projects }) => {
    const list = runs.list(flags.project);
    const names = new Map(projects.list().map(({ id, name }) => [id, name]));
    if (flags.json) {
      const rows = list.map(({ id, projectId, recipe, status, summary, createdAt, finishedAt, seconds }) => {
        const project = names.get(projectId);
        return { id, project, recipe, status, summary, createdAt, finishedAt, seconds };
      });
      console.log(JSON.stringify({ runs: rows }));
      return;
    }
    if (list.length === 0) {
      console.log('No runs yet. stockpot cook RECIPE.yml makes one.');
      return;
    }
    const columns = ['run', 'project', 'recipe', 'status', 'begun', 'took', 'outcome'];
    console.log(
      textTable(
        columns.map((title) => ({ title, align: title === 'run' || title === 'took' ? 'right' : 'left' })),
        list.map((run) => [
          String(run.id),
          names.get(run.projectId) ?? '',
          run.recipe,
          run.status,
          run.createdAt.slice(0, 16).replace('T', ' '),
          run.seconds === null ? '' : duration(run.seconds),
          run.summary ?? run.error?.what ?? '',
        ]),
      ),
    );
  });
}
