import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { type ErrorFacts, factsOf } from '../errors.ts';
import { printable } from './printable.ts';

/** A command of `stockpot`: one file each, loaded only when asked for. */
export interface CommandModule {
  readonly register: (program: Command) => void;
}

/** In the order in which help lists them. Only the command asked for is loaded, so that each starts as fast as it can. */
const COMMANDS: Readonly<Record<string, () => Promise<CommandModule>>> = {
  demo: () => import('./demo.ts'),
  inspect: () => import('./inspect.ts'),
  check: () => import('./check.ts'),
  align: () => import('./align.ts'),
  merge: () => import('./merge.ts'),
  data: () => import('./data.ts'),
  recipes: () => import('./recipes.ts'),
  cook: () => import('./cook.ts'),
  sweep: () => import('./sweep.ts'),
  eval: () => import('./eval.ts'),
  runs: () => import('./runs.ts'),
  show: () => import('./show.ts'),
  export: () => import('./export.ts'),
  verify: () => import('./verify.ts'),
  doctor: () => import('./doctor.ts'),
  app: () => import('./app.ts'),
  serve: () => import('./serve.ts'),
  accelerators: () => import('./accelerators.ts'),
};

export const EXIT = { ok: 0, failed: 1, badInput: 2 } as const;

export function exitCodeOf(error: ErrorFacts): number {
  return error.kind === 'input' ? EXIT.badInput : EXIT.failed;
}

/** The error as a user reads it: what, where, details, what to do. */
export function describeError(error: ErrorFacts): string {
  const lines = [`stockpot: ${error.what}${error.where === undefined ? '' : ` (${error.where})`}`];
  for (const detail of error.details ?? []) lines.push(`  - ${detail}`);
  if (error.remedy !== undefined) lines.push(`  ${error.remedy}`);
  return lines.map(printable).join('\n');
}

async function main(argv: readonly string[]): Promise<number> {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const program = new Command('stockpot')
    .description('Model soups: average fine-tuned checkpoints, find the best mixture, prove it, export it.')
    .version(manifest.version)
    .exitOverride()
    .showHelpAfterError()
    .enablePositionalOptions();
  const json = argv.includes('--json');
  // Bad usage is then told as JSON, like every other error.
  if (json) program.configureOutput({ writeErr: () => {} });
  const [name = ''] = argv;
  const wanted = Object.hasOwn(COMMANDS, name) ? [COMMANDS[name]!] : Object.values(COMMANDS);
  for (const load of wanted) (await load()).register(program);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : EXIT.ok;
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      if (thrown.exitCode === 0) return EXIT.ok;
      if (json) console.log(JSON.stringify({ error: badUsage(thrown, name) }));
      return EXIT.badInput;
    }
    const facts = factsOf(thrown);
    if (json) console.log(JSON.stringify({ error: facts }));
    else console.error(describeError(facts));
    if (facts.code === 'internal/unexpected' && process.env.STOCKPOT_DEBUG !== undefined) console.error(thrown);
    return exitCodeOf(facts);
  }
}

function badUsage({ message }: CommanderError, command: string): ErrorFacts {
  const what = message.replace(/^error: /, '');
  const help = Object.hasOwn(COMMANDS, command) ? `stockpot ${command} --help` : 'stockpot --help';
  return { code: 'cli/bad-usage', kind: 'input', what, remedy: `See ${help}.` };
}

/** Output that cannot be written is said once and fails the command; a reader that has seen enough (`| head`) is no failure. */
function watchOutput(): void {
  let lost = false;
  process.stdout.on('error', (thrown: NodeJS.ErrnoException) => {
    if (lost || thrown.code === 'EPIPE') return;
    lost = true;
    process.exitCode = EXIT.failed;
    console.error(describeError({ code: 'cli/output-lost', what: `The output cannot be written: ${thrown.message}` }));
  });
  // There is nowhere left to say it.
  process.stderr.on('error', () => {});
}

watchOutput();
const exitCode = await main(process.argv.slice(2));
process.exitCode = exitCode === EXIT.ok ? (process.exitCode ?? EXIT.ok) : exitCode;
